import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { MetricEvidence } from "../metric.ts";
import { Plan } from "../plan.ts";
import { type ArmInterval, type EvidenceInterval, emptyArm } from "./interval.ts";
import { lnEOf, newMixture } from "./sequential.ts";
import {
  addInterval,
  toEvidence as allEvidence,
  createAccumulator,
  createSettings,
  type EvidenceAccumulator,
  type EvidenceSettings,
  type Expected,
  lnWeightedSum,
} from "./verdict.ts";

const plan = Plan.parse({});
const settings = createSettings(plan, 600, null) as EvidenceSettings;
const now = { at: 99_000, lastIntervalExpected: null };

describe("createSettings", () => {
  test("reads the plan's metrics, with all of alpha spent", () => {
    expect(settings).toEqual({
      alpha: 0.001,
      omega0: 1.1,
      eps: 1e-4,
      smallestEffect: 3,
      ceiling: "auto",
      planned: 3_600,
      errorsUnit: "slots",
      weights: { errors: 0.9, ceiling: 0.1 },
      thresholdsMs: {},
      bounds: {},
      runs: {},
    });
  });

  test.each([
    [0, 3_600],
    [899, 3_600],
    [900.5, 3_602],
    [1_000, 4_000],
    [1e9, 86_400],
  ])("plans restarts for %d seconds: %d", (seconds, planned) => {
    expect(createSettings(plan, seconds, null)?.planned).toBe(planned);
  });

  test("is null where the plan wants no evidence", () => {
    expect(createSettings(Plan.parse({ metrics: false }), 600, null)).toBeNull();
    expect(createSettings(Plan.parse({ metrics: { errors: false } }), 600, null)).toBeNull();
  });
});

describe("addInterval", () => {
  test("applies each interval once", () => {
    const once = run([pair(1, { freshFailed: 1 })]);
    expect(addInterval(once, pair(1, { freshFailed: 1 }))).toBe(once);
    expect(addInterval(once, pair(0, { freshFailed: 1 }))).toBe(once);
    expect(once.tests.errors).toMatchObject({ intervals: 1, new: { failed: 1, total: 25 }, old: { failed: 0, total: 275 } });
  });

  test("comes out the same when it is rebuilt from stored rows, or goes through JSON on the way", () => {
    const traffic = fc.array(fc.tuple(fc.nat(2), fc.nat(2), fc.boolean()), { maxLength: 40 });
    fc.assert(
      fc.property(traffic, fc.nat(40), (rows, cut) => {
        const intervals = rows.map(([oldFailed, freshFailed, oldServes], number) => pair(number, { oldFailed, freshFailed, oldServes }));
        const whole = run(intervals);
        const stored = JSON.parse(JSON.stringify(run(intervals.slice(0, cut)))) as EvidenceAccumulator;
        const parsed = JSON.parse(JSON.stringify(intervals)) as EvidenceInterval[];
        expect(parsed.slice(cut).reduce(addInterval, stored)).toEqual(whole);
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  test("counts for people only what could be judged", () => {
    const state = run([pair(1, { fresh: false }), pair(2, { fresh: false }), pair(3, {})]);
    expect(state.tests.errors).toMatchObject({ intervals: 1, old: { total: 275 }, new: { total: 25 } });
    expect(state.seen.old.requests).toBe(825);
    expect(lnWeightedSum(run([pair(1, { fresh: false })]))).toBeCloseTo(0, 12);
  });
});

describe("toEvidence", () => {
  test("begins with nothing known", () => {
    expect(toEvidence(createAccumulator(settings), now)).toEqual({
      metric: "errors",
      state: "insufficient",
      lnE: 0,
      lnThreshold: Math.log(1_000 / 0.9),
      intervals: 0,
      old: { failed: 0, total: 0 },
      new: { failed: 0, total: 0 },
      comparison: "old-release",
      shownHarmless: false,
      thresholdMs: null,
      unit: "slots",
      at: 99_000,
    });
  });

  test("is bad from the interval that decides, and stays so with the numbers it was decided on", () => {
    const failing = Array.from({ length: 30 }, (_, number) => pair(number, { freshFailed: 25 }));
    const states = failing.map((_, index) => toEvidence(run(failing.slice(0, index + 1)), now));
    const decided = states.findIndex(({ state }) => state === "bad");
    expect(decided).toBeGreaterThan(1);
    expect(decided).toBeLessThan(6);
    const decision = states[decided];
    expect(decision).toMatchObject({ at: decided * 1_000, comparison: "old-release", intervals: decided + 1, new: { failed: 25 * (decided + 1) } });
    expect(decision?.lnE).toBeGreaterThan(decision?.lnThreshold ?? Number.POSITIVE_INFINITY);
    const recovered = Array.from({ length: 200 }, (_, number) => pair(100 + number, { oldFailed: 3 }));
    expect(toEvidence(run([...failing, ...recovered]), { at: 1, lastIntervalExpected: 9_999 })).toEqual(decision);
  });

  test("is blind while an interval is owed, and sees again when it comes", () => {
    const state = run([pair(10, {})]);
    expect(toEvidence(state, { at: 0, lastIntervalExpected: 10 }).state).toBe("insufficient");
    expect(toEvidence(state, { at: 0, lastIntervalExpected: 11 }).state).toBe("blind");
    expect(toEvidence(addInterval(state, pair(11, {})), { at: 0, lastIntervalExpected: 11 }).state).toBe("insufficient");
    expect(toEvidence(createAccumulator(settings), { at: 0, lastIntervalExpected: 0 }).state).toBe("blind");
  });

  test("no traffic is insufficient for ever, neither good nor bad nor blind", () => {
    const state = run(Array.from({ length: 2_000 }, (_, number) => interval(number, emptyArm, emptyArm, true)));
    expect(toEvidence(state, { at: 0, lastIntervalExpected: 1_999 })).toMatchObject({ state: "insufficient", intervals: 0 });
    expect(toEvidence(state, now).lnE).toBeCloseTo(0, 12);
  });

  test("is good once a release three times as bad would have been found, sooner with more traffic on the new one", () => {
    const good = (fleet: Partial<Traffic>) => {
      let state = createAccumulator(settings);
      for (let number = 0; number < 3_000; number += 1) {
        state = addInterval(state, pair(number, fleet));
        if (toEvidence(state, now).state === "good") return number;
      }
      return Number.POSITIVE_INFINITY;
    };
    const one = good({});
    const four = good({ oldInstances: 8, freshInstances: 4 });
    expect(one).toBeGreaterThan(200);
    expect(one).toBeLessThan(1_200);
    expect(four).toBeLessThan(one);
    expect(four).toBeGreaterThan(60);
  });

  test("shows a release harmless when the old one fails at least as often, not by silence", () => {
    const equal = Array.from({ length: 400 }, (_, number) =>
      pair(number, { oldInstances: 6, freshInstances: 6, oldFailed: number % 5 === 0 ? 1 : 0, freshFailed: number % 5 === 2 ? 1 : 0 }),
    );
    expect(toEvidence(run(equal), now)).toMatchObject({ state: "good", shownHarmless: true });
    const silent = equal.map(({ number }) => pair(number, { oldInstances: 6, freshInstances: 6 }));
    expect(toEvidence(run(silent), now)).toMatchObject({ state: "good", shownHarmless: false });
  });
});

describe("when no old release is left", () => {
  test("the ceiling judges and the comparison rests", () => {
    const compared = run([pair(1, { freshFailed: 1 }), pair(2, {})]);
    const after = run([pair(1, { freshFailed: 1 }), pair(2, {}), pair(3, { oldServes: false })]);
    expect(toEvidence(after, now)).toMatchObject({ comparison: "ceiling", lnThreshold: Math.log(10_000), intervals: 3 });
    expect(toErrors(after, "errors")).toBeCloseTo(toErrors(compared, "errors"), 12);
  });

  test("a fleet of one that fails wholly is found within three seconds", () => {
    const before = [soloOld(1), soloOld(2)];
    const intervals = Array.from({ length: 3 }, (_, number) => pair(10 + number, { oldServes: false, freshFailed: 25 }));
    expect(toEvidence(run([...before, ...intervals]), now)).toMatchObject({ state: "bad", comparison: "ceiling" });
  });

  test("the automatic ceiling is three times the old release's rate and stays what it was", () => {
    // The old release failed 2 % of its requests: 5 % of the new one's are allowed, 30 % are not.
    const before = Array.from({ length: 100 }, (_, number) => pair(number, { fresh: false, oldFailed: number % 2 === 0 ? 11 : 0 }));
    const following = (failed: number) =>
      Array.from({ length: 200 }, (_, number) => pair(200 + number, { oldServes: false, freshInstances: 12, freshFailed: failed }));
    expect(toEvidence(run([...before, ...following(15)]), now).state).not.toBe("bad");
    expect(toEvidence(run([...before, ...following(90)]), now)).toMatchObject({ state: "bad", comparison: "ceiling" });
  });

  test("an old release that comes back is compared with again", () => {
    const state = run([pair(1, {}), pair(2, { oldServes: false }), pair(3, {})]);
    expect(toEvidence(state, now).comparison).toBe("old-release");
  });

  test("what was seen of both releases together decides, weight by weight", () => {
    const state = run([pair(1, { freshFailed: 1 }), pair(2, { oldServes: false, freshFailed: 2 })]);
    const sum = 0.9 * Math.exp(toEvidence(run([pair(1, { freshFailed: 1 })]), now).lnE) + 0.1 * Math.exp(toEvidence(state, now).lnE);
    expect(lnWeightedSum(state)).toBeCloseTo(Math.log(sum), 9);
  });
});

interface Traffic {
  readonly oldInstances: number;
  readonly freshInstances: number;
  readonly oldFailed: number;
  readonly freshFailed: number;
  readonly oldServes: boolean;
  readonly fresh: boolean;
}

/** A second of eleven old instances and a new one, 25 requests each; failures are spread over instances, then over slots. */
function pair(number: number, change: Partial<Traffic>): EvidenceInterval {
  const { oldInstances = 11, freshInstances = 1, oldFailed = 0, freshFailed = 0, oldServes = true, fresh = true } = change;
  return interval(number, oldServes ? arm(oldInstances, oldFailed) : emptyArm, fresh ? arm(freshInstances, freshFailed) : emptyArm, oldServes);
}

function soloOld(number: number): EvidenceInterval {
  return interval(number, arm(1, 0), emptyArm, true);
}

function arm(instances: number, failed: number): ArmInterval {
  return {
    requests: 25 * instances,
    failed,
    errors: [1, 2, 5, 10].map((slots) => [Math.min(failed, slots * instances), slots * instances] as const),
  };
}

function interval(number: number, old: ArmInterval, fresh: ArmInterval, oldServes: boolean): EvidenceInterval {
  return { number, at: number * 1_000, old, new: fresh, oldServes };
}

function run(intervals: readonly EvidenceInterval[]): EvidenceAccumulator {
  return intervals.reduce(addInterval, createAccumulator(settings));
}

function toEvidence(state: EvidenceAccumulator, expected: Expected): MetricEvidence {
  const evidence = allEvidence(state, expected)["errors"];
  if (!evidence) throw new Error("Errors are judged.");
  return evidence;
}

/** ln E of one test by itself. */
function toErrors({ tests, settings: { planned } }: EvidenceAccumulator, test: "errors" | "ceiling"): number {
  return lnEOf(tests[test]?.mixture ?? newMixture, planned);
}
