import { afterAll, beforeAll, expect, test } from "vitest";
import { sample } from "#db/schema/samples.ts";
import { createTestDatabase, type TestDatabase } from "#db/testing.ts";
import type { RolloutFact } from "#domain/event.ts";
import type { Fleet } from "#domain/fleet.ts";
import type { Release } from "#domain/release.ts";
import { appendToRollout } from "#server/engine/append.ts";
import { ada, insertFleet, insertRelease, startedFact } from "#server/testing/fixtures.ts";
import { readFinished } from "./finished-rollouts.ts";
import { lockFleetRow } from "./fleets.ts";
import { findRollout } from "./rollouts.ts";

const minute = 60_000;
let database: TestDatabase;
let fleet: Fleet;
let next: Release;
beforeAll(async () => {
  database = await createTestDatabase();
  fleet = await insertFleet(database.db, await insertRelease(database.db, "1.0"), 2);
  next = await insertRelease(database.db, "1.1");
});
afterAll(() => database.close());

const ids = { good: id(1), back: id(2), undoing: id(3) };
function id(number: number): string {
  return `0197a000-0000-7000-8000-00000000000${number}`;
}

async function append(rolloutId: string, facts: readonly RolloutFact[], now: number): Promise<void> {
  const { db } = database;
  const before = await findRollout(db, rolloutId);
  await db.transaction(async (tx) => {
    await appendToRollout(tx, { row: await lockFleetRow(tx, fleet.fleetId), rolloutId, before, facts, actor: ada, now });
  });
}

const ended = (status: "succeeded" | "rolled-back"): RolloutFact => ({ type: "rollout.ended", status, message: "", failed: [] });
const opened: RolloutFact = { type: "batch.opened", batch: 1, instanceIds: ["i0"] };

test("what ended in time is read with all that is known of it: how it went, what took it back, what its release answered", async () => {
  const { db } = database;
  await append(ids.good, [{ ...startedFact(fleet, next), predictedMs: 5_000 }, { type: "rollout.prepared" }, opened], minute);
  await append(ids.good, [ended("succeeded")], 2 * minute);
  const undoes = { rolloutId: ids.good, releaseId: next.releaseId };
  await append(ids.undoing, [{ ...startedFact(fleet, next), kind: "rollback", undoes }], 3 * minute);
  await append(ids.undoing, [ended("rolled-back")], 4 * minute);
  await append(ids.back, [startedFact(fleet, next), { type: "rollout.prepared" }, opened], 10 * minute);
  await append(ids.back, [{ type: "rollback.started", cause: "evidence", message: "" }, ended("rolled-back")], 11 * minute);
  const answers = (at: number, releaseId: string, failed: number) =>
    db.insert(sample).values({ fleetId: fleet.fleetId, at, widthMs: 10_000, releaseId, requests: 10, failed, cut: 0, bins: [] });
  await answers(minute + 5_000, next.releaseId, 1);
  await answers(10 * minute + 5_000, next.releaseId, 4);
  await answers(10 * minute + 15_000, fleet.initialReleaseId, 9);
  await answers(12 * minute, next.releaseId, 8);

  const all = await readFinished(db, { since: 0, environments: ["test"] });
  expect(all.map(({ summary }) => summary.rolloutId)).toEqual([ids.back, ids.undoing, ids.good]);
  const [back, , good] = all;
  expect(back).toMatchObject({ endedAt: 11 * minute, takenBack: null, served: { requests: 10, failed: 4 }, predictedMs: null });
  expect(back?.record.turnedBack).toMatchObject({ at: 11 * minute, cause: "evidence" });
  expect(good).toMatchObject({ predictedMs: 5_000, takenBack: { rolloutId: ids.undoing, restored: true }, served: { requests: 10, failed: 1 } });
  expect(good?.releaseRecordedAt).toBeGreaterThan(0);
  expect((await readFinished(db, { since: 4 * minute, environments: ["test"] })).map(({ summary }) => summary.rolloutId)).toEqual([
    ids.back,
    ids.undoing,
  ]);
  expect(await readFinished(db, { since: 0, environments: ["production"] })).toEqual([]);
});
