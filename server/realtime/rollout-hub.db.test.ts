import { afterAll, beforeAll, expect, test } from "vitest";
import { getFleetRow } from "#db/queries/fleets.ts";
import { findRollout, getRollout } from "#db/queries/rollouts.ts";
import { createTestDatabase, type TestDatabase } from "#db/testing.ts";
import type { RolloutEvent } from "#domain/event.ts";
import { createHolder } from "#server/engine/holder.ts";
import { createLeases, type HeldLease } from "#server/engine/lease.ts";
import { appendAsEngine } from "#server/engine/store.ts";
import { beginRollout, insertFleet, insertRelease, waitFor } from "#server/testing/fixtures.ts";
import { createRolloutHub } from "./rollout-hub.ts";

let database: TestDatabase;
let fleetId: string;
let rolloutId: string;
let lease: HeldLease | null;

beforeAll(async () => {
  database = await createTestDatabase();
  const release = await insertRelease(database.db, "1.1");
  const fleet = await insertFleet(database.db, release);
  ({ fleetId } = fleet);
  ({ rolloutId } = await beginRollout(database.db, { fleet, release, now: 1 }));
  lease = await createLeases(database.db, createHolder()).take(fleetId);
});
afterAll(() => database.close());

/** As the engine writes them, so many in one transaction. */
async function write(count: number): Promise<readonly RolloutEvent[]> {
  const state = await getRollout(database.db, rolloutId);
  const row = await getFleetRow(database.db, fleetId);
  const facts = Array.from({ length: count }, () => ({ type: "waiting.changed", waiting: [] }) as const);
  return (await appendAsEngine(database.db, { row, state, token: lease?.token ?? 0, facts, intervals: [], now: Date.now() })).events;
}

test("what was written is told at once, read again by nobody, and told once; what is missing before it is read", async () => {
  const told: number[][] = [];
  const hub = createRolloutHub(database.db, {
    rolloutId,
    findRollout: (id) => findRollout(database.db, id),
    tell: (_socketIds, events) => void told.push(events.map(({ seq }) => seq)),
    onTrouble: (error) => {
      throw error;
    },
  });
  const first = await write(1);
  const from = first[0]?.seq ?? 0;
  await hub.watch({ socketId: "ada", snapshot: () => {} }, from - 1);
  await waitFor("what was there is told", () => told.flat().length > 0);
  told.length = 0;

  const next = await write(3);
  hub.written(next);
  expect(told).toEqual([[from + 1, from + 2, from + 3]]);
  hub.changed(from + 3);
  hub.written(next);

  await write(1);
  hub.written(await write(1));
  await waitFor("the hole is filled", () => told.length > 1);
  expect(told.flat()).toEqual([from + 1, from + 2, from + 3, from + 4, from + 5]);
  hub.close();
});
