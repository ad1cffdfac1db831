import type { ArmCount, EvidenceState, MetricEvidence, MetricName, QuantileName } from "../metric.ts";
import type { Metrics, Plan } from "../plan.ts";
import { type Baseline, thresholdMs } from "./baseline.ts";
import { addSeen, nothingSeen, type Seen } from "./counts.ts";
import { evaluate, gridOf, quantileOf, rawOf, type TestName, type TestSettings } from "./evaluate.ts";
import { type ArmInterval, addCounts, type EvidenceInterval } from "./interval.ts";
import { informationNeeded } from "./power.ts";
import { lnEOf, logSumExp, type Mixture, newMixture, stepMixture } from "./sequential.ts";
import type { SlotCount } from "./slots.ts";

/**
 * The verdict on a release, from interval to interval. All tests of a rollout share one alpha: it is worse when the weighted
 * sum of their e-values reaches 1/alpha, which a good release does with a chance of at most alpha however often one looks
 * (docs/evidence.md, "How it is judged"). Nothing here reads a clock; the same intervals always give the same accumulator.
 */
export interface EvidenceSettings extends TestSettings {
  readonly alpha: number;
  /** Number of intervals over which the tests start again; see `stepMixture`. */
  readonly planned: number;
  /** Parts of alpha; they add up to 1. What is not named is not tested. */
  readonly weights: Weights;
  /** Milliseconds above which a request is slow, by quantile. */
  readonly thresholdsMs: Readonly<Partial<Record<QuantileName, number>>>;
  /** Bounds of plain numbers, by metric. */
  readonly bounds: Readonly<Record<string, number>>;
  /** See `Baseline`. */
  readonly runs: NonNullable<Baseline["runs"]>;
}

export type Weights = Readonly<Partial<Record<TestName, number>>>;

/** Parts of alpha fixed by the design; whatever of them has no use goes to errors. */
const CEILING_WEIGHT = 0.1;
const LATENCY_WEIGHT = 0.4;
const OTHERS_WEIGHT = 0.1;
const PLANNED_MIN = 3_600;
const PLANNED_MAX = 86_400;
/** The claim "shown harmless" is wrong with at most this chance. It moves nothing by itself, so it need not be as strict as alpha. */
const HARMLESS_ALPHA = 0.05;

/** What one test knows so far. */
interface TestState {
  readonly mixture: Mixture;
  /** Intervals in which something could be judged, and both arms' counts in them, for people. */
  readonly intervals: number;
  readonly old: ArmCount;
  readonly new: ArmCount;
  readonly lnHarmless: number;
  readonly information: number;
}

/** What the decision on a metric was made on; kept as it was. */
interface Decision {
  readonly at: number;
  readonly test: TestName;
  readonly lnE: number;
}

/** Everything the evidence knows. Plain JSON, and a pure function of the settings and the intervals in order. */
export interface EvidenceAccumulator {
  readonly settings: EvidenceSettings;
  readonly lastNumber: number | null;
  /** When a source without slots last gave something, by metric. */
  readonly lastRawAt: Readonly<Record<string, number>>;
  /** The newest plain number, by metric. */
  readonly values: Readonly<Record<string, number>>;
  readonly oldServes: boolean;
  readonly seen: Seen;
  readonly tests: Readonly<Partial<Record<TestName, TestState>>>;
  /** Metrics that were found worse, with the test's state at that moment. They are no part of the sum any more. */
  readonly decisions: Readonly<Partial<Record<MetricName, Decision & { readonly state: TestState }>>>;
}

/**
 * Settings of a rollout, fixed at its start; null when the plan switches the evidence off. `plannedSeconds` is start to end
 * of watch; `baseline` is null for rollouts of versions that kept none: those judge errors alone.
 */
export function createSettings(plan: Plan, plannedSeconds: number, baseline: Baseline | null): EvidenceSettings | null {
  if (plan.metrics === false) return null;
  const { alpha, margin, smallestEffect, ceiling } = plan.metrics;
  const quantiles = baseline ? plan.metrics.latency.filter((name) => baseline.bins[name] !== undefined) : [];
  const weights = baseline ? weightsOf(plan.metrics, quantiles) : weigh({ errors: plan.metrics.errors, quantiles: [], others: [] });
  const bounds = boundsOf(plan.metrics);
  if (Object.keys(weights).length === 0 && Object.keys(bounds).length === 0) return null;
  return {
    alpha,
    omega0: 1 + margin.ratio,
    eps: margin.absolute,
    smallestEffect,
    ceiling,
    errorsUnit: baseline?.errorsUnit ?? "slots",
    planned: Math.min(PLANNED_MAX, Math.max(PLANNED_MIN, Math.ceil(4 * plannedSeconds))),
    weights,
    thresholdsMs: Object.fromEntries(quantiles.map((name) => [name, thresholdMs(baseline?.bins[name] ?? 0)])),
    bounds,
    runs: baseline?.runs ?? {},
    ...(baseline?.lengths ? { lengths: baseline.lengths } : {}),
  };
}

/** The parts of alpha that a plan's tests get when thresholds are known for `quantiles`; empty when it compares nothing. */
export function weightsOf({ errors, custom }: Metrics, quantiles: readonly QuantileName[]): Weights {
  const customTests = custom.flatMap((metric) => ("bad" in metric ? ([`custom-${metric.name}`] as const) : []));
  return weigh({ errors, quantiles, others: [...(errors ? (["traffic"] as const) : []), ...customTests] });
}

function boundsOf({ custom }: Metrics): Record<string, number> {
  return Object.fromEntries(custom.flatMap((metric) => ("max" in metric ? [[`custom-${metric.name}`, metric.max] as const] : [])));
}

interface Weighed {
  readonly errors: boolean;
  readonly quantiles: readonly QuantileName[];
  readonly others: readonly TestName[];
}

/** Errors take what is left; where a plan judges no errors, the others share all of it in their proportions. */
function weigh({ errors, quantiles, others }: Weighed): Weights {
  const parts: [TestName, number][] = [];
  if (errors) parts.push(["ceiling", CEILING_WEIGHT]);
  for (const name of quantiles) parts.push([`latency-${name}`, LATENCY_WEIGHT / quantiles.length]);
  for (const name of others) parts.push([name, OTHERS_WEIGHT / others.length]);
  const taken = parts.reduce((sum, [, weight]) => sum + weight, 0);
  if (errors) return Object.fromEntries([["errors", 1 - taken], ...parts]);
  return Object.fromEntries(parts.map(([name, weight]) => [name, weight / taken]));
}

export function createAccumulator(settings: EvidenceSettings): EvidenceAccumulator {
  return {
    settings,
    lastNumber: null,
    lastRawAt: {},
    values: {},
    oldServes: true,
    seen: { ...nothingSeen, runs: settings.runs },
    tests: {},
    decisions: {},
  };
}

const nothingKnown: TestState = {
  mixture: newMixture,
  intervals: 0,
  old: { failed: 0, total: 0 },
  new: { failed: 0, total: 0 },
  lnHarmless: 0,
  information: 0,
};

/** One more interval. An interval whose number is not above the last one was applied already and changes nothing. */
export function addInterval(accumulator: EvidenceAccumulator, interval: EvidenceInterval): EvidenceAccumulator {
  if (accumulator.lastNumber !== null && interval.number <= accumulator.lastNumber) return accumulator;
  const { settings, seen } = accumulator;
  const tests: Partial<Record<TestName, TestState>> = {};
  for (const test of testsOf(settings)) tests[test] = stepTest(accumulator, test, interval);
  const next: EvidenceAccumulator = {
    ...accumulator,
    lastNumber: interval.number,
    ...noteRaw(accumulator, interval),
    oldServes: interval.oldServes,
    seen: addSeen(seen, interval),
    tests,
  };
  return decide(next, interval.at);
}

function noteRaw({ lastRawAt, values }: EvidenceAccumulator, { raw }: EvidenceInterval): Pick<EvidenceAccumulator, "lastRawAt" | "values"> {
  if (raw === undefined) return { lastRawAt, values };
  const at = { ...lastRawAt };
  for (const sample of raw) for (const name of [...Object.keys(sample.counts), ...Object.keys(sample.values ?? {})]) at[name] = sample.at;
  return { lastRawAt: at, values: Object.assign({ ...values }, ...raw.map((sample) => sample.values ?? {})) };
}

function stepTest({ settings, seen, tests }: EvidenceAccumulator, test: TestName, interval: EvidenceInterval): TestState {
  const before = tests[test] ?? nothingKnown;
  const { used, lnS, lnHarmless, information } = evaluate(test, settings, seen, interval);
  const mixture = stepMixture(before.mixture, lnS, settings.planned);
  if (!used) return { ...before, mixture };
  return {
    mixture,
    intervals: before.intervals + 1,
    old: addCount(before.old, test, settings, interval, "old"),
    new: addCount(before.new, test, settings, interval, "new"),
    lnHarmless: before.lnHarmless + lnHarmless,
    information: before.information + information,
  };
}

function addCount(count: ArmCount, test: TestName, settings: EvidenceSettings, interval: EvidenceInterval, arm: "old" | "new"): ArmCount {
  const [failed, total] = eventsOf(test, settings, interval, arm);
  return { failed: count.failed + failed, total: count.total + total };
}

/** What a person would count. */
function eventsOf(test: TestName, settings: EvidenceSettings, interval: EvidenceInterval, arm: "old" | "new"): readonly [number, number] {
  const counts: ArmInterval = interval[arm];
  const isErrors = test === "errors" || test === "ceiling";
  if (test.startsWith("custom-") || (isErrors && settings.errorsUnit === "raw"))
    return rawOf(interval, isErrors ? "errors" : test).reduce<SlotCount>((sum, raw) => addCounts(sum, raw[arm]), [0, 0]);
  if (test === "traffic") return counts.silent ?? [0, 0];
  const quantile = quantileOf(test);
  return [quantile === null ? counts.failed : (counts.latency?.[quantile]?.slow ?? 0), counts.requests];
}

export function testsOf({ weights }: EvidenceSettings): readonly TestName[] {
  return Object.keys(weights) as TestName[];
}

/** The part of alpha that a metric's tests have together. */
export function weightOf({ weights }: Pick<EvidenceSettings, "weights">, metric: MetricName): number {
  return (weights[metric] ?? 0) + (metric === "errors" ? (weights.ceiling ?? 0) : 0);
}

/** The metric that a test is part of. */
export function metricOf(test: TestName): MetricName {
  return test === "ceiling" ? "errors" : test;
}

function lnWeighted({ settings, tests }: EvidenceAccumulator, test: TestName): number {
  return Math.log(settings.weights[test] ?? 0) + lnEOf(tests[test]?.mixture ?? newMixture, settings.planned);
}

/** Tests of metrics that were not found worse yet. */
function openTests(accumulator: EvidenceAccumulator): readonly TestName[] {
  const { settings, decisions } = accumulator;
  const tests = testsOf(settings);
  return Object.keys(decisions).length === 0 ? tests : tests.filter((test) => decisions[metricOf(test)] === undefined);
}

/** ln of the weighted sum of all e-values: the evidence decides when this reaches ln(1/alpha). */
export function lnWeightedSum(accumulator: EvidenceAccumulator): number {
  return logSumExp(openTests(accumulator).map((test) => lnWeighted(accumulator, test)));
}

/** The culprit is the largest part of the sum. The others are judged on without it: a person may have their reasons to go on. */
function decide(accumulator: EvidenceAccumulator, at: number): EvidenceAccumulator {
  if (lnWeightedSum(accumulator) < Math.log(1 / accumulator.settings.alpha)) return accumulator;
  const culprit = openTests(accumulator).reduce((worst, test) => (lnWeighted(accumulator, test) > lnWeighted(accumulator, worst) ? test : worst));
  const state = accumulator.tests[culprit] ?? nothingKnown;
  const decision = { at, test: culprit, lnE: lnEOf(state.mixture, accumulator.settings.planned), state };
  return decide({ ...accumulator, decisions: { ...accumulator.decisions, [metricOf(culprit)]: decision } }, at);
}

/** What is known of the sources besides the intervals. */
export interface Expected {
  readonly at: number;
  /** Number of the newest interval that the balancer should have given by now (allow for its delay); null while nothing is expected. */
  readonly lastIntervalExpected: number | null;
  /** A source without slots must have given something at this time or later; null while nothing is expected of it. */
  readonly rawSince?: number | null;
}

/** The evidence as the engine and the screen see it, by metric. */
export function toEvidence(accumulator: EvidenceAccumulator, expected: Expected): Readonly<Record<string, MetricEvidence>> {
  const metrics = new Set(testsOf(accumulator.settings).map(metricOf));
  return {
    ...Object.fromEntries([...metrics].map((metric) => [metric, metricEvidence(accumulator, metric, expected)])),
    ...Object.fromEntries(
      Object.entries(accumulator.settings.bounds).map(([metric, max]) => [metric, gaugeEvidence(accumulator, metric, max, expected)]),
    ),
  };
}

/** A plain number is no comparison: it may hold, and says so. */
function gaugeEvidence(accumulator: EvidenceAccumulator, name: string, max: number, expected: Expected): MetricEvidence {
  const metric = name as MetricName;
  const value = accumulator.values[metric] ?? null;
  const isOver = value !== null && value > max;
  const none = { failed: 0, total: 0 };
  return {
    metric,
    state: isBlind(accumulator, metric, expected) ? "blind" : value === null ? "insufficient" : isOver ? "over" : "good",
    lnE: 0,
    lnThreshold: Number.MAX_VALUE,
    intervals: 0,
    old: none,
    new: none,
    comparison: "ceiling",
    shownHarmless: false,
    thresholdMs: null,
    unit: "raw",
    gauge: { value, max },
    at: expected.at,
  };
}

function metricEvidence(accumulator: EvidenceAccumulator, metric: MetricName, expected: Expected): MetricEvidence {
  const { settings, tests } = accumulator;
  const decision = accumulator.decisions[metric];
  const test = decision?.test ?? (metric === "errors" && !accumulator.oldServes ? "ceiling" : metric);
  const known = decision?.state ?? tests[test] ?? nothingKnown;
  // One test of the metric may have judged before the other took over: people see what both were given.
  const other = decision || metric !== "errors" ? undefined : tests[test === "ceiling" ? "errors" : "ceiling"];
  const quantile = quantileOf(metric);
  return {
    metric,
    state: decision ? "bad" : stateOf(accumulator, metric, expected),
    lnE: decision?.lnE ?? lnEOf(known.mixture, settings.planned),
    lnThreshold: Math.log(1 / (settings.alpha * (settings.weights[test] ?? 1))),
    intervals: known.intervals + (other?.intervals ?? 0),
    old: sumOf(known.old, other?.old),
    new: sumOf(known.new, other?.new),
    comparison: test === "ceiling" ? "ceiling" : "old-release",
    shownHarmless: !decision && known.lnHarmless >= Math.log(1 / HARMLESS_ALPHA),
    thresholdMs: quantile === null ? null : (settings.thresholdsMs[quantile] ?? null),
    unit: isRaw(settings, metric) ? "raw" : "slots",
    at: decision?.at ?? expected.at,
  };
}

function sumOf(count: ArmCount, more: ArmCount | undefined): ArmCount {
  return more ? { failed: count.failed + more.failed, total: count.total + more.total } : count;
}

function isRaw({ errorsUnit }: EvidenceSettings, metric: MetricName): boolean {
  return metric.startsWith("custom-") || (metric === "errors" && errorsUnit === "raw");
}

function stateOf(accumulator: EvidenceAccumulator, metric: MetricName, expected: Expected): Exclude<EvidenceState, "overridden" | "bad"> {
  if (isBlind(accumulator, metric, expected)) return "blind";
  return hasSeenEnough(accumulator, metric) ? "good" : "insufficient";
}

function isBlind({ settings, lastNumber, lastRawAt }: EvidenceAccumulator, metric: MetricName, expected: Expected): boolean {
  const { lastIntervalExpected, rawSince = null } = expected;
  if (isRaw(settings, metric)) return rawSince !== null && (lastRawAt[metric] ?? Number.NEGATIVE_INFINITY) < rawSince;
  return lastIntervalExpected !== null && (lastNumber ?? Number.NEGATIVE_INFINITY) < lastIntervalExpected;
}

/** Whether a release `smallestEffect` times as bad would have been found by now, on average, by one of the metric's tests. */
function hasSeenEnough({ settings, tests }: EvidenceAccumulator, metric: MetricName): boolean {
  return testsOf(settings).some((test) => {
    const needed = informationNeeded(settings.alpha, settings.weights[test] ?? 1, gridOf(test).length);
    return metricOf(test) === metric && (tests[test]?.information ?? 0) >= needed;
  });
}
