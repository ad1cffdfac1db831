import { formatDuration } from "../duration.ts";
import type { Plan } from "../plan.ts";
import type { PlanLimits } from "../plan-limits.ts";
import { type BatchPower, decidingTests, formatShare, NINE_OF_TEN, type PowerContext, type PowerTest, powerOf, roundUpMs } from "./plan-power.ts";

/** More soaks than these are taken to add up to enough, so that a keystroke in the designer costs little on a large fleet. */
const soaksMax = 100;

/**
 * Why evidence would have no say in a rollout, as a sentence: most releases that are `smallestEffect` times as bad would be on all
 * instances before errors or p99 find them. Evidence adds up over the soaks. Null when it has a say, or nothing is known.
 */
export function describeUnfound(plan: Plan, limits: PlanLimits, context: PowerContext): string | null {
  const batches = powerOf(plan, limits, context, soaksMax + 1).filter(({ tests }) => tests.length > 0);
  const [first] = batches;
  if (plan.metrics === false || !first || batches.length > soaksMax) return null;
  const reaches = decidingTests(first.tests).map(({ test }) => reachOf(test, batches));
  if (reaches.some(({ found }) => found >= 1)) return null;
  const { test, perMs } = reaches.reduce((best, reach) => (reach.perMs > best.perMs ? reach : best));
  const power = first.tests.find((each) => each.test === test);
  if (!power) return null;
  const effect = `${plan.metrics.smallestEffect} times as bad`;
  const rise = `a rise from ${formatShare(power.base)} to ${formatShare(power.worse)} ${whatRises(test)}`;
  if (power.meanMs === null)
    return `A release ${effect} is never found: ${rise} is within the margin. Make the margin smaller or the smallest effect larger.`;
  const traffic = `At ${formatCount(context.requestsPerSecond)} requests/s`;
  const warmUp = first.warmUpMs > 0 ? `, less ${formatDuration(first.warmUpMs)} of warm-up` : "";
  const enough = formatDuration(roundUpMs(first.warmUpMs + NINE_OF_TEN / perMs));
  return `${traffic} most releases ${effect} would be on all ${context.desired} instances before they are found: ${rise} takes batch 1 about ${formatDuration(power.meanMs)}, and it soaks for ${formatDuration(first.soakMs)}${warmUp}. Soaks of ${enough} would find nine in ten.`;
}

interface Reach {
  readonly test: PowerTest;
  /** Of what it takes on average until such a release is found, the part that the soaks bring together. */
  readonly found: number;
  /** What a millisecond of soak in each batch would bring. */
  readonly perMs: number;
}

function reachOf(test: PowerTest, batches: readonly BatchPower[]): Reach {
  let found = 0;
  let perMs = 0;
  for (const { tests, soakMs, warmUpMs } of batches) {
    const { meanMs } = tests.find((each) => each.test === test) ?? { meanMs: null };
    if (meanMs === null) continue;
    found += Math.max(0, soakMs - warmUpMs) / meanMs;
    perMs += 1 / meanMs;
  }
  return { test, found, perMs };
}

function whatRises(test: PowerTest): string {
  return test === "errors" ? "errors" : `of answers slower than the old ${test.slice("latency-".length)}`;
}

/** Two significant digits, thousands apart. */
function formatCount(count: number): string {
  return Number(count.toPrecision(2)).toLocaleString("en-US");
}
