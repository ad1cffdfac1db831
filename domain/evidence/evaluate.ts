import type { ArmInterval, EvidenceInterval } from "./interval.ts";
import { ceilingGrid, type IntervalCounts, lnCeiling, lnCeilingExact, lnProjection, lnSplit, type Margin, regressionGrid } from "./sequential.ts";
import { chooseSlot, SLOT_RATE_MAX, slotRateAt, slotsAt, toSlotRate } from "./slots.ts";

/** `errors` compares with the old release, `ceiling` with an absolute bound once there is none. One of them per interval. */
export type TestName = "errors" | "ceiling";

export const testGrids = { errors: regressionGrid, ceiling: ceilingGrid } as const satisfies Record<TestName, readonly number[]>;

/** What the tests need to know of the plan. Rates are per request. */
export interface TestSettings {
  readonly omega0: number;
  readonly eps: number;
  readonly smallestEffect: number;
  readonly ceiling: number | "auto";
}

/** One interval's contribution to one test. */
export interface Evaluation {
  readonly test: TestName;
  /** False where an arm is silent: then everything below is 0. */
  readonly used: boolean;
  /** ln S against each alternative of the test's grid. */
  readonly lnS: readonly number[];
  /** ln S of the swapped test: for "the new release is less than `smallestEffect` times as bad". */
  readonly lnHarmless: number;
  /** What lnS would have grown by in expectation if the new release were `smallestEffect` times as bad. */
  readonly information: number;
}

/** Below this, "three times as bad" is no difference a person would call one: the power is stated for at least this rate. */
export const BASE_RATE_MIN = 0.001;
const CEILING_AUTO_MIN = 0.01;
const CEILING_AUTO_FACTOR = 3;
const CEILING_UNKNOWN = 0.05;
/** An alternative of the likelihood forms stays below certainty, or one success would end the test for ever. */
const RATE_MAX = 0.99;
const RATE_MIN = 1e-6;
/** The old release's rate may be this many times what was measured before the claim "harmless" loses its ground. */
const BASELINE_SLACK = 1.5;

/** `before` is everything the old release did in this rollout before the interval, never the interval itself. */
export function evaluateInterval(settings: TestSettings, before: ArmInterval, interval: EvidenceInterval): Evaluation {
  return interval.oldServes ? compareWithOld(settings, before, interval) : compareWithCeiling(settings, before, interval.new);
}

/** The bound per request that judges alone. `auto` reads the old release's rate in this rollout. */
export function ceilingRate(ceiling: number | "auto", old: ArmInterval): number {
  if (ceiling !== "auto") return ceiling;
  if (old.requests === 0) return CEILING_UNKNOWN;
  return Math.min(RATE_MAX, Math.max(CEILING_AUTO_MIN, (CEILING_AUTO_FACTOR * old.failed) / old.requests));
}

/** The old release's error rate as the power of the tests assumes it. */
export function baseRateOf(old: ArmInterval): number {
  return Math.max(BASE_RATE_MIN, old.requests > 0 ? old.failed / old.requests : 0);
}

function compareWithOld(settings: TestSettings, before: ArmInterval, interval: EvidenceInterval): Evaluation {
  const index = chooseSlot(before.errors);
  const [ka, na] = slotsAt(interval.old.errors, index);
  const [kb, nb] = slotsAt(interval.new.errors, index);
  if (na === 0 || nb === 0) return silent("errors");
  const requestsPerSlot = { old: interval.old.requests / na, new: interval.new.requests / nb };
  // More requests in a slot make a failure in it likelier. The margin widens by that much, so that load is not taken for harm.
  const margin: Margin = {
    omega0: settings.omega0 * Math.max(1, requestsPerSlot.new / requestsPerSlot.old),
    eps: toSlotRate(settings.eps, requestsPerSlot.new),
  };
  const measured = slotRateAt(before.errors, index);
  const test = (counts: IntervalCounts) => lnRegression(counts, margin, measured);
  const expectedOld = Math.max(measured, toSlotRate(BASE_RATE_MIN, requestsPerSlot.old));
  const expectedNew = toSlotRate(expectedOld, settings.smallestEffect);
  return {
    test: "errors",
    used: true,
    lnS: test({ ka, na, kb, nb }),
    lnHarmless: lnShownHarmless({ ka, na, kb, nb }, settings.smallestEffect, measured, requestsPerSlot.old / requestsPerSlot.new),
    information: Math.max(0, ...test({ ka: na * expectedOld, na, kb: nb * expectedNew, nb })),
  };
}

/** The split form, or above 10 % the projection form, which keeps its power there. Which one is known before the interval. */
function lnRegression(counts: IntervalCounts, margin: Margin, measured: number): number[] {
  if (measured <= SLOT_RATE_MAX) return regressionGrid.map((omega) => lnSplit(counts, margin, omega * margin.omega0));
  const ta = clamp(measured, RATE_MIN, RATE_MAX);
  return regressionGrid.map((omega) => {
    const tb = clamp(omega * (margin.omega0 * ta + margin.eps), RATE_MIN, RATE_MAX);
    return lnProjection(counts, margin, { ta, tb });
  });
}

/**
 * The same formula with the arms swapped and the null "old <= new / effect", against "both are equal" (docs/evidence §2).
 * A release three times as bad per request is less than that per slot, since slots fill up: the effect shrinks with them.
 */
function lnShownHarmless({ ka, na, kb, nb }: IntervalCounts, smallestEffect: number, measured: number, loadOfOld: number): number {
  const fullest = Math.min(RATE_MAX, Math.max(SLOT_RATE_MAX, BASELINE_SLACK * measured));
  const effect = toSlotRate(fullest, smallestEffect) / fullest / Math.max(1, loadOfOld);
  if (effect <= 1) return 0;
  return lnSplit({ ka: kb, na: nb, kb: ka, nb: na }, { omega0: 1 / effect, eps: 0 }, 1);
}

function compareWithCeiling(settings: TestSettings, old: ArmInterval, arm: ArmInterval): Evaluation {
  const rateMax = ceilingRate(settings.ceiling, old);
  const slotRateMax = (candidate: number) => toSlotRate(rateMax, requestsPerSlotAt(arm, candidate));
  const index = chooseSlot(old.errors, (candidate) => slotRateMax(candidate) <= SLOT_RATE_MAX);
  const [kb, nb] = slotsAt(arm.errors, index);
  if (nb === 0) return silent("ceiling");
  const bound = slotRateMax(index);
  const perSlot = requestsPerSlotAt(arm, index);
  const test = (failedSlots: number) =>
    ceilingGrid.map((ratio) =>
      bound <= SLOT_RATE_MAX
        ? lnCeiling({ kb: failedSlots, nb }, bound, ratio)
        : lnCeilingExact({ kb: failedSlots, nb }, bound, Math.min(RATE_MAX, toSlotRate(Math.min(RATE_MAX, ratio * rateMax), perSlot))),
    );
  const expected = nb * toSlotRate(Math.min(1, settings.smallestEffect * rateMax), perSlot);
  return { test: "ceiling", used: true, lnS: test(kb), lnHarmless: 0, information: Math.max(0, ...test(expected)) };
}

function requestsPerSlotAt(arm: ArmInterval, index: number): number {
  const [, total] = slotsAt(arm.errors, index);
  return total > 0 ? arm.requests / total : 0;
}

function silent(test: TestName): Evaluation {
  return { test, used: false, lnS: testGrids[test].map(() => 0), lnHarmless: 0, information: 0 };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
