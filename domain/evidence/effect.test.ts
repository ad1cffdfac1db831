import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRandom, type Random } from "../simulation/random.ts";
import { EffectSequence } from "./effect.ts";
import { type IntervalCounts, lnSplit, logSumExp, regressionGrid } from "./sequential.ts";

const ALPHA = 0.1;
const largest = 32;

describe("the interval of ratios", () => {
  test("ends where the e-value against a ratio comes under 2/alpha, on either side", () => {
    const rows = fc.array(fc.tuple(fc.nat(4), fc.integer({ min: 1, max: 300 }), fc.nat(6), fc.integer({ min: 1, max: 300 })), {
      minLength: 1,
      maxLength: 60,
    });
    let bounded = 0;
    fc.assert(
      fc.property(rows, (drawn) => {
        const intervals = drawn.map(([ka, na, kb, nb]) => ({ ka, na, kb, nb }));
        const { low, high } = read(intervals);
        const [lowExact, highExact] = [slowLow(intervals), slowHigh(intervals)];
        // Between two of the ratios that are tried the curve is taken as straight.
        expect(Math.abs(Math.log2((low || 1 / largest) / lowExact))).toBeLessThan(0.02);
        expect(Math.abs(Math.log2((high ?? largest) / highExact))).toBeLessThan(0.02);
        if (low > 0 || high !== null) bounded += 1;
      }),
      { seed: 1, numRuns: 150 },
    );
    expect(bounded).toBeGreaterThan(30);
  });

  test.each([1, 0.5, 3])("holds the true ratio %d at every look in at least 1 - alpha of the rollouts", (ratio) => {
    const runs = 100;
    let missed = 0;
    for (let run = 0; run < runs; run += 1) if (everMisses(ratio, createRandom(run + 1))) missed += 1;
    expect(missed).toBeLessThanOrEqual(ALPHA * runs);
  });

  test("has no upper end while the new release alone fails, and no lower one while the old does", () => {
    const failing = Array.from({ length: 40 }, () => ({ ka: 0, na: 100, kb: 1, nb: 100 }));
    expect(read(failing)).toMatchObject({ ratio: null, high: null });
    expect(read(failing).low).toBeGreaterThan(1);
    const swapped = failing.map(({ ka, na, kb, nb }) => ({ ka: kb, na: nb, kb: ka, nb: na }));
    expect(read(swapped)).toMatchObject({ ratio: 0, low: 0 });
    expect(read(swapped).high).toBeLessThan(1);
  });

  test("is everything while nothing was seen, or one arm is silent", () => {
    const nothing = { ratio: null, low: 0, high: null };
    expect(read([])).toEqual(nothing);
    expect(
      read([
        { ka: 0, na: 500, kb: 0, nb: 500 },
        { ka: 5, na: 500, kb: 0, nb: 0 },
        { ka: 0, na: 0, kb: 5, nb: 500 },
      ]),
    ).toEqual(nothing);
  });
});

test("the estimate is not moved by a share of traffic that changes while the rate does", () => {
  // Three times the failures throughout: first little traffic on the new release and many failures, then the other way round.
  const intervals = [
    { ka: 900, na: 9_000, kb: 300, nb: 1_000 },
    { ka: 10, na: 1_000, kb: 270, nb: 9_000 },
  ];
  expect(read(intervals).ratio).toBeCloseTo(3, 9);
});

function read(intervals: readonly IntervalCounts[]) {
  const sequence = new EffectSequence();
  for (const interval of intervals) sequence.add(interval);
  return sequence.read(ALPHA);
}

/** A Poisson-like trickle of failures at a rate that doubles half-way, for both. */
function everMisses(ratio: number, random: Random): boolean {
  const sequence = new EffectSequence();
  for (let second = 0; second < 150; second += 1) {
    const rate = second < 75 ? 0.01 : 0.02;
    sequence.add({ ka: events(40, rate, random), na: 40, kb: events(10, ratio * rate, random), nb: 10 });
    if (second % 10 !== 9) continue;
    const { low, high } = sequence.read(ALPHA);
    if (low > ratio || (high ?? Number.POSITIVE_INFINITY) < ratio) return true;
  }
  return false;
}

function events(trials: number, rate: number, random: Random): number {
  let count = 0;
  for (let trial = 0; trial < trials; trial += 1) if (random.isLucky(rate)) count += 1;
  return count;
}

/** The smallest ratio that is not ruled out, by halving. The e-value falls as the ratio grows. */
function slowLow(intervals: readonly IntervalCounts[]): number {
  return halve((ratio) => lnE(intervals, ratio) >= Math.log(2 / ALPHA));
}

function slowHigh(intervals: readonly IntervalCounts[]): number {
  const swapped = intervals.map(({ ka, na, kb, nb }) => ({ ka: kb, na: nb, kb: ka, nb: na }));
  return 1 / halve((ratio) => lnE(swapped, ratio) >= Math.log(2 / ALPHA));
}

function halve(isRuledOut: (ratio: number) => boolean): number {
  let [low, high] = [-Math.log2(largest), Math.log2(largest)];
  if (!isRuledOut(1 / largest)) return 1 / largest;
  if (isRuledOut(largest)) return largest;
  for (let step = 0; step < 40; step += 1) {
    const middle = (low + high) / 2;
    if (isRuledOut(2 ** middle)) low = middle;
    else high = middle;
  }
  return 2 ** low;
}

function lnE(intervals: readonly IntervalCounts[], ratio: number): number {
  const sums = regressionGrid.map((omega) => intervals.reduce((sum, counts) => sum + lnSplit(counts, { omega0: ratio, eps: 0 }, omega * ratio), 0));
  return logSumExp(sums) - Math.log(sums.length);
}
