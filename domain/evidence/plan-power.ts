import { formatDuration } from "../duration.ts";
import { type QuantileName, quantileNames } from "../metric.ts";
import type { Metrics, Plan, PlanLimits } from "../plan.ts";
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
const NINE_OF_TEN = 1.7;
/** Batches after these have more traffic still. */
const batchesMax = 6;

/**
 * What a plan can find at a fleet's present traffic, for its first batches, counted as the tests count: in slots, and for p50
 * and p90 in seconds of an instance. Empty where nothing is judged or known.
 */
export function powerOf({ metrics }: Plan, limits: PlanLimits, context: PowerContext): BatchPower[] {
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

/** The soak with which a batch finds what it can find at all: that of its slowest test. Null where nothing can be found. */
export function soakThatFinds({ tests }: BatchPower): number | null {
  const known = tests.flatMap(({ enoughMs }) => enoughMs ?? []);
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
    if (tests.length > 0 && tests.every(({ finds }) => finds === "most")) return size;
  }
  return null;
}

/** The power of one test in words. `errorRate` is what was measured, or an assumption. */
export function describePower(batch: BatchPower, power: TestPower, { requestsPerSecond }: Pick<PowerContext, "requestsPerSecond">): string {
  const { number, share, soakMs, warmUpMs } = batch;
  const traffic = `Batch ${number} takes ${formatShare(share)} of ${formatCount(requestsPerSecond)} requests/s`;
  const rise = `a rise from ${formatShare(power.base)} to ${formatShare(power.worse)} ${whatRises(power.test)}`;
  if (power.meanMs === null || power.enoughMs === null)
    return `${traffic}: ${rise} is within the margin and is never found. Make the margin smaller or the smallest effect larger.`;
  const found = `${traffic}: ${rise} is found after about ${formatCount(power.newRequests)} new requests, ${formatDuration(power.meanMs)}.`;
  const soak = `Your soak of ${formatDuration(soakMs)}${warmUpMs > 0 ? ` (${formatDuration(warmUpMs)} of it warm-up)` : ""}`;
  if (power.finds === "most") return `${found} ${soak} finds nine in ten such releases or more.`;
  const enough = `${formatDuration(power.enoughMs)} would find nine in ten`;
  return `${found} ${soak} ${power.finds === "half" ? "finds about half of such releases" : "would let most such releases pass"}; ${enough}.`;
}

function whatRises(test: PowerTest): string {
  return test === "errors" ? "errors" : `of answers slower than the old ${test.slice("latency-".length)}`;
}

/** Up to the next 10 seconds, and from ten minutes on to the next minute: a soak that one would write down. */
function roundUpMs(ms: number): number {
  const step = ms < 600_000 ? 10_000 : 60_000;
  return Math.ceil(ms / step) * step;
}

/** As a percentage of two significant digits. */
export function formatShare(rate: number): string {
  return `${Number((rate * 100).toPrecision(2))} %`;
}

/** Two significant digits, thousands apart. */
function formatCount(count: number): string {
  return Number(count.toPrecision(2)).toLocaleString("en-US");
}
