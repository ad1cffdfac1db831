import { eq, sql } from "drizzle-orm";
import { pino } from "pino";
import { v7 as uuid } from "uuid";
import type { Database } from "#db/client.ts";
import { findRollout } from "#db/queries/rollouts.ts";
import { fleet as fleetTable, lease, release as releaseTable } from "#db/schema/fleets.ts";
import type { Actor } from "#domain/actor.ts";
import type { RolloutCommand } from "#domain/command.ts";
import type { RolloutFact } from "#domain/event.ts";
import { Failure } from "#domain/failure.ts";
import { createInstances, Fleet } from "#domain/fleet.ts";
import { Plan, type PlanInput } from "#domain/plan.ts";
import type { Release } from "#domain/release.ts";
import { type Access, noAccess, type Role } from "#domain/role.ts";
import type { Rollout } from "#domain/rollout.ts";
import type { Context } from "#server/context.ts";
import { applyStart, type PersonCommand, type RolloutStart } from "#server/engine/apply.ts";
import { retryConflicts } from "#server/engine/retry.ts";
import type { Services } from "#server/services.ts";

export const silentLog = pino({ level: "silent" });
export const ada: Actor = { type: "person", userId: "ada", name: "Ada" };

/** Fast enough for a test, and otherwise like a plan of a person. */
export const quickPlan: PlanInput = {
  batches: [1, "50%"],
  soak: "1s",
  watch: "1s",
  minHealthyTime: "50ms",
  healthyDeadline: "3s",
  drainTimeout: "1s",
  retries: 0,
  metrics: false,
};

export async function insertRelease(db: Database, name: string, service = "greeter"): Promise<Release> {
  const release: Release = {
    releaseId: uuid(),
    service,
    name,
    artifact: { type: "process", command: ["node"], directory: "/" },
    digest: "",
    env: {},
    recordedAt: Date.now(),
  };
  await db.insert(releaseTable).values({ releaseId: release.releaseId, service, name, definition: release, recordedBy: "Ada" });
  return release;
}

export async function insertFleet(db: Database, release: Release, size = 4, name = `fleet-${uuid().slice(-12)}`): Promise<Fleet> {
  const fleet = Fleet.parse({
    fleetId: uuid(),
    name,
    service: release.service,
    environment: "test",
    driver: { type: "process" },
    balancer: { type: "embedded", port: 0 },
    instances: createInstances(size, ["a", "b"]),
    readiness: {},
    liveness: null,
    initialReleaseId: release.releaseId,
    provenReleaseId: null,
  });
  const { fleetId, service, environment } = fleet;
  const assigned = Object.fromEntries(fleet.instances.map(({ id }) => [id, release.releaseId]));
  await db.insert(fleetTable).values({ fleetId, name, service, environment, definition: fleet, assigned });
  return fleet;
}

/** A person's context. Services that a test does not give are not there: to touch one fails the test. */
export function createTestContext(services: Partial<Services>, role: Role | Access | null = "admin"): Context {
  const access = role === null || typeof role === "string" ? { ...noAccess, defaultRole: role } : role;
  return { actor: ada, userId: "ada", access, grantors: ["Grace"], requestId: "test", services: { log: silentLog, ...services } as Services };
}

/** The first fact of a rollout on which nothing was looked at. */
export function startedFact(fleet: Fleet, target: Release, plan: PlanInput = quickPlan): RolloutFact & { type: "rollout.started" } {
  const { fleetId, name, service, environment, initialReleaseId, provenReleaseId } = fleet;
  return {
    type: "rollout.started",
    kind: "rollout",
    fleetId,
    fleetName: name,
    service,
    environment,
    releaseId: target.releaseId,
    releaseNames: { [target.releaseId]: target.name },
    planName: "quick",
    plan: Plan.parse(plan),
    provenReleaseId,
    undoes: null,
    reason: null,
    instances: fleet.instances.map(({ id, zone }) => ({
      instanceId: id,
      zone,
      labels: {},
      releaseId: initialReleaseId,
      wayBackId: initialReleaseId,
      wasUnhealthy: false,
      serves: true,
      unitStartedAt: null,
    })),
  };
}

interface BeginInput {
  readonly fleet: Fleet;
  readonly release: Release;
  readonly plan?: PlanInput;
  readonly commandId?: string;
  readonly now?: number;
}

/** Writes that fact, unless the fleet is busy. */
export async function beginRollout(
  db: Database,
  { fleet, release, plan = quickPlan, commandId = uuid(), now = Date.now() }: BeginInput,
): Promise<{ rolloutId: string }> {
  const decide: RolloutStart["decide"] = ({ active }) =>
    active ? new Failure("conflict", `${active.fleetName} is busy.`) : { active: [], rollout: [startedFact(fleet, release, plan)] };
  return retryConflicts(() => applyStart(db, { commandId, fleetId: fleet.fleetId, actor: ada, now, decide }));
}

/** A person's command as the verb hands it on. */
export function asAda(command: RolloutCommand, now = Date.now()): PersonCommand {
  return { command, actor: ada, now, observation: null, isProtected: false };
}

export function startInput(fleet: Fleet, release: Release, plan: PlanInput = quickPlan) {
  return {
    commandId: uuid(),
    fleetId: fleet.fleetId,
    releaseId: release.releaseId,
    plan: Plan.parse(plan),
    planName: "quick",
    acknowledged: false,
    confirm: fleet.name,
  };
}

/** An empty audit again, past the trigger that refuses it: for tests that share a database. */
export async function emptyAudit(db: Database): Promise<void> {
  await db.execute(sql`alter table audit disable trigger audit_refuse`);
  await db.execute(sql`delete from audit`);
  await db.execute(sql`update audit_head set seq = 0, hash = repeat('0', 64)`);
  await db.execute(sql`alter table audit enable trigger audit_refuse`);
}

/** As if the holder had died ten seconds ago, or longer. */
export async function expireLease(db: Database, fleetId: string, agoMs = 1): Promise<void> {
  await db
    .update(lease)
    .set({ expiresAt: sql`clock_timestamp() - ${agoMs} * interval '1 millisecond'` })
    .where(eq(lease.fleetId, fleetId));
}

/** Asks until the answer is there. Fails with what was seen last. */
export async function waitFor<Value>(
  what: string,
  ask: () => Promise<Value | null | undefined | false> | Value | null | undefined | false,
  withinMs = 15_000,
): Promise<Value> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const value = await ask();
    if (value !== null && value !== undefined && value !== false) return value;
    if (Date.now() > deadline) throw new Error(`Waited ${withinMs} ms in vain until ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export async function waitForRollout(db: Database, rolloutId: string, until: (rollout: Rollout) => boolean, withinMs?: number): Promise<Rollout> {
  let last: Rollout | null = null;
  const ask = async () => {
    last = await findRollout(db, rolloutId);
    return last && until(last) ? last : null;
  };
  return waitFor(`the rollout is there`, ask, withinMs).catch((error: unknown) => {
    throw new Error(`${String(error)} It is ${last?.status}: ${JSON.stringify(last?.waiting)}`);
  });
}
