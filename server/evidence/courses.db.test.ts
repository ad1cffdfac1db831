import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { rollout } from "#db/schema/rollouts.ts";
import { evidenceInterval } from "#db/schema/samples.ts";
import { createTestDatabase, type TestDatabase } from "#db/testing.ts";
import type { EvidenceInterval } from "#domain/evidence/interval.ts";
import { replayRollout } from "#domain/evidence/replay.ts";
import { parseReplay, type ReplayRollout } from "#domain/evidence/replay-file.ts";
import { slotLengthsMs } from "#domain/evidence/slots.ts";
import { Failure } from "#domain/failure.ts";
import { beginRollout, insertFleet, insertRelease } from "#server/testing/fixtures.ts";
import { createCourses, readReplayFile } from "./courses.ts";

let database: TestDatabase;
const judged = { metrics: { latency: [] } };

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.close());

test("readers who come at once fold each interval once, and later ones what came since", async () => {
  const { db } = database;
  const rolloutId = await begin(judged);
  await insert(rolloutId, [second(1, 0), second(2, 3)]);
  const courses = createCourses(db);
  const [one, other] = await Promise.all([courses.read(rolloutId), courses.read(rolloutId)]);
  expect(one).toEqual(other);
  await insert(rolloutId, [second(3, 3)]);
  const later = await courses.read(rolloutId);
  expect([one, later].map((course) => course?.points.length)).toEqual([2, 3]);
  expect(later).toEqual(await createCourses(db).read(rolloutId));
  expect(later?.metrics[0]?.evidence).toMatchObject({ metric: "errors", intervals: 3, new: { failed: 6, total: 75 } });
});

test("the course of a moment holds what was counted until then, whichever moment was looked at before", async () => {
  const { db } = database;
  const rolloutId = await begin(judged);
  const intervals = Array.from({ length: 6 }, (_, number) => second(number, 3));
  await insert(rolloutId, intervals);
  const courses = createCourses(db);
  const now = await courses.read(rolloutId);
  const lengths: (number | undefined)[] = [];
  for (const index of [4, 1, 3, 5]) lengths.push((await courses.readAt(rolloutId, intervals[index]?.at ?? 0))?.points.length);
  expect(lengths).toEqual([5, 2, 4, 6]);
  expect(await courses.readAt(rolloutId, (intervals[5]?.at ?? 0) + 1_000)).toEqual(now);
  expect((await courses.readAt(rolloutId, (intervals[0]?.at ?? 0) - 1))?.points).toEqual([]);
});

test("the file, computed again, gives what the course shows", async () => {
  const { db } = database;
  const rolloutId = await begin(judged);
  const intervals = Array.from({ length: 8 }, (_, number) => second(number, 20));
  await insert(rolloutId, intervals);
  const course = await createCourses(db).read(rolloutId);
  const replayed = replayRollout(parseReplay(JSON.parse(JSON.stringify(await readReplayFile(db, rolloutId)))) as ReplayRollout);
  expect(replayed.decidedAt).not.toBeNull();
  for (const [index, { lnSum }] of (course?.points ?? []).slice(0, (replayed.decidedAt ?? 0) + 1).entries())
    expect(replayed.lnSum[index]).toBeCloseTo(lnSum, 9);
});

test("a rollout that waits in the queue has no course, and is judged by what is frozen at its start", async () => {
  const { db } = database;
  const rolloutId = await begin(judged);
  const { state } = (await db.select().from(rollout).where(eq(rollout.rolloutId, rolloutId)))[0] ?? {};
  if (!state) throw new Error("It was stored.");
  const courses = createCourses(db);
  const store = (change: object) =>
    db
      .update(rollout)
      .set({ state: { ...state, ...change } })
      .where(eq(rollout.rolloutId, rolloutId));
  await store({ status: "queued" });
  expect(await courses.read(rolloutId)).toBeNull();
  await store({ baseline: { errorsUnit: "slots", requests: 0, bins: {}, hosts: {} } });
  await insert(rolloutId, [second(1, 0)]);
  expect((await courses.read(rolloutId))?.metrics.map(({ evidence }) => evidence.metric)).toEqual(["errors", "traffic"]);
});

test("a plan without evidence has none, and a rollout that is not there is told as such", async () => {
  const { db } = database;
  const rolloutId = await begin({ metrics: false });
  expect(await createCourses(db).read(rolloutId)).toBeNull();
  await expect(readReplayFile(db, rolloutId)).rejects.toMatchObject({ code: "not-found" });
  await expect(createCourses(db).read(randomUUID())).rejects.toBeInstanceOf(Failure);
});

async function begin(plan: NonNullable<Parameters<typeof beginRollout>[1]["plan"]>): Promise<string> {
  const { db } = database;
  const release = await insertRelease(db, `1.1-${randomUUID().slice(-8)}`);
  return (await beginRollout(db, { fleet: await insertFleet(db, release), release, plan })).rolloutId;
}

async function insert(rolloutId: string, intervals: readonly EvidenceInterval[]): Promise<void> {
  await database.db.insert(evidenceInterval).values(intervals.map((data) => ({ rolloutId, number: data.number, at: data.at, data })));
}

/** Eleven old instances and a new one, 25 requests each. */
function second(number: number, freshFailed: number): EvidenceInterval {
  return { number, at: number * 1_000, old: arm(11, 0), new: arm(1, freshFailed), oldServes: true };
}

function arm(instances: number, failed: number): EvidenceInterval["old"] {
  const slots = slotLengthsMs.map((lengthMs) => (instances * 1_000) / lengthMs);
  return { requests: 25 * instances, failed, errors: slots.map((count) => [Math.min(failed, count), count] as const), used: slots };
}
