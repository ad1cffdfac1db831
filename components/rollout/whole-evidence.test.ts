import { describe, expect, test } from "vitest";
import { rolloutAfter } from "#domain/engine/rollout-testing.ts";
import { baselineOf } from "#domain/evidence/baseline.ts";
import type { EvidenceCourse } from "#domain/evidence/course.ts";
import type { MetricEvidence, MetricName } from "#domain/metric.ts";
import type { PlanInput } from "#domain/plan.ts";
import type { Rollout } from "#domain/rollout.ts";
import { evidenceOf, wholeOf } from "./evidence-testing.ts";
import { gatherEvidence, readWhole, speaksAgainst, worstMetric } from "./whole-evidence.ts";

const slow = (name: "p50" | "p99" | "p99.9", change: Partial<MetricEvidence> = {}) =>
  evidenceOf({ metric: `latency-${name}`, thresholdMs: 23, ...change });

const gauge = (state: MetricEvidence["state"]) =>
  evidenceOf({ metric: "custom-queue", state, lnE: 0, lnThreshold: Number.MAX_VALUE, comparison: "ceiling", gauge: { value: 5, max: 3 } });

describe("the state of the whole", () => {
  const rows: [string, readonly MetricEvidence[], number, string, string][] = [
    ["all calm", [evidenceOf(), slow("p99")], 0.4, "Leaning good", "0.4×: not enough to act (needs 1,000×)."],
    ["shown only where every metric is", [evidenceOf({ shownHarmless: true })], 0.1, "Shown harmless", "0.1×: not enough to act (needs 1,000×)."],
    [
      "some saw too little",
      [evidenceOf(), slow("p99", { state: "insufficient" }), slow("p99.9", { state: "insufficient" })],
      1.2,
      "Too little seen",
      "1.2×: not enough to act (needs 1,000×); too little was seen to tell of latency p99 and p99.9.",
    ],
    [
      "what speaks strongly is said first",
      [evidenceOf({ state: "insufficient" })],
      41,
      "Leaning bad",
      "41×: speaks against the new release, not enough to act (needs 1,000×); too little was seen to tell of errors.",
    ],
    [
      "blind before leaning",
      [evidenceOf({ state: "blind" }), slow("p99")],
      41,
      "Blind",
      "The metrics source is silent on errors: nothing is judged by it, and nothing counts as good.",
    ],
    [
      "bad before blind",
      [evidenceOf({ state: "blind" }), slow("p99", { state: "bad" })],
      0.4,
      "Bad",
      "The new release is worse on latency p99: the sum reached 1,000×.",
    ],
    [
      "one overridden is out, the others judge on",
      [evidenceOf({ state: "overridden" }), slow("p99")],
      0.4,
      "Leaning good",
      "0.4×: not enough to act (needs 1,000×).",
    ],
    ["all overridden", [evidenceOf({ state: "overridden" })], 0.4, "Overridden", "Every metric was overridden by a person: nothing acts any more."],
    [
      "a plain number holds",
      [evidenceOf(), gauge("over")],
      0.4,
      "Above a bound",
      "0.4×: not enough to act (needs 1,000×); queue is above the bound, which holds the gate and never rolls back.",
    ],
    ["nothing seen yet", [], 1, "Nothing yet", "The comparison begins with the first requests to the new release."],
  ];
  test.each(rows)("%s", (_name, metrics, factor, label, text) => {
    expect(readWhole(wholeOf(metrics, factor))).toMatchObject({ label, text });
  });

  test("off is something else than not yet", () => {
    expect(readWhole(null).label).toBe("Off");
  });
});

describe("what speaks loudest", () => {
  test("is what is nearest to its own threshold", () => {
    const quiet = evidenceOf({ lnE: Math.log(20), lnThreshold: Math.log(2_000) });
    const loud = slow("p50", { lnE: Math.log(200), lnThreshold: Math.log(10_000) });
    expect(worstMetric(wholeOf([quiet, loud], 30))?.evidence.metric).toBe("latency-p50");
  });

  test("is what was found bad, and never what a person overrode", () => {
    const metrics = [evidenceOf({ state: "overridden", lnE: 20 }), slow("p50", { lnE: 5 }), slow("p99", { state: "bad", lnE: 1 })];
    expect(worstMetric(wholeOf(metrics, 3))?.evidence.metric).toBe("latency-p99");
    expect(worstMetric(wholeOf(metrics.slice(0, 2), 3))?.evidence.metric).toBe("latency-p50");
    expect(worstMetric(null)).toBeNull();
  });

  test.each<[string, readonly MetricEvidence[], number, boolean]>([
    ["1.5×", [evidenceOf()], 1.5, false],
    ["2.1×", [evidenceOf()], 2.1, true],
    ["a metric that is bad already", [evidenceOf({ state: "bad" })], 0.5, true],
    ["one that was overridden", [evidenceOf({ state: "overridden" })], 0.5, false],
  ])("going on at %s", (_name, metrics, factor, against) => {
    expect(speaksAgainst(wholeOf(metrics, factor))).toBe(against);
  });
});

describe("gathering", () => {
  const course = (metrics: readonly MetricEvidence[]): EvidenceCourse => ({
    alpha: 0.001,
    points: [{ at: 1_000, lnSum: 1.5 }],
    metrics: metrics.map((evidence) => ({ evidence, effect: { ratio: 2, low: 0, high: null }, weight: 0.5 })),
    decidesInMs: 9_000,
  });
  const known = (requests: number) =>
    baselineOf([{ instanceId: "i0", releaseId: "v1", seconds: 3_600, failedSlots: 0, slots: requests, bins: [[100, requests]] }], "slots");
  const rolloutWith = (
    recorded: readonly MetricEvidence[],
    { status = "running" as Rollout["status"], requests = 0, plan = {} as PlanInput } = {},
  ) => ({
    ...rolloutAfter([], plan).rollout,
    status,
    baseline: known(requests),
    evidence: Object.fromEntries(recorded.map((evidence) => [evidence.metric, evidence])),
  });
  const gather = (rollout: Rollout, live: readonly MetricEvidence[], last: readonly MetricEvidence[] | null) =>
    gatherEvidence({ rollout, live, course: last && course(last), events: [] });
  const names = (rollout: Rollout, seen: readonly MetricName[]) =>
    gather(
      rollout,
      seen.map((metric) => evidenceOf({ metric })),
      null,
    )?.metrics.map(({ evidence }) => evidence.metric);

  test("is nothing where the plan judges nothing", () => {
    expect(gather(rolloutWith([], { plan: { metrics: false } }), [], null)).toBeNull();
  });

  test("shows what is judged in the order of the plan, and nothing else", () => {
    const rollout = rolloutWith([], { requests: 2_000 });
    const seen = ["traffic", "latency-p99.9", "latency-p99", "latency-p50", "errors"] as const;
    expect(names(rollout, seen)).toEqual(["errors", "latency-p50", "latency-p99", "traffic"]);
  });

  test("says why a metric of the plan is not compared", () => {
    expect(gather(rolloutWith([], { requests: 2_000 }), [], null)?.unjudged).toEqual([
      { name: "Latency p99.9", reason: "2,000 requests were known before the start; a threshold takes 20,000." },
    ]);
  });

  test("a plain number has a row and no part in the sum", () => {
    const plan: PlanInput = { metrics: { latency: [], custom: [{ name: "queue", value: 'q{release="{{release}}"}', max: 3 }] } };
    const queue = gauge("over");
    const shown = gather(rolloutWith([], { plan }), [evidenceOf({ lnE: 0, lnThreshold: Math.log(1_000) }), queue], null);
    expect(shown?.metrics.map(({ evidence, weight }) => [evidence.metric, weight > 0])).toEqual([
      ["errors", true],
      ["custom-queue", false],
    ]);
    expect(shown?.lnSum).toBeCloseTo(0, 12);
    expect(worstMetric(shown)?.evidence).toBe(queue);
    expect(speaksAgainst(shown)).toBe(true);
  });

  test("while it runs, the state is what is seen now and the numbers are of the same moment as the sum", () => {
    const live = [evidenceOf({ state: "blind", intervals: 30 })];
    const shown = gather(rolloutWith([evidenceOf({ intervals: 1 })]), live, [evidenceOf({ intervals: 28 })]);
    expect(shown?.metrics[0]?.evidence).toMatchObject({ state: "blind", intervals: 28 });
    expect(shown?.metrics[0]?.weight).toBeCloseTo(0.9, 12);
    expect(shown).toMatchObject({ lnSum: 1.5, decidesInMs: 9_000 });
  });

  test("a course that is left behind is not what is seen now", () => {
    const shown = gather(rolloutWith([]), [evidenceOf({ intervals: 30 })], [evidenceOf({ intervals: 12 })]);
    expect(shown?.metrics[0]?.evidence.intervals).toBe(30);
  });

  test("the course ends where it was decided, for the sum after it leaves the culprit out", () => {
    const bad = gather(rolloutWith([evidenceOf({ state: "bad", at: 999 })]), [], [evidenceOf()]);
    const later = gather(rolloutWith([evidenceOf({ state: "bad", at: 1_000 })]), [], [evidenceOf()]);
    expect([bad?.points.length, later?.points.length]).toEqual([0, 1]);
  });

  test.each(["bad", "overridden"] as const)("%s keeps the numbers it was decided on, those of the event", (state) => {
    const recorded = evidenceOf({ state, intervals: 7 });
    const shown = gather(rolloutWith([recorded]), [evidenceOf({ state: "bad", intervals: 30 })], [evidenceOf({ intervals: 28 })]);
    expect(shown?.metrics[0]?.evidence).toBe(recorded);
  });

  test("after its end a verdict that never decided is shown as the last interval left it", () => {
    const ended = rolloutWith([evidenceOf({ state: "insufficient", old: { failed: 0, total: 10 } })], { status: "succeeded" });
    const last = evidenceOf({ state: "good", lnE: -2 });
    expect(gather(ended, [evidenceOf({ lnE: 5 })], [last])?.metrics[0]?.evidence).toEqual({ ...last, state: "insufficient" });
    expect(gather(ended, [], [last])?.decidesInMs).toBeNull();
  });

  test("counts never shrink when intervals are gone, and nothing is invented where nothing was recorded", () => {
    const recorded = evidenceOf({ old: { failed: 9, total: 90_000 } });
    expect(gather(rolloutWith([recorded], { status: "succeeded" }), [], [evidenceOf()])?.metrics[0]?.evidence).toBe(recorded);
    expect(gather(rolloutWith([], { status: "succeeded" }), [], [evidenceOf()])?.metrics).toEqual([]);
  });

  test("before the course is read the metrics add up by themselves", () => {
    const half = { lnThreshold: Math.log(2_000) };
    const metrics = [evidenceOf({ lnE: Math.log(10), ...half }), evidenceOf({ metric: "traffic", lnE: Math.log(4), ...half })];
    expect(Math.exp(gather(rolloutWith(metrics, { plan: { metrics: { latency: [] } } }), metrics, null)?.lnSum ?? 0)).toBeCloseTo(7, 9);
  });

  test("names who overrode a metric, and why", () => {
    const { rollout, events } = rolloutAfter([
      { type: "evidence.changed", evidence: evidenceOf({ state: "bad" }) },
      { type: "rollout.paused", cause: "evidence", message: "Bad." },
      { type: "evidence.overridden", metric: "errors", reason: "The old release fails for another reason." },
    ]);
    expect(gatherEvidence({ rollout, live: [], course: null, events })?.metrics[0]?.override).toEqual({
      by: "Tideline",
      reason: "The old release fails for another reason.",
      at: 4_000,
    });
  });
});
