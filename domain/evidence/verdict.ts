import type { ArmCount, EvidenceState, MetricEvidence } from "../metric.ts";
import type { Plan } from "../plan.ts";
import { evaluateInterval, type TestName, type TestSettings, testGrids } from "./evaluate.ts";
import { type ArmInterval, addArms, type EvidenceInterval, emptyArm } from "./interval.ts";
import { informationNeeded } from "./power.ts";
import { lnEOf, logSumExp, type Mixture, newMixture, stepMixture } from "./sequential.ts";

/**
 * The verdict on a release, from interval to interval. All tests of a rollout share one alpha: it is worse when the weighted
 * sum of their e-values reaches 1/alpha, which a good release does with a chance of at most alpha however often one looks
 * (docs/evidence §0, §2). Nothing here reads a clock; the same intervals always give the same accumulator.
 */
export interface EvidenceSettings extends TestSettings {
  readonly alpha: number;
  /** Number of intervals over which the tests start again; see `stepMixture`. */
  readonly planned: number;
  /** Parts of alpha; they add up to 1. */
  readonly weights: Readonly<Record<TestName, number>>;
}

/** Parts of alpha fixed by the design. What has no test of its own yet (latency 0.4, traffic share and custom 0.1) goes to errors. */
const CEILING_WEIGHT = 0.1;
const testNames = Object.keys(testGrids) as TestName[];
const PLANNED_MIN = 3_600;
const PLANNED_MAX = 86_400;
/** The claim "shown harmless" is wrong with at most this chance. It moves nothing by itself, so it need not be as strict as alpha. */
const HARMLESS_ALPHA = 0.05;

/** What the decision was made on; kept as it was. */
interface Decision {
  readonly at: number;
  readonly culprit: TestName;
  readonly lnE: number;
  readonly intervals: number;
  readonly old: ArmCount;
  readonly new: ArmCount;
}

/** Everything the evidence knows. Plain JSON, and a pure function of the settings and the intervals in order. */
export interface EvidenceAccumulator {
  readonly settings: EvidenceSettings;
  readonly lastNumber: number | null;
  /** Intervals in which something could be judged, and both arms' requests in them. */
  readonly intervals: number;
  readonly old: ArmCount;
  readonly new: ArmCount;
  /** All the old release did in this rollout: chooses slots, sets the automatic ceiling. */
  readonly oldSeen: ArmInterval;
  readonly oldServes: boolean;
  readonly mixtures: Readonly<Record<TestName, Mixture>>;
  readonly lnHarmless: number;
  readonly information: Readonly<Record<TestName, number>>;
  readonly decision: Decision | null;
}

/** Settings of a rollout, fixed at its start; null when the plan switches the evidence off. `plannedSeconds` is start to end of watch. */
export function createSettings(plan: Plan, plannedSeconds: number): EvidenceSettings | null {
  if (plan.metrics === false || !plan.metrics.errors) return null;
  const { alpha, margin, smallestEffect, ceiling } = plan.metrics;
  return {
    alpha,
    omega0: 1 + margin.ratio,
    eps: margin.absolute,
    smallestEffect,
    ceiling,
    planned: Math.min(PLANNED_MAX, Math.max(PLANNED_MIN, Math.ceil(4 * plannedSeconds))),
    weights: { errors: 1 - CEILING_WEIGHT, ceiling: CEILING_WEIGHT },
  };
}

export function createAccumulator(settings: EvidenceSettings): EvidenceAccumulator {
  return {
    settings,
    lastNumber: null,
    intervals: 0,
    old: { failed: 0, total: 0 },
    new: { failed: 0, total: 0 },
    oldSeen: emptyArm,
    oldServes: true,
    mixtures: { errors: newMixture, ceiling: newMixture },
    lnHarmless: 0,
    information: { errors: 0, ceiling: 0 },
    decision: null,
  };
}

/** One more interval. An interval whose number is not above the last one was applied already and changes nothing. */
export function addInterval(accumulator: EvidenceAccumulator, interval: EvidenceInterval): EvidenceAccumulator {
  if (accumulator.lastNumber !== null && interval.number <= accumulator.lastNumber) return accumulator;
  const { settings, mixtures, information } = accumulator;
  const { test, used, lnS, lnHarmless, information: gained } = evaluateInterval(settings, accumulator.oldSeen, interval);
  const next: EvidenceAccumulator = {
    ...accumulator,
    lastNumber: interval.number,
    intervals: accumulator.intervals + (used ? 1 : 0),
    old: used ? addCount(accumulator.old, interval.old) : accumulator.old,
    new: used ? addCount(accumulator.new, interval.new) : accumulator.new,
    oldSeen: addArms(accumulator.oldSeen, interval.old),
    oldServes: interval.oldServes,
    mixtures: { ...mixtures, [test]: stepMixture(mixtures[test], lnS, settings.planned) },
    lnHarmless: accumulator.lnHarmless + lnHarmless,
    information: { ...information, [test]: information[test] + gained },
  };
  return next.decision === null && lnWeightedSum(next) >= Math.log(1 / settings.alpha) ? { ...next, decision: decide(next, interval.at) } : next;
}

/** ln of the weighted sum of all e-values: the evidence decides when this reaches ln(1/alpha). */
export function lnWeightedSum({ settings, mixtures }: EvidenceAccumulator): number {
  return logSumExp(testNames.map((test) => Math.log(settings.weights[test]) + lnEOf(mixtures[test], settings.planned)));
}

/**
 * The evidence as the engine and the screen see it. `lastIntervalExpected` is the number of the newest interval that the
 * source should have given by now (allow for its delay); null while nothing is expected of it.
 */
export function toEvidence(
  accumulator: EvidenceAccumulator,
  { at, lastIntervalExpected }: { readonly at: number; readonly lastIntervalExpected: number | null },
): MetricEvidence {
  const { settings, decision } = accumulator;
  const test = decision?.culprit ?? (accumulator.oldServes ? "errors" : "ceiling");
  return {
    metric: "errors",
    state: stateOf(accumulator, lastIntervalExpected),
    lnE: decision?.lnE ?? lnEOf(accumulator.mixtures[test], settings.planned),
    lnThreshold: Math.log(1 / (settings.alpha * settings.weights[test])),
    intervals: decision?.intervals ?? accumulator.intervals,
    old: decision?.old ?? accumulator.old,
    new: decision?.new ?? accumulator.new,
    comparison: test === "errors" ? "old-release" : "ceiling",
    shownHarmless: decision === null && accumulator.lnHarmless >= Math.log(1 / HARMLESS_ALPHA),
    at: decision?.at ?? at,
  };
}

function stateOf(accumulator: EvidenceAccumulator, lastIntervalExpected: number | null): Exclude<EvidenceState, "overridden"> {
  if (accumulator.decision !== null) return "bad";
  if (lastIntervalExpected !== null && (accumulator.lastNumber ?? Number.NEGATIVE_INFINITY) < lastIntervalExpected) return "blind";
  return hasSeenEnough(accumulator) ? "good" : "insufficient";
}

/** Whether a release `smallestEffect` times as bad would have been found by now, on average, by one of the tests. */
function hasSeenEnough({ settings, information }: EvidenceAccumulator): boolean {
  return testNames.some((test) => information[test] >= informationNeeded(settings.alpha, settings.weights[test], testGrids[test].length));
}

function decide(accumulator: EvidenceAccumulator, at: number): Decision {
  const { settings, mixtures, intervals, old } = accumulator;
  const lnWeighted = (test: TestName) => Math.log(settings.weights[test]) + lnEOf(mixtures[test], settings.planned);
  const culprit = testNames.reduce((worst, test) => (lnWeighted(test) > lnWeighted(worst) ? test : worst));
  return { at, culprit, lnE: lnEOf(mixtures[culprit], settings.planned), intervals, old, new: accumulator.new };
}

function addCount(count: ArmCount, arm: ArmInterval): ArmCount {
  return { failed: count.failed + arm.failed, total: count.total + arm.requests };
}
