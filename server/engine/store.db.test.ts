import { eq } from "drizzle-orm";
import fc from "fast-check";
import { v7 as uuid } from "uuid";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { fleetStream } from "#db/queries/events.ts";
import { getFleetRow } from "#db/queries/fleets.ts";
import { getRollout, listRollouts, readEvents } from "#db/queries/rollouts.ts";
import { audit } from "#db/schema/audit.ts";
import { fleet as fleetTable } from "#db/schema/fleets.ts";
import { command as commandTable, event as eventTable, rollout as rolloutTable } from "#db/schema/rollouts.ts";
import { createTestDatabase, type TestDatabase } from "#db/testing.ts";
import { evolve } from "#domain/engine/evolve.ts";
import type { RolloutFact } from "#domain/event.ts";
import type { Fleet } from "#domain/fleet.ts";
import type { Release } from "#domain/release.ts";
import { toStored } from "#domain/revive.ts";
import type { Rollout } from "#domain/rollout.ts";
import { asAda, beginRollout, expireLease, insertFleet, insertRelease } from "#server/testing/fixtures.ts";
import { eventsPerState } from "./append.ts";
import { applyCommand } from "./apply.ts";
import { createHolder } from "./holder.ts";
import { createLeases, LeaseLost } from "./lease.ts";
import { appendAsEngine, appendToFleetAsEngine, MovedOn } from "./store.ts";

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

const begin = (commandId = uuid()) => beginRollout(database.db, { fleet, release: fresh, commandId });

async function takeToken(): Promise<number> {
  const lease = await createLeases(database.db, createHolder()).take(fleet.fleetId);
  if (!lease) throw new Error("The lease is held by another.");
  return lease.token;
}

const pause = (rolloutId: string, commandId = uuid()) => applyCommand(database.db, asAda({ type: "pause", rolloutId, commandId }));
const rowOf = () => getFleetRow(database.db, fleet.fleetId);

async function appendFacts(rolloutId: string, token: number, facts: readonly RolloutFact[]): Promise<Rollout> {
  const [row, state] = [await rowOf(), await getRollout(database.db, rolloutId)];
  return (await appendAsEngine(database.db, { row, state, token, facts, intervals: [], now: Date.now() })).rollout;
}

async function foldEvents(rolloutId: string): Promise<Rollout> {
  let state: Rollout | null = null;
  for (const event of await readEvents(database.db, { rolloutId, afterSeq: 0, limit: 100_000 })) state = evolve(state, event);
  if (state === null) throw new Error("No events.");
  return state;
}

async function storedSeq(rolloutId: string): Promise<number | undefined> {
  const [row] = await database.db.select({ stateSeq: rolloutTable.stateSeq }).from(rolloutTable).where(eq(rolloutTable.rolloutId, rolloutId));
  return row?.stateSeq;
}

describe("starting", () => {
  test("of many at once exactly one wins", async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => begin()));
    const won = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value.rolloutId] : []));
    expect(won).toHaveLength(1);
    for (const outcome of outcomes) if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "conflict" });
    expect(await listRollouts(database.db, { environments: ["test"], fleetId: fleet.fleetId, limit: 10 })).toHaveLength(1);
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

  test("lifts the hold on the release that is started, as a fact of the fleet", async () => {
    const heldRelease = { releaseId: fresh.releaseId, rolloutId: uuid(), reason: "It failed.", at: 1 };
    await database.db.update(fleetTable).set({ heldRelease }).where(eq(fleetTable.fleetId, fleet.fleetId));
    await begin();
    expect(await rowOf()).toMatchObject({ heldRelease: null, seq: 1 });
    const events = await database.db
      .select()
      .from(eventTable)
      .where(eq(eventTable.stream, fleetStream(fleet.fleetId)));
    expect(events).toMatchObject([{ seq: 1, type: "hold.lifted", actor: { name: "Ada" } }]);
  });
});

describe("two writers", () => {
  test("the engine that decided on an older state is told to read again, and wins then", async () => {
    const { rolloutId } = await begin();
    const token = await takeToken();
    const [row, seen] = [await rowOf(), await getRollout(database.db, rolloutId)];
    await pause(rolloutId);
    const append = { row, token, facts: [{ type: "rollout.prepared" }] as const, intervals: [], now: Date.now() };
    await expect(appendAsEngine(database.db, { ...append, state: seen })).rejects.toThrow(MovedOn);
    const after = await appendAsEngine(database.db, { ...append, state: await getRollout(database.db, rolloutId) });
    expect(after.rollout.seq).toBe(3);
    const events = await readEvents(database.db, { rolloutId, afterSeq: 0, limit: 10 });
    expect(events.map((event) => [event.seq, event.type])).toEqual([
      [1, "rollout.started"],
      [2, "rollout.paused"],
      [3, "rollout.prepared"],
    ]);
  });

  test("the engine that decided on an older fleet is told as well", async () => {
    const { rolloutId } = await begin();
    const token = await takeToken();
    const row = await rowOf();
    const now = Date.now();
    await appendToFleetAsEngine(database.db, { row, token, facts: [{ type: "release.proven", releaseId: old.releaseId }], now });
    const state = await getRollout(database.db, rolloutId);
    const append = { row, state, token, facts: [{ type: "rollout.prepared" }] as const, intervals: [], now };
    await expect(appendAsEngine(database.db, append)).rejects.toThrow(MovedOn);
    expect(await rowOf()).toMatchObject({ seq: 1, fleet: { provenReleaseId: old.releaseId } });
  });

  test("many commands at once leave no gap and lose none", async () => {
    const { rolloutId } = await begin();
    const commands = Array.from({ length: 10 }, (_, index) =>
      applyCommand(database.db, asAda({ type: index % 2 ? "resume" : "pause", rolloutId, commandId: uuid() })).catch(() => null),
    );
    await Promise.all(commands);
    const events = await readEvents(database.db, { rolloutId, afterSeq: 0, limit: 100 });
    expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
    expect((await getRollout(database.db, rolloutId)).seq).toBe(events.length);
  });

  test("times of a stream never run backwards, whatever the writers' clocks say", async () => {
    const { rolloutId } = await begin();
    await applyCommand(database.db, asAda({ type: "pause", rolloutId, commandId: uuid() }, 1_000));
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
    await expect(appendFacts(rolloutId, token, [{ type: "rollout.prepared" }])).rejects.toThrow(LeaseLost);
    expect((await getRollout(database.db, rolloutId)).seq).toBe(1);
  });

  test("one that ran out may not write either", async () => {
    const { rolloutId } = await begin();
    const token = await takeToken();
    await expireLease(database.db, fleet.fleetId);
    await expect(appendFacts(rolloutId, token, [{ type: "rollout.prepared" }])).rejects.toThrow(LeaseLost);
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
    const refused = applyCommand(database.db, asAda({ type: "resume", rolloutId, commandId }));
    await expect(refused).rejects.toMatchObject({ code: "not-allowed-now" });
    expect((await getRollout(database.db, rolloutId)).seq).toBe(1);
    expect(await database.db.select().from(commandTable).where(eq(commandTable.commandId, commandId))).toEqual([]);
  });

  test("on a rollout that is not there is refused as such", async () => {
    await expect(pause(uuid())).rejects.toMatchObject({ code: "not-found" });
  });
});

describe("the stored state", () => {
  const waiting = (detail: string): RolloutFact => ({ type: "waiting.changed", waiting: [{ reason: "driver-unreachable", detail }] });
  /** Commits of so many events each, and among them changes of status. */
  const commits = fc.array(
    fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 1, max: 400 }) }, { weight: 1, arbitrary: fc.constant("status" as const) }),
    {
      minLength: 1,
      maxLength: 8,
    },
  );

  test("is what the events fold to, whichever of them it was stored with", async () => {
    await fc.assert(
      fc.asyncProperty(commits, async (sizes) => {
        fleet = await insertFleet(database.db, old);
        const { rolloutId } = await begin();
        const token = await takeToken();
        for (const size of sizes) {
          const { status } = await getRollout(database.db, rolloutId);
          if (size === "status") {
            const type = status === "paused" ? "resume" : "pause";
            await applyCommand(database.db, asAda({ type, rolloutId, commandId: uuid() }));
            expect(await storedSeq(rolloutId)).toBe((await getRollout(database.db, rolloutId)).seq);
          } else
            await appendFacts(
              rolloutId,
              token,
              Array.from({ length: size }, (_, index) => waiting(`${index}`)),
            );
        }
        const loaded = await getRollout(database.db, rolloutId);
        expect(toStored(loaded)).toEqual(toStored(await foldEvents(rolloutId)));
        expect(loaded.seq - ((await storedSeq(rolloutId)) ?? 0)).toBeLessThanOrEqual(eventsPerState);
      }),
      { numRuns: 12, seed: Number(process.env.SEED ?? 3) },
    );
  });

  test("keeps the order of the instances, and is whole without any", async () => {
    const { rolloutId } = await begin();
    await database.db.update(rolloutTable).set({ state: null }).where(eq(rolloutTable.rolloutId, rolloutId));
    const folded = await getRollout(database.db, rolloutId);
    expect(folded.updates.keys()).toEqual(fleet.instances.map(({ id }) => id));
  });

  test("is not written with every event", async () => {
    const { rolloutId } = await begin();
    const token = await takeToken();
    const after = await appendFacts(rolloutId, token, [waiting("a"), waiting("b")]);
    expect([after.seq, await storedSeq(rolloutId)]).toEqual([3, 1]);
  });
});
