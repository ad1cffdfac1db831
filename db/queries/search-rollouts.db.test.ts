import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "#db/testing.ts";
import type { RolloutFact } from "#domain/event.ts";
import { SearchRollouts } from "#domain/history/search.ts";
import { appendToRollout } from "#server/engine/append.ts";
import { ada, beginRollout, insertFleet, insertRelease, startedFact } from "#server/testing/fixtures.ts";
import { lockFleetRow } from "./fleets.ts";
import { getRollout } from "./rollouts.ts";
import { readRolloutChoices, searchRollouts } from "./search-rollouts.ts";

let database: TestDatabase;
let [good, bad, queuedOn] = ["", "", ""];

beforeAll(async () => {
  database = await createTestDatabase();
  const { db } = database;
  const [old, next] = [await insertRelease(db, "1.0"), await insertRelease(db, "1.1")];
  const begin = async (name: string, now: number) =>
    (await beginRollout(db, { fleet: await insertFleet(db, old, 2, name), release: next, now })).rolloutId;
  [good, bad, queuedOn] = [await begin("shop", 1_000), await begin("cart", 2_000), await begin("till", 3_000)];
  await append(good, [{ type: "rollout.ended", status: "succeeded", message: "All done.", failed: [] }], 9_000);
  await append(
    bad,
    [
      { type: "rollout.paused", cause: "person", message: "Wait." },
      { type: "rollout.resumed", reason: null },
      { type: "rollback.started", cause: "resources", message: "It takes too much." },
      { type: "rollout.ended", status: "rolled-back", message: "It takes 10% more.", failed: [] },
    ],
    8_000,
  );
});
afterAll(() => database.close());

async function append(rolloutId: string, facts: readonly RolloutFact[], now: number): Promise<void> {
  const { db } = database;
  const before = await getRollout(db, rolloutId);
  await db.transaction(async (tx) => {
    await appendToRollout(tx, { row: await lockFleetRow(tx, before.fleetId), rolloutId, before, facts, actor: ada, now });
  });
}

const search = async (asked: Partial<SearchRollouts>) =>
  (await searchRollouts(database.db, SearchRollouts.parse(asked), ["test"])).rows.map(({ rolloutId }) => rolloutId);

test("without a filter there are all of them, newest first", async () => {
  expect(await search({})).toEqual([queuedOn, bad, good]);
});

test("a row tells where it came from, how often it paused, and which gates closed", async () => {
  const { rows, total } = await searchRollouts(database.db, SearchRollouts.parse({ result: "rolled-back" }), ["test"]);
  expect(total).toBe(1);
  expect(rows[0]).toMatchObject({ rolloutId: bad, fromRelease: null, predictedMs: null, pauses: 1, trips: 1, overridden: 0, takenBackBy: null });
});

test.each<[string, Partial<SearchRollouts>, () => string[]]>([
  ["what has not ended", { result: "open" }, () => [queuedOn]],
  ["trouble", { result: "trouble" }, () => [bad]],
  ["who started it", { who: "Ada" }, () => [queuedOn, bad, good]],
  ["somebody who started none", { who: "Bob" }, () => []],
  ["a time", { since: 2_000 }, () => [queuedOn, bad]],
  ["text in any case, of what it came to", { text: "ALL DONE" }, () => [good]],
  ["text that is no pattern", { text: "0%" }, () => [bad]],
  ["an underscore that is no wildcard", { text: "t_l" }, () => []],
  ["all that is given at once", { release: "1.1", environment: "test", text: "shop" }, () => [good]],
])("it filters by %s", async (_, asked, expected) => {
  expect(await search(asked)).toEqual(expected());
});

test("one that was taken back after its end counts as trouble, and says by which", async () => {
  const { db } = database;
  const done = await getRollout(db, good);
  const [row] = (await searchRollouts(db, SearchRollouts.parse({ text: "shop" }), ["test"])).rows;
  expect(row?.takenBackBy).toBeNull();
  const rollbackId = "0197a000-0000-7000-8000-000000000001";
  await db.transaction(async (tx) => {
    const fleet = await lockFleetRow(tx, done.fleetId);
    const release = { releaseId: done.releaseId, name: "1.1" } as Parameters<typeof startedFact>[1];
    const fact = { ...startedFact(fleet.fleet, release), kind: "rollback" as const, undoes: { rolloutId: good, releaseId: done.releaseId } };
    await appendToRollout(tx, { row: fleet, rolloutId: rollbackId, before: null, facts: [fact], actor: ada, now: 10_000 });
  });
  const after = (await searchRollouts(db, SearchRollouts.parse({ result: "trouble" }), ["test"])).rows;
  expect(after.map(({ rolloutId, takenBackBy }) => [rolloutId, takenBackBy])).toEqual([
    [bad, null],
    [good, rollbackId],
  ]);
  expect((await searchRollouts(db, SearchRollouts.parse({ result: "open", text: "shop" }), ["test"])).rows[0]?.fromRelease).toBe("1.1");
});

test("there is to choose what rollouts have", async () => {
  const { fleets, ...choices } = await readRolloutChoices(database.db, ["test"]);
  expect(fleets.map(({ name }) => name)).toEqual(["cart", "shop", "till"]);
  expect(choices).toEqual({ environments: ["test"], people: ["Ada"], releases: ["1.1"] });
});
