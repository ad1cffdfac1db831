import { type QuantileName, quantileNames } from "../metric.ts";
import type { Metrics, Plan } from "../plan.ts";
import type { PlanLimits } from "../plan-limits.ts";
import { BASE_RATE_MIN, RATE_MAX } from "./counts.ts";
import { formOf } from "./evaluate.ts";
import { betOf } from "./forms.ts";
import { detectionOf, informationNeeded } from "./power.ts";
import { lnBet, type Margin, projectionGrid } from "./sequential.ts";
import { SLOT_RATE_MAX, slotLengthsMs, toSlotRate } from "./slots.ts";
import { weightsOf } from "./verdict.ts";

/** The fleet that a plan is to judge on, as it is now. */
export interface PowerContext {
  readonly desired: number;
  /** Of the whole fleet; without traffic nothing can be said. */
  readonly requestsPerSecond: number;
  /** Failed requests per request. */
  readonly errorRate: number;
}

export type PowerTest = "errors" | `latency-${QuantileName}`;

/** What one test can find while one batch soaks. */
export interface TestPower {
  readonly test: PowerTest;
  /** The old release's rate, and the one that must be found. */
  readonly base: number;
  readonly worse: number;
  /** Mean time until it is found; null when it never is: within the margin, or nothing left to compare with. */
  readonly meanMs: number | null;
  /** Requests to the new release in that time. */
  readonly newRequests: number;
  /** A soak that finds nine of ten, warm-up included, as one would write it down; null as above. */
  readonly enoughMs: number | null;
  /** How many of such releases the batch's own soak finds. */
  readonly finds: "most" | "half" | "few" | "none";
}

export interface BatchPower {
  readonly number: number;
  /** Part of the traffic on the new release while it soaks. */
  readonly share: number;
  readonly soakMs: number;
  readonly warmUpMs: number;
  /** Empty where no old release is left. */
  readonly tests: readonly TestPower[];
}

/** Measured in simulation (plan-power.measured.test.ts): nine of ten runs end within 1.7 times the mean. */
export const NINE_OF_TEN = 1.7;
/** Batches after these have more traffic still. */
const batchesTold = 6;

/**
 * What a plan can find at a fleet's present traffic, for its first batches, counted as the tests count: in slots, and for p50
 * and p90 in seconds of an instance. Empty where nothing is judged or known.
 */
export function powerOf({ metrics }: Plan, limits: PlanLimits, context: PowerContext, batchesMax = batchesTold): BatchPower[] {
  if (metrics === false || context.desired < 2 || !(context.requestsPerSecond > 0)) return [];
  const batches: BatchPower[] = [];
  let placed = 0;
  for (let number = 1; number <= batchesMax && placed < context.desired; number += 1) {
    const batch = limits.batches[Math.min(number, limits.batches.length) - 1];
    if (!batch) break;
    placed = Math.min(context.desired, placed + batch.size);
    batches.push(batchPower(metrics, limits, context, { number, placed, soakMs: batch.soakMs }));
  }
  return batches;
}

interface Placed {
  readonly number: number;
  /** Instances on the new release. */
  readonly placed: number;
  readonly soakMs: number;
}

function batchPower(metrics: Metrics, { warmUpMs }: PlanLimits, context: PowerContext, { number, placed, soakMs }: Placed): BatchPower {
  const share = placed / context.desired;
  const weights = weightsOf(metrics, metrics.latency);
  const names: readonly PowerTest[] = ["errors", ...quantileNames.map((name) => `latency-${name}` as const)];
  const tests = names.flatMap((test): TestPower[] => {
    const weight = weights[test];
    if (weight === undefined || share >= 1) return [];
    const base = baseOf(test, context.errorRate);
    const worse = Math.min(RATE_MAX, metrics.smallestEffect * base);
    const seconds = secondsToFind(test, metrics, context, { base, worse, weight, placed });
    const meanMs = seconds === null ? null : seconds * 1_000;
    return [
      {
        test,
        base,
        worse,
        meanMs,
        newRequests: (seconds ?? 0) * context.requestsPerSecond * share,
        enoughMs: meanMs === null ? null : roundUpMs(warmUpMs + meanMs * NINE_OF_TEN),
        finds: findsOf(meanMs, soakMs - warmUpMs),
      },
    ];
  });
  return { number, share, soakMs, warmUpMs, tests };
}

const tails: Readonly<Record<QuantileName, number>> = { p50: 0.5, p90: 0.1, p99: 0.01, "p99.9": 0.001 };

function baseOf(test: PowerTest, errorRate: number): number {
  const quantile = quantileNames.find((name) => test === `latency-${name}`);
  if (quantile) return tails[quantile];
  return errorRate > 0 ? errorRate : BASE_RATE_MIN;
}

interface Wanted {
  readonly base: number;
  readonly worse: number;
  readonly weight: number;
  readonly placed: number;
}

function secondsToFind(test: PowerTest, metrics: Metrics, context: PowerContext, wanted: Wanted): number | null {
  const { alpha, margin } = metrics;
  const { desired, requestsPerSecond } = context;
  // Half of the capital is bet at the start, the rest is kept for what begins late.
  const weight = wanted.weight / 2;
  const perInstance = requestsPerSecond / desired;
  if (formOf(test) === "split") {
    const { base, worse, absolute, perSecond } = toTrials(perInstance, wanted, margin.absolute);
    const input = { share: wanted.placed / desired, baseRate: base, smallestEffect: worse / base, alpha, weight };
    const detection = detectionOf({ ...input, margin: { ratio: margin.ratio, absolute } });
    return detection && detection.requests / (desired * perSecond);
  }
  const used = usedSlots(perInstance);
  const [na, nb] = [(desired - wanted.placed) * used, wanted.placed * used];
  const { base, worse } = wanted;
  const tolerated: Margin = { omega0: 1 + margin.ratio, eps: margin.absolute };
  const growths = projectionGrid.map((factor) =>
    lnBet(betOf({ form: "projection", margin: tolerated, oldRate: base }, { na, nb }, factor), { ka: na * base, kb: nb * worse }),
  );
  const growth = Math.max(...growths);
  return growth > 0 ? informationNeeded(alpha, weight, projectionGrid.length) / growth : null;
}

/** Rates per trial, and trials of one instance per second: slots of the length that its rate allows, or else requests. */
function toTrials(perInstance: number, { base, worse }: Wanted, absolute: number) {
  for (const lengthMs of slotLengthsMs) {
    const used = usedSlots((perInstance * lengthMs) / 1_000);
    const requests = (perInstance * lengthMs) / 1_000 / used;
    const slotRate = toSlotRate(base, requests);
    if (slotRate > SLOT_RATE_MAX) continue;
    return {
      base: slotRate,
      worse: toSlotRate(worse, requests),
      absolute: toSlotRate(absolute, requests),
      perSecond: (used * 1_000) / lengthMs,
    };
  }
  return { base, worse, absolute, perSecond: perInstance };
}

/** Part of the slots in which any request ends, when so many end in one on average. */
function usedSlots(requests: number): number {
  return 1 - Math.exp(-requests);
}

function findsOf(meanMs: number | null, judgedMs: number): TestPower["finds"] {
  if (meanMs === null) return "none";
  if (judgedMs >= meanMs * NINE_OF_TEN) return "most";
  return judgedMs >= meanMs ? "half" : "few";
}

/**
 * The tests that a plan's soaks are held to: errors and p99, or all that it has where it compares neither. Few fleets have the
 * traffic for p99.9, and p50 and p90 cannot rise far: held to those, every plan would be too short.
 */
export function decidingTests(tests: readonly TestPower[]): readonly TestPower[] {
  const deciding = tests.filter(({ test }) => test === "errors" || test === "latency-p99");
  return deciding.length > 0 ? deciding : tests;
}

/** The soak with which a batch finds what it is held to, by its slowest test. Null where nothing can be found. */
export function soakThatFinds({ tests }: BatchPower): number | null {
  const known = decidingTests(tests).flatMap(({ enoughMs }) => enoughMs ?? []);
  return known.length === 0 ? null : Math.max(...known);
}

/** A first batch above this part of the fleet would risk more than a longer soak. */
const FIRST_SHARE_MAX = 0.25;
const sizesTriedMax = 64;

/** The smallest first batch for which its soak is long enough; null where none below a quarter of the fleet is. */
export function firstBatchThatFinds(plan: Plan, limits: PlanLimits, context: PowerContext): number | null {
  const [first] = limits.batches;
  const most = Math.floor(context.desired * FIRST_SHARE_MAX);
  if (!first || plan.metrics === false || !(context.requestsPerSecond > 0)) return null;
  const step = Math.max(1, Math.ceil((most - first.size) / sizesTriedMax));
  for (let size = first.size + step; size <= most; size += step) {
    const { tests } = batchPower(plan.metrics, limits, context, { number: 1, placed: size, soakMs: first.soakMs });
    if (tests.length > 0 && decidingTests(tests).every(({ finds }) => finds === "most")) return size;
  }
  return null;
}

/** Up to the next 10 seconds, and from ten minutes on to the next minute: a soak that one would write down. */
export function roundUpMs(ms: number): number {
  const step = ms < 600_000 ? 10_000 : 60_000;
  return Math.ceil(ms / step) * step;
}

/** As a percentage of two significant digits. */
export function formatShare(rate: number): string {
  return `${Number((rate * 100).toPrecision(2))} %`;
}
