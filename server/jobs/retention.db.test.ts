import { asc } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readSamples, SampleQuery, type SampleTotals } from "#db/queries/samples.ts";
import { sample } from "#db/schema/samples.ts";
import { createTestDatabase, type TestDatabase } from "#db/testing.ts";
import { writeSamples } from "#server/engine/samples.ts";
import { insertFleet, insertRelease } from "#server/testing/fixtures.ts";
import { keepSamplesBounded } from "./retention.ts";

const hourMs = 3_600_000;
const now = 1_800_000_000_000;
let database: TestDatabase;
let fleetId: string;
let releaseId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  const release = await insertRelease(database.db, "1.0");
  releaseId = release.releaseId;
  fleetId = (await insertFleet(database.db, release)).fleetId;
  const fine = (at: number): SampleTotals => ({
    at,
    widthMs: 10_000,
    releaseId,
    requests: 10,
    failed: 1,
    cut: 0,
    bins: [[at % 20_000 === 0 ? 100 : 200, 10]],
  });
  const minutesOf = (ageMs: number, buckets: number) =>
    Array.from({ length: buckets }, (_, index) => fine(Math.floor((now - ageMs) / 60_000) * 60_000 + index * 10_000));
  await writeSamples(database.db, fleetId, [...minutesOf(15 * 24 * hourMs, 6), ...minutesOf(8 * hourMs, 12), ...minutesOf(hourMs, 6)]);
});
afterAll(() => database.close());

const widths = async () => (await database.db.select().from(sample).orderBy(asc(sample.at))).map((row) => [row.widthMs, row.requests]);

test("keeps ten seconds for six hours, a minute for 14 days, and nothing beyond", async () => {
  await keepSamplesBounded(database.db, now);
  const minutes = [
    [60_000, 60],
    [60_000, 60],
  ];
  const seconds = Array.from({ length: 6 }, () => [10_000, 10]);
  expect(await widths()).toEqual([...minutes, ...seconds]);
  await keepSamplesBounded(database.db, now);
  expect(await widths()).toEqual([...minutes, ...seconds]);
});

test("merges the latencies of what it thins out: a median of two halves lies between them", async () => {
  const query = SampleQuery.parse({ fleetId, windowMs: 9 * hourMs, widthMs: 5 * 60_000, until: now });
  const buckets = await readSamples(database.db, query, now, []);
  expect(buckets.map((bucket) => [bucket.requests, bucket.failed])).toEqual([
    [120, 12],
    [60, 6],
  ]);
  const [thinned] = buckets;
  expect(thinned?.latencyMsP99).toBeGreaterThan((thinned?.latencyMsP50 ?? Number.NaN) * 5);
});

test("a stretch that is read twice keeps the fuller count", async () => {
  const at = now - 60_000;
  const part = { at, widthMs: 10_000, releaseId, failed: 0, cut: 0, bins: [[1, 1]] as const };
  await writeSamples(database.db, fleetId, [{ ...part, requests: 40 }]);
  await writeSamples(database.db, fleetId, [{ ...part, requests: 7 }]);
  const [bucket] = await readSamples(database.db, SampleQuery.parse({ fleetId, windowMs: 60_000, widthMs: 10_000, until: now }), now, []);
  expect(bucket?.requests).toBe(40);
});

test("asks for too many buckets are refused at the width", () => {
  const refused = SampleQuery.safeParse({ fleetId, windowMs: 3_600_000, widthMs: 1_000 });
  expect(refused.error?.issues[0]?.path).toEqual(["widthMs"]);
});
