import { setImmediate as settle } from "node:timers/promises";
import { pino } from "pino";
import { beforeEach, expect, test } from "vitest";
import { PrometheusSettings, timesOf } from "#domain/settings/prometheus.ts";
import { dueNumbers, lateMsTolerated, type MetricAnswer, type SourceInterval } from "#domain/source-interval.ts";
import type { CountsQuestion, CountsSource } from "#server/metrics/source.ts";
import { type Counts, createCounts } from "./counts.ts";

const settings = PrometheusSettings.parse({ source: "prometheus", url: "http://prometheus", interval: "10s", delay: "1s" });
const question = { rolloutId: "r1", settings, queries: [{ metric: "errors", bad: "bad", total: "all" }], releases: [] } as const;
const good: MetricAnswer = { type: "counts", counts: {} };
const gap: MetricAnswer = { type: "missing", problem: { code: "gap", message: "Nothing was scraped." } };
/** Interval 1000 is due here, and not a moment before. */
const due = 10_001_000;

let counts: Counts;
let asked: CountsQuestion[];
let signals: AbortSignal[];
let answer: MetricAnswer;
/** Answers wait for this while it is there. */
let gate: Promise<void> | null;
let told: SourceInterval[];
let warnings: number;
let wakes: number;

const source: Pick<CountsSource, "readIntervals"> = {
  readIntervals: async (what, signal) => {
    asked.push(what);
    signals.push(signal);
    await gate;
    const { windowMs } = timesOf(what.settings);
    return dueNumbers(timesOf(what.settings), what.after, what.now).map((number) => ({
      number,
      at: number * windowMs,
      windowMs,
      metrics: { errors: answer },
    }));
  },
};

beforeEach(() => {
  [asked, signals, told, warnings, wakes, answer, gate] = [[], [], [], 0, 0, good, null];
  const log = pino({ level: "warn" }, { write: () => (warnings += 1) });
  counts = createCounts({ source, onCounted: (interval) => told.push(interval), wake: () => (wakes += 1), log });
});

/** The intervals from number 1000 on; what came before the asking is history. */
async function read(now: number, what: Parameters<Counts["read"]>[0] = question): Promise<number[]> {
  counts.read(what, now);
  await settle();
  return counts.recentIntervals().flatMap(({ number, at }) => (at >= due - 1_000 ? number : []));
}

test("what is due is read once, told once and there at the next step", async () => {
  expect(await read(due)).toEqual([1_000]);
  expect(await read(due + 9_999)).toEqual([1_000]);
  expect(asked).toHaveLength(1);
  expect(await read(due + 10_000)).toEqual([1_000, 1_001]);
  expect(asked[1]?.after).toBe(1_000);
  expect([told.slice(-2).map(({ number }) => number), wakes]).toEqual([[1_000, 1_001], 2]);
});

test("the first time it goes back as far as memory holds, so that the old release's dispersion is known", async () => {
  await read(due);
  expect(asked[0]?.after).toBe(980);
  expect(counts.recentIntervals().map(({ number }) => number)).toEqual(Array.from({ length: 20 }, (_, index) => 981 + index));
});

test("a source that takes its time is not waited for, and not asked a second time meanwhile", async () => {
  let open = () => {};
  gate = new Promise((resolve) => {
    open = resolve;
  });
  expect(await read(due)).toEqual([]);
  expect(await read(due + 10_000)).toEqual([]);
  expect(asked).toHaveLength(1);
  open();
  await settle();
  expect(await read(due + 10_000)).toEqual([1_000, 1_001]);
});

test("another rollout, or other settings, begin anew; an answer to what was asked before is not taken", async () => {
  let open = () => {};
  gate = new Promise((resolve) => {
    open = resolve;
  });
  await read(due);
  gate = null;
  expect(await read(due + 50_000, { ...question, rolloutId: "r2" })).toEqual([1_000, 1_001, 1_002, 1_003, 1_004, 1_005]);
  expect(signals[0]?.aborted).toBe(true);
  open();
  await settle();
  expect(
    counts
      .recentIntervals()
      .map(({ number }) => number)
      .at(-1),
  ).toBe(1_005);
  const faster = { ...settings, interval: "5s" };
  expect((await read(due + 60_000, { ...question, rolloutId: "r2", settings: faster })).at(-1)).toBe(2_012);
});

test("when nobody asks any more what was read is forgotten", async () => {
  await read(due);
  expect(await read(due + 1, null)).toEqual([]);
  expect([counts.expectedSince(due + 60_000), signals[0]?.aborted]).toEqual([null, true]);
});

test("the first whole interval after the asking began is expected, in its time", async () => {
  expect(counts.expectedSince(due)).toBeNull();
  await read(due);
  expect(counts.expectedSince(due + 19_000 + lateMsTolerated - 1)).toBeNull();
  expect(counts.expectedSince(due + 19_000 + lateMsTolerated)).toBeNull();
  expect(counts.expectedSince(due + 20_000 + lateMsTolerated)).toBe(10_020_000);
});

test("a missing interval is among them, and is warned of once, not each time", async () => {
  answer = gap;
  await read(due);
  expect(await read(due + 10_000)).toEqual([1_000, 1_001]);
  expect([told.length, warnings]).toEqual([21, 1]);
  answer = good;
  await read(due + 20_000);
  answer = gap;
  await read(due + 30_000);
  expect(warnings).toBe(2);
});

test("a mistake in a source is survived, and it is asked again", async () => {
  gate = Promise.reject(new Error("a bug"));
  expect(await read(due)).toEqual([]);
  gate = null;
  expect(await read(due + 100)).toEqual([1_000]);
  expect(warnings).toBe(1);
});

test("only so many are kept", async () => {
  for (let step = 0; step < 60; step += 1) await read(due + step * 10_000);
  expect(counts.recentIntervals()).toHaveLength(20);
  expect(told).toHaveLength(79);
});
