import { eq } from "drizzle-orm";
import { v7 as uuid } from "uuid";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { getRollout, listRollouts, readEvents } from "#db/queries/rollouts.ts";
import { audit } from "#db/schema/audit.ts";
import { fleet as fleetTable } from "#db/schema/fleets.ts";
import { command as commandTable } from "#db/schema/rollouts.ts";
import { createTestDatabase, type TestDatabase } from "#db/testing.ts";
import type { RolloutFact } from "#domain/event.ts";
import type { Fleet } from "#domain/fleet.ts";
import { Plan } from "#domain/plan.ts";
import type { Release } from "#domain/release.ts";
import { ada, expireLease, insertFleet, insertRelease, quickPlan } from "#server/testing/fixtures.ts";
import { createHolder } from "./holder.ts";
import { createLeases, LeaseLost } from "./lease.ts";
import { retryConflicts } from "./retry.ts";
import { appendAsEngine, applyCommand, insertRollout, MovedOn } from "./store.ts";

let database: TestDatabase;
let old: Release;
let fresh: Release;
let fleet: Fleet;

beforeAll(async () => {
  database = await createTestDatabase();
  old = await insertRelease(database.db, "1.0");
  fresh = await insertRelease(database.db, "1.1");
});
afterAll(() => database.close());
beforeEach(async () => {
  fleet = await insertFleet(database.db, old);
});

function startedFact(): RolloutFact {
  return {
    type: "rollout.started",
    kind: "rollout",
    fleetId: fleet.fleetId,
    fleetName: fleet.name,
    service: fleet.service,
    environment: fleet.environment,
    releaseId: fresh.releaseId,
    releaseNames: { [old.releaseId]: "1.0", [fresh.releaseId]: "1.1" },
    planName: "quick",
    plan: Plan.parse(quickPlan),
    instances: fleet.instances.map(({ id, zone }) => ({
      instanceId: id,
      zone,
      labels: {},
      releaseId: old.releaseId,
      wayBackId: old.releaseId,
      wasUnhealthy: false,
    })),
  };
}

function begin(commandId = uuid()) {
  return retryConflicts(() =>
    insertRollout(database.db, {
      rolloutId: uuid(),
      commandId,
      fleetId: fleet.fleetId,
      releaseId: fresh.releaseId,
      actor: ada,
      now: Date.now(),
      facts: [startedFact()],
    }),
  );
}

async function takeToken(): Promise<number> {
  const lease = await createLeases(database.db, createHolder()).take(fleet.fleetId);
  if (!lease) throw new Error("The lease is held by another.");
  return lease.token;
}

const pause = (rolloutId: string, commandId = uuid()) =>
  applyCommand(database.db, { command: { type: "pause", rolloutId, commandId }, actor: ada, now: Date.now() });

describe("starting", () => {
  test("of many at once exactly one wins, and the others are told which", async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => begin()));
    const won = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value.rolloutId] : []));
    expect(won).toHaveLength(1);
    for (const outcome of outcomes)
      if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "conflict", message: expect.stringContaining(won[0] ?? "") });
    expect(await listRollouts(database.db, { fleetId: fleet.fleetId, limit: 10 })).toHaveLength(1);
  });

  test("twice with the same command id is once, at the same moment too", async () => {
    const commandId = uuid();
    const [first, second] = await Promise.all([begin(commandId), begin(commandId)]);
    expect(first).toEqual(second);
    expect(await begin(commandId)).toEqual(first);
  });

  test("writes the audit in the same transaction", async () => {
    const { rolloutId } = await begin();
    const rows = await database.db
      .select()
      .from(audit)
      .where(eq(audit.target, `fleet:${fleet.fleetId}`));
    expect(rows).toMatchObject([{ action: "rollout.start", actorName: "Ada", outcome: "done", detail: { rolloutId } }]);
  });

  test("lifts the hold on the release that is started", async () => {
    const heldRelease = { releaseId: fresh.releaseId, rolloutId: uuid(), reason: "It failed.", at: 1 };
    await database.db.update(fleetTable).set({ heldRelease }).where(eq(fleetTable.fleetId, fleet.fleetId));
    await begin();
    const [row] = await database.db.select().from(fleetTable).where(eq(fleetTable.fleetId, fleet.fleetId));
    expect(row?.heldRelease).toBeNull();
  });
});

describe("two writers", () => {
  test("the engine that decided on an older state is told to read again, and wins then", async () => {
    const { rolloutId } = await begin();
    const token = await takeToken();
    const seen = await getRollout(database.db, rolloutId);
    await pause(rolloutId);
    const append = { token, facts: [{ type: "rollout.prepared" }] as const, intervals: [], now: Date.now() };
    await expect(appendAsEngine(database.db, { state: seen, ...append })).rejects.toThrow(MovedOn);
    const after = await appendAsEngine(database.db, { state: await getRollout(database.db, rolloutId), ...append });
    expect(after.seq).toBe(3);
    const events = await readEvents(database.db, { rolloutId, afterSeq: 0, limit: 10 });
    expect(events.map((event) => [event.seq, event.type])).toEqual([
      [1, "rollout.started"],
      [2, "rollout.paused"],
      [3, "rollout.prepared"],
    ]);
  });

  test("many commands at once leave no gap and lose none", async () => {
    const { rolloutId } = await begin();
    const commands = Array.from({ length: 10 }, (_, index) =>
      applyCommand(database.db, {
        command: { type: index % 2 ? "resume" : "pause", rolloutId, commandId: uuid() },
        actor: ada,
        now: Date.now(),
      }).catch(() => null),
    );
    await Promise.all(commands);
    const events = await readEvents(database.db, { rolloutId, afterSeq: 0, limit: 100 });
    expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
    expect((await getRollout(database.db, rolloutId)).seq).toBe(events.length);
  });

  test("times of a stream never run backwards, whatever the writers' clocks say", async () => {
    const { rolloutId } = await begin();
    await applyCommand(database.db, { command: { type: "pause", rolloutId, commandId: uuid() }, actor: ada, now: 1_000 });
    const [first, second] = await readEvents(database.db, { rolloutId, afterSeq: 0, limit: 10 });
    expect(second?.at).toBeGreaterThanOrEqual(first?.at ?? Number.POSITIVE_INFINITY);
  });
});

describe("the lease's token", () => {
  test("an older one may not write, and changes nothing", async () => {
    const { rolloutId } = await begin();
    const token = await takeToken();
    await expireLease(database.db, fleet.fleetId);
    await takeToken();
    const state = await getRollout(database.db, rolloutId);
    await expect(
      appendAsEngine(database.db, { state, token, facts: [{ type: "rollout.prepared" }], intervals: [], now: Date.now() }),
    ).rejects.toThrow(LeaseLost);
    expect((await getRollout(database.db, rolloutId)).seq).toBe(1);
  });

  test("one that ran out may not write either", async () => {
    const { rolloutId } = await begin();
    const token = await takeToken();
    await expireLease(database.db, fleet.fleetId);
    const state = await getRollout(database.db, rolloutId);
    await expect(
      appendAsEngine(database.db, { state, token, facts: [{ type: "rollout.prepared" }], intervals: [], now: Date.now() }),
    ).rejects.toThrow(LeaseLost);
  });
});

describe("a command", () => {
  test("given twice with one id is carried out once", async () => {
    const { rolloutId } = await begin();
    const commandId = uuid();
    const [first, second] = await Promise.all([pause(rolloutId, commandId), pause(rolloutId, commandId)]);
    expect(first.seq).toBe(2);
    expect(second.seq).toBe(2);
    expect((await readEvents(database.db, { rolloutId, afterSeq: 0, limit: 10 })).filter((event) => event.type === "rollout.paused")).toHaveLength(1);
  });

  test("that is refused changes nothing and is not remembered", async () => {
    const { rolloutId } = await begin();
    const commandId = uuid();
    const refused = applyCommand(database.db, { command: { type: "resume", rolloutId, commandId }, actor: ada, now: Date.now() });
    await expect(refused).rejects.toMatchObject({ code: "not-allowed-now" });
    expect((await getRollout(database.db, rolloutId)).seq).toBe(1);
    expect(await database.db.select().from(commandTable).where(eq(commandTable.commandId, commandId))).toEqual([]);
  });

  test("on a rollout that is not there is refused as such", async () => {
    await expect(pause(uuid())).rejects.toMatchObject({ code: "not-found" });
  });
});
