import { binOf } from "../evidence/histogram.ts";
import type { Latency } from "./behaviour.ts";
import type { Random } from "./random.ts";
import type { UnitCounts } from "./unit-counts.ts";

/** How many latencies stand for a distribution; all are equally likely. */
const quantiles = 256;
/** The 99th percentile of the standard normal distribution. */
const z99 = 2.3263478740408408;

/** How many of the next requests fail: the gap to each failure is drawn, not every request. */
export function drawFailures(random: Random, counts: UnitCounts, rate: number, requests: number): number {
  if (rate <= 0) return 0;
  if (rate >= 1) return requests;
  if (counts.rate !== rate) {
    counts.rate = rate;
    counts.untilFailure = gap(random, rate);
  }
  let left = requests;
  let failed = 0;
  while (counts.untilFailure < left) {
    left -= counts.untilFailure + 1;
    failed += 1;
    counts.untilFailure = gap(random, rate);
  }
  counts.untilFailure -= left;
  return failed;
}

function gap(random: Random, rate: number): number {
  return Math.floor(Math.log(1 - random.next()) / Math.log(1 - rate));
}

/** Equally likely latencies of a lognormal distribution, as bins. */
export function createLatencyTable(latency: Latency): readonly number[] {
  const sigma = Math.log(Math.max(1, latency.p99 / latency.p50)) / z99;
  return Array.from({ length: quantiles }, (_, index) => binOf(latency.p50 * Math.exp(sigma * probit((index + 0.5) / quantiles))));
}

/** The standard normal quantile, to four digits (Odeh and Evans 1974): a latency needs no more. */
function probit(probability: number): number {
  const tail = Math.min(probability, 1 - probability);
  const t = Math.sqrt(-2 * Math.log(tail));
  const above = -0.322232431088 - t * (1 + t * (0.342242088547 + t * (0.0204231210245 + t * 0.0000453642210148)));
  const below = 0.099348462606 + t * (0.588581570495 + t * (0.531103462366 + t * (0.10353775285 + t * 0.0038560700634)));
  const z = t + above / below;
  return probability < 0.5 ? -z : z;
}
