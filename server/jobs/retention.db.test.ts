import { asc, eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fleetStream } from "#db/queries/events.ts";
import { readSamples, SampleQuery, type SampleTotals } from "#db/queries/samples.ts";
import { fleet as fleetTable } from "#db/schema/fleets.ts";
import { event, hookRun, rollout } from "#db/schema/rollouts.ts";
import { evidenceInterval, sample } from "#db/schema/samples.ts";
import { createTestDatabase, type TestDatabase } from "#db/testing.ts";
import { engineActor } from "#domain/actor.ts";
import { writeSamples } from "#server/engine/samples.ts";
import { beginRollout, insertFleet, insertRelease } from "#server/testing/fixtures.ts";
import {
  fleetEventsKept,
  fleetEventsKeptMs,
  hookRunsKeptMs,
  intervalsKeptMs,
  keepFleetEventsBounded,
  keepHookRunsBounded,
  keepIntervalsBounded,
  keepSamplesBounded,
} from "./retention.ts";

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
    usage: { unitSeconds: 20, cpuSeconds: at % 20_000 === 0 ? 8 : 2, memoryByteSeconds: 20 * 84e6, restarts: 1 },
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

test("what the instances took adds up where it is thinned out, and is told as the mean of one", async () => {
  const query = SampleQuery.parse({ fleetId, windowMs: 9 * hourMs, widthMs: 5 * 60_000, until: now });
  const buckets = await readSamples(database.db, query, now, []);
  expect(buckets.map(({ usage }) => usage)).toEqual([
    { cpu: 0.25, memoryBytes: 84e6, restarts: 12 },
    { cpu: 0.25, memoryBytes: 84e6, restarts: 6 },
  ]);
});

test("a stretch that is read twice keeps the fuller count", async () => {
  const at = now - 60_000;
  const part = { at, widthMs: 10_000, releaseId, failed: 0, cut: 0, bins: [[1, 1]] as const };
  await writeSamples(database.db, fleetId, [{ ...part, requests: 40 }]);
  await writeSamples(database.db, fleetId, [{ ...part, requests: 7 }]);
  const [bucket] = await readSamples(database.db, SampleQuery.parse({ fleetId, windowMs: 60_000, widthMs: 10_000, until: now }), now, []);
  expect(bucket?.requests).toBe(40);
});

test("narrow buckets of a past that is no longer in memory are as wide as what is stored, those of one that is are not", async () => {
  const query = SampleQuery.parse({ fleetId, windowMs: 60_000, widthMs: 5_000, until: now });
  expect((await readSamples(database.db, query, now, [])).map(({ widthMs, requests }) => [widthMs, requests])).toEqual([[10_000, 40]]);
  const second = (at: number) => ({ at, widthMs: 1_000, releaseId, requests: 3, failed: 0, cut: 0, bins: [] });
  const recent = [second(now - 70_000), second(now - 30_000)];
  expect((await readSamples(database.db, query, now, recent)).map(({ widthMs, requests }) => [widthMs, requests])).toEqual([[5_000, 3]]);
});

test("asks for too many buckets are refused at the width", () => {
  const refused = SampleQuery.safeParse({ fleetId, windowMs: 3_600_000, widthMs: 1_000 });
  expect(refused.error?.issues[0]?.path).toEqual(["widthMs"]);
});

test("the runs of hooks are kept while their rollout is active, and for 14 days from its end", async () => {
  const { db } = database;
  const release = await insertRelease(db, "1.1");
  const ended = [null, now - hookRunsKeptMs + 1, now - hookRunsKeptMs - 1];
  for (const [index, endedAt] of ended.entries()) {
    const { rolloutId } = await beginRollout(db, { fleet: await insertFleet(db, release), release });
    await db
      .update(rollout)
      .set({ endedAt, status: endedAt === null ? "running" : "succeeded" })
      .where(eq(rollout.rolloutId, rolloutId));
    await db.insert(hookRun).values({ key: `run ${index}`, rolloutId, status: "succeeded", startedAt: 0, token: 1 });
  }
  await keepHookRunsBounded(db, now);
  expect((await db.select().from(hookRun)).map(({ key }) => key).sort()).toEqual(["run 0", "run 1"]);
});

test("what a rollout was judged by is kept for 90 days from its end", async () => {
  const { db } = database;
  const release = await insertRelease(db, "1.2");
  const kept = new Set<string>();
  for (const endedAt of [null, now - intervalsKeptMs + 1, now - intervalsKeptMs - 1]) {
    const { rolloutId } = await beginRollout(db, { fleet: await insertFleet(db, release), release });
    await db
      .update(rollout)
      .set({ endedAt, status: endedAt === null ? "running" : "succeeded" })
      .where(eq(rollout.rolloutId, rolloutId));
    await db.insert(evidenceInterval).values({ rolloutId, number: 1, at: 0, data: {} });
    if (endedAt === null || endedAt > now - intervalsKeptMs) kept.add(rolloutId);
  }
  await keepIntervalsBounded(db, now);
  expect(new Set((await db.select().from(evidenceInterval)).map(({ rolloutId }) => rolloutId))).toEqual(kept);
});

test("of a fleet's events the newest 1,000 are kept, for 90 days, and the last one for ever", async () => {
  const { db } = database;
  const count = fleetEventsKept + 5;
  const stream = fleetStream(fleetId);
  const seqs = async () => (await db.select({ seq: event.seq }).from(event).where(eq(event.stream, stream)).orderBy(event.seq)).map(({ seq }) => seq);
  const data = { type: "fleet.thawed", reason: "Over." } as const;
  const events = Array.from({ length: count }, (_, index) => ({ stream, seq: index + 1, at: now, type: data.type, actor: engineActor, data }));
  await db.insert(event).values(events);
  await db.update(fleetTable).set({ seq: count }).where(eq(fleetTable.fleetId, fleetId));
  await keepFleetEventsBounded(db, now);
  expect(await seqs()).toEqual(events.slice(-fleetEventsKept).map(({ seq }) => seq));
  await keepFleetEventsBounded(db, now + fleetEventsKeptMs + 1);
  expect(await seqs()).toEqual([count]);
});
