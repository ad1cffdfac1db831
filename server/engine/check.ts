import { z } from "zod";
import { environmentOfFleet } from "#db/queries/environments.ts";
import { getFleetRow } from "#db/queries/fleets.ts";
import { getRelease } from "#db/queries/releases.ts";
import { findOpenRollouts } from "#db/queries/rollouts.ts";
import { planBatches } from "#domain/engine/batches.ts";
import { type Finding, lintPlan } from "#domain/engine/lint.ts";
import { decideStart, needsAcknowledgement } from "#domain/engine/start.ts";
import { isServing } from "#domain/engine/survey.ts";
import { uncountedIn } from "#domain/evidence/uncounted.ts";
import { Failure } from "#domain/failure.ts";
import type { Fleet, HeldRelease } from "#domain/fleet.ts";
import type { RolloutSummary } from "#domain/live.ts";
import { Id } from "#domain/names.ts";
import { Plan } from "#domain/plan.ts";
import { resolvePlan } from "#domain/plan-limits.ts";
import type { Release } from "#domain/release.ts";
import { unitPortsOf } from "#domain/unit-ports.ts";
import { authorize } from "#server/auth/authorize.ts";
import { readProtection } from "#server/auth/protection.ts";
import type { Context } from "#server/context.ts";
import type { Services } from "#server/services.ts";
import { withDeadline } from "./deadline.ts";
import { lintSecrets } from "./lint-secrets.ts";
import { observeFleet } from "./observe.ts";
import { type FleetPorts, portsOf } from "./ports.ts";
import { readStartInput, type StartBasis } from "./start-input.ts";
import { summarize } from "./summarize.ts";
import { rateOf } from "./ticks.ts";

export const CheckStart = z.object({ fleetId: Id, releaseId: Id, plan: Plan });
export type CheckStart = z.infer<typeof CheckStart>;

/** What would happen if this rollout were started now. */
export interface StartCheck {
  readonly findings: readonly Finding[];
  /** What is bad already, in a sentence that a person must acknowledge; null when nothing is. */
  readonly needsAcknowledgement: string | null;
  /** Set when the release is held for this fleet: starting it needs a reason, which lifts the hold. */
  readonly held: HeldRelease | null;
  /** The rollouts that the fleet has already. */
  readonly active: RolloutSummary | null;
  readonly queued: RolloutSummary | null;
  /** What the plan's `supersede` makes of that; `asks` where a second person approves first; `refused` for whatever reason. */
  readonly outcome: "starts" | "asks" | "queues" | "replaces" | "ends-watch" | "refused";
  /** Why it would be refused although all is acknowledged; null when it would not. */
  readonly refusal: string | null;
  readonly batches: number;
  /** Instances that would change. */
  readonly instances: number;
}

const rateOverMs = 10_000;
/** A large directory is read whole for its digest. */
const resolveDeadlineMs = 15_000;
const waysBackMax = 3;

/** Lints a plan for a fleet as it is now. Changes nothing. */
export async function checkStart(ctx: Context, input: CheckStart): Promise<StartCheck> {
  const { db, engine } = ctx.services;
  authorize(ctx, "fleet.read", await environmentOfFleet(db, input.fleetId));
  const basis = await readStart(ctx.services, input);
  const { plan, observation, release, errorRate, canSurge, now } = basis;
  const { fleet, held } = basis.fleet;
  const ports = unitPortsOf(fleet.driver, release.artifact);
  const { active, queued } = await findOpenRollouts(db, fleet.fleetId);
  const limits = resolvePlan(plan, fleet.instances.length);
  const changing = fleet.instances.filter(({ id }) => {
    const seen = observation.instances.get(id);
    return seen?.unit?.releaseId !== release.releaseId || !isServing(seen, now, limits.minHealthyMs);
  });
  const orderable = changing.map(({ id, zone, labels }) => {
    const seen = observation.instances.get(id);
    return { instanceId: id, zone, labels, unitStartedAt: seen?.unit?.startedAt ?? null, healthy: isServing(seen, now, limits.minHealthyMs) };
  });
  const { requestsPerSecond } = rateOf(engine.seconds(fleet.fleetId), now, rateOverMs);
  const asked = { ...basis, planName: "check", acknowledged: true, reason: "check", actor: ctx.actor, active, queued };
  return {
    findings: [
      ...lintPlan(plan, { desired: fleet.instances.length, canSurge, ports, requestsPerSecond, errorRate, uncounted: uncountedIn(fleet) }),
      ...(await lintSecrets(ctx.services, release, "target")),
      ...(await lintWaysBack(ctx.services, basis)),
    ],
    needsAcknowledgement: needsAcknowledgement(basis),
    held: held?.releaseId === release.releaseId ? held : null,
    active: active && summarize(active),
    queued: queued && summarize(queued),
    ...outcomeOf(decideStart(asked)),
    batches: planBatches(orderable, limits, plan.order).length,
    instances: changing.length,
  };
}

function outcomeOf(decided: ReturnType<typeof decideStart>): Pick<StartCheck, "outcome" | "refusal"> {
  if (decided instanceof Failure) return { outcome: "refused", refusal: decided.message };
  const ended = decided.active.find((fact) => fact.type === "rollout.ended");
  if (ended) return { outcome: ended.status === "succeeded" ? "ends-watch" : "replaces", refusal: null };
  const [first] = decided.rollout;
  if (first?.type !== "rollout.queued") return { outcome: "starts", refusal: null };
  return { outcome: first.approval ? "asks" : "queues", refusal: null };
}

/** All that a start is decided on: the fleet as recorded, and as it is seen right now. Throws Failure("not-found"). */
export async function readStart(services: Services, { fleetId, releaseId, plan }: CheckStart): Promise<StartBasis> {
  const { db, engine } = services;
  const row = await getFleetRow(db, fleetId);
  const ports = portsOf(services, row.fleet);
  const observation = await observeFleet(ports, row.fleet, { clock: engine, lease: null });
  const { canSurge } = ports.driver;
  const known = { seconds: engine.seconds(fleetId), past: engine.past(fleetId), now: engine.now() };
  const basis = await readStartInput(db, { row, releaseId, plan, observation, canSurge, ...known });
  const { isProtected } = await readProtection(db, row.fleet.environment);
  return { ...basis, needsApproval: isProtected, unresolved: await whyUnresolved(ports, row.fleet, basis.release) };
}

/** Why the driver could not start this release, in its words. One that cannot be asked is told of by the observation. */
async function whyUnresolved({ driver }: FleetPorts, fleet: Fleet, release: Release): Promise<string | null> {
  try {
    await withDeadline(resolveDeadlineMs, "The driver", (signal) => driver.resolveRelease(fleet, release, signal));
    return null;
  } catch (error) {
    if (error instanceof Failure && error.code === "unavailable") return null;
    if (error instanceof Failure) return error.message;
    throw error;
  }
}

/** A rollback can bring back only what can still be started: said before it is needed. */
async function lintWaysBack(services: Services, { fleet: { fleet }, observation, release }: StartBasis): Promise<Finding[]> {
  const ports = portsOf(services, fleet);
  const running = new Set(observation.instances.values().flatMap(({ unit }) => unit?.releaseId ?? []));
  running.delete(release.releaseId);
  const checked = [...running].slice(0, waysBackMax).map(async (releaseId): Promise<Finding[]> => {
    const back = await getRelease(services.db, releaseId);
    const why = await whyUnresolved(ports, fleet, back);
    if (why === null) return lintSecrets(services, back, "way-back");
    return [{ severity: "warning", field: "onFailure", message: `A rollback could not bring back ${back.name}: ${why}` }];
  });
  return (await Promise.all(checked)).flat();
}
