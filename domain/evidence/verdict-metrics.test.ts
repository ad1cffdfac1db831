import { describe, expect, test } from "vitest";
import { type Metrics, Plan } from "../plan.ts";
import { type Baseline, thresholdMs } from "./baseline.ts";
import { type ArmInterval, type EvidenceInterval, emptyArm } from "./interval.ts";
import { lnEOf, newMixture } from "./sequential.ts";
import type { SlotCount } from "./slots.ts";
import {
  addInterval,
  createAccumulator,
  createSettings,
  type EvidenceAccumulator,
  type EvidenceSettings,
  type Expected,
  lnWeightedSum,
  testsOf,
  toEvidence,
} from "./verdict.ts";

const now = { at: 99_000, lastIntervalExpected: null };

describe("several metrics", () => {
  const bins = { p50: 300, p90: 340, p99: 380, "p99.9": 400 };
  const custom: Metrics["custom"] = [
    { name: "refunds", bad: 'refunds_total{release="{{release}}"}', total: 'orders_total{release="{{release}}"}' },
    { name: "depth", value: 'queue_depth{release="{{release}}"}', max: 50 },
  ];
  const whole = settingsOf({ custom });
  type Second = Parameters<typeof both>[1];

  test("share alpha: errors 0.4, ceiling 0.1, latency 0.4, the rest 0.1", () => {
    const { weights } = whole;
    expect(weights).toEqual({
      errors: expect.closeTo(0.4, 12),
      ceiling: 0.1,
      "latency-p50": 0.1,
      "latency-p90": 0.1,
      "latency-p99": 0.1,
      "latency-p99.9": 0.1,
      traffic: 0.05,
      "custom-refunds": 0.05,
    });
    expect(whole.bounds).toEqual({ "custom-depth": 50 });
  });

  test.each<[string, Partial<Metrics>, Partial<Baseline>]>([
    ["all", {}, {}],
    ["one threshold alone is known", {}, { bins: { p50: 300 } }],
    ["no threshold is known", {}, { bins: {} }],
    ["no latency is asked for", { latency: [] }, {}],
    ["no errors are", { errors: false }, {}],
    ["only a custom metric is", { errors: false, latency: [], custom }, {}],
  ])("weights add up to 1: %s", (_, metrics, known) => {
    const sum = Object.values(settingsOf(metrics, known).weights).reduce<number>((total, weight) => total + (weight ?? 0), 0);
    expect(sum).toBeCloseTo(1, 12);
  });

  test("a rollout that has no baseline judges errors alone", () => {
    expect(createSettings(Plan.parse({ metrics: { custom } }), 600, null)?.weights).toEqual({ errors: 0.9, ceiling: 0.1 });
  });

  test("each have a verdict, and the sum is that of all", () => {
    const state = fold(whole, [both(1, {}), both(2, { slow: 1 }), both(3, { slow: 1, failed: 1 })]);
    const evidence = toEvidence(state, now);
    const names = ["custom-depth", "custom-refunds", "errors", "latency-p50", "latency-p90", "latency-p99", "latency-p99.9", "traffic"];
    expect(Object.keys(evidence).toSorted()).toEqual(names);
    const sum = testsOf(whole).reduce(
      (total, name) => total + (whole.weights[name] ?? 0) * Math.exp(lnEOf(state.tests[name]?.mixture ?? newMixture, whole.planned)),
      0,
    );
    expect(lnWeightedSum(state)).toBeCloseTo(Math.log(sum), 9);
    expect(evidence["latency-p99"]).toMatchObject({ new: { failed: 2, total: 75 }, thresholdMs: thresholdMs(380), unit: "slots" });
    expect(evidence["traffic"]).toMatchObject({ new: { failed: 0, total: 3 }, old: { failed: 0, total: 33 }, thresholdMs: null });
  });

  test("the culprit is the largest part of the sum, and the others are judged on without it", () => {
    const slow = seconds(60, 0, { slow: 3 });
    const found = fold(whole, slow);
    expect(Object.keys(found.decisions)).toEqual(["latency-p99"]);
    expect(found.decisions["latency-p99"]?.test).toBe("latency-p99");
    expect(stateOf(found, "latency-p99")).toBe("bad");
    expect(stateOf(found, "errors")).not.toBe("bad");
    expect(lnWeightedSum(found)).toBeLessThan(Math.log(1 / whole.alpha));
  });

  test("a second metric is found after a person went on in spite of the first, and neither changes any more", () => {
    const first = fold(whole, seconds(60, 0, { slow: 3 }));
    const second = seconds(60, 60, { failed: 10 }).reduce(addInterval, first);
    expect(Object.keys(second.decisions)).toEqual(["latency-p99", "errors"]);
    expect(second.decisions["latency-p99"]).toBe(first.decisions["latency-p99"]);
    expect(second.decisions.errors?.at).toBeGreaterThan(60_000);
    const later = seconds(60, 200, {}).reduce(addInterval, second);
    expect(later.decisions).toEqual(second.decisions);
    expect(toEvidence(later, { at: 1, lastIntervalExpected: 999 })["errors"]).toEqual(toEvidence(second, now)["errors"]);
  });

  test("weak signs of several decide together where none would alone", () => {
    const signs = seconds(9, 0, { slow: 1, slowFirst: 1, failed: 1 });
    const decidedBy = (change: Partial<EvidenceSettings>) =>
      Object.values(fold({ ...whole, ...change }, signs).decisions)[0]?.at ?? Number.POSITIVE_INFINITY;
    const alone = testsOf(whole).map((name) => decidedBy({ weights: { [name]: whole.weights[name] ?? 0 } }));
    expect(decidedBy({})).toBeLessThan(Number.POSITIVE_INFINITY);
    expect(decidedBy({})).toBeLessThanOrEqual(Math.min(...alone));
  });

  test("a unit that answers nothing is found by its share of the traffic", () => {
    const found = fold(whole, seconds(20, 0, { silent: true }));
    expect(Object.keys(found.decisions)).toEqual(["traffic"]);
    expect(toEvidence(found, now)["traffic"]).toMatchObject({ state: "bad", new: { failed: found.decisions.traffic?.state.intervals } });
  });

  test("another source's counts are judged by stretches, and it is blind when it owes one", () => {
    // Of twenty stretches the first ten only tell how uneven the counts are.
    const good = seconds(40, 0, {}).map((each) => withRaw(each, [1, 100], [1, 100]));
    const state = fold(whole, good);
    expect(state.tests["custom-refunds"]).toMatchObject({ intervals: 10, old: { failed: 10, total: 1_000 } });
    expect(toEvidence(state, now)["custom-refunds"]).toMatchObject({ unit: "raw", lnThreshold: Math.log(20_000) });
    const bad = seconds(20, 40, {}).map((each) => withRaw(each, [1, 100], [40, 100]));
    expect(Object.keys(bad.reduce(addInterval, state).decisions)).toEqual(["custom-refunds"]);
    const blind = (rawSince: number | null) => stateOf(state, "custom-refunds", { at: 0, lastIntervalExpected: 99, rawSince });
    expect([blind(null), blind(39_000), blind(39_001)]).toEqual(["insufficient", "insufficient", "blind"]);
    expect(stateOf(state, "errors", { at: 0, lastIntervalExpected: 99, rawSince: 0 })).toBe("blind");
  });

  test("failures of another source take the place of the balancer's, blindness with them", () => {
    const raw = settingsOf({}, { errorsUnit: "raw" });
    const rows = seconds(30, 0, { failed: 10 }).map((each) => withRaw(each, [1, 100], [1, 100]));
    const state = fold(raw, rows);
    expect(Object.keys(state.decisions)).toEqual([]);
    expect(toEvidence(state, { at: 0, lastIntervalExpected: 29, rawSince: 30_000 })["errors"]).toMatchObject({
      state: "blind",
      unit: "raw",
      old: { failed: 5 },
    });
    const failing = seconds(30, 30, {}).map((each) => withRaw(each, [1, 100], [40, 100]));
    expect(failing.reduce(addInterval, state).decisions.errors?.test).toBe("errors");
  });

  test("a plain number holds above its bound, and decides nothing", () => {
    const at = (value: number) => ({ ...both(1, {}), raw: [{ at: 1_000, counts: {}, values: { "custom-depth": value } }] });
    expect(stateOf(createAccumulator(whole), "custom-depth")).toBe("insufficient");
    expect(stateOf(fold(whole, [at(50)]), "custom-depth")).toBe("good");
    expect(toEvidence(fold(whole, [at(51)]), now)["custom-depth"]).toMatchObject({ state: "over", gauge: { value: 51, max: 50 } });
    expect(stateOf(fold(whole, [at(51)]), "custom-depth", { ...now, rawSince: 1_001 })).toBe("blind");
    expect(
      fold(
        whole,
        Array.from({ length: 200 }, (_, number) => ({ ...at(1e9), number })),
      ).decisions,
    ).toEqual({});
  });

  function settingsOf(metrics: Partial<Metrics>, known: Partial<Baseline> = {}): EvidenceSettings {
    const baseline: Baseline = { errorsUnit: "slots", requests: 1_000_000, bins, hosts: {}, ...known };
    const settings = createSettings(Plan.parse({ metrics }), 600, baseline);
    if (!settings) throw new Error("The plan judges by something.");
    return settings;
  }

  function fold(given: EvidenceSettings, intervals: readonly EvidenceInterval[]): EvidenceAccumulator {
    return intervals.reduce(addInterval, createAccumulator(given));
  }

  function seconds(count: number, from: number, second: Second): EvidenceInterval[] {
    return Array.from({ length: count }, (_, index) => both(from + index, second));
  }

  /** Every second stretch of another source comes with this. */
  function withRaw(second: EvidenceInterval, old: SlotCount, fresh: SlotCount): EvidenceInterval {
    if (second.number % 2 === 0) return second;
    const counts = { old, new: fresh };
    return { ...second, raw: [{ at: second.at, counts: { "custom-refunds": counts, errors: counts } }] };
  }

  function stateOf(state: EvidenceAccumulator, metric: string, expected: Expected = now) {
    return toEvidence(state, expected)[metric]?.state;
  }
});

/** A second of eleven old instances, one of them with one slow answer in ten seconds, and a new one. */
function both(number: number, { failed = 0, slow = 0, slowFirst = 0, silent = false }): EvidenceInterval {
  const withLatency = (instances: number, failing: number, slowSlots: number, firsts: readonly [number, number]): ArmInterval => {
    const rare = [1, 2, 5, 10].map((slots) => [Math.min(slowSlots, slots * instances), slots * instances] as const);
    const nothing = rare.map(([, total]) => [0, total] as const);
    const latency = {
      p50: { slow: firsts[0], slots: [[firsts[0], instances] as const] },
      p90: { slow: firsts[1], slots: [[firsts[1], instances] as const] },
      p99: { slow: slowSlots, slots: rare },
      "p99.9": { slow: 0, slots: nothing },
    };
    const errors = rare.map(([, total]) => [Math.min(failing, total), total] as const);
    return { requests: 25 * instances, failed: failing, errors, used: rare.map(([, total]) => total), latency, silent: [0, instances] };
  };
  const old = withLatency(11, 0, number % 10 === 0 ? 1 : 0, [5, 1]);
  const fresh = silent ? { ...emptyArm, silent: [1, 1] as const } : withLatency(1, failed, slow, [slowFirst, slowFirst]);
  return { number, at: number * 1_000, old, new: fresh, oldServes: true };
}
