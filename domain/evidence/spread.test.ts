import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dispersionOf, noSpread, widenSpread } from "./spread.ts";

type Interval = readonly [events: number, trials: number];

describe("dispersionOf", () => {
  test("is Pearson's, summed interval by interval", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(30), fc.integer({ min: 1, max: 400 })), { minLength: 10, maxLength: 60 }), (intervals) => {
        const dispersion = dispersionOf(intervals.reduce((spread, [events, trials]) => widenSpread(spread, events, trials), noSpread));
        expect(dispersion).toBeCloseTo(slowDispersion(intervals), 8);
      }),
      { seed: 1 },
    );
  });

  test("of clumps is their size, of even counts never below 1", () => {
    const clumps = Array.from({ length: 2_000 }, (_, index): Interval => [index % 10 === 0 ? 5 : 0, 100]);
    expect(dispersionOf(widen(clumps))).toBeGreaterThan(4);
    expect(dispersionOf(widen(clumps))).toBeLessThan(5);
    expect(dispersionOf(widen(Array.from({ length: 50 }, (): Interval => [3, 100])))).toBe(1);
  });

  test("is not moved by a load that grows at the same rate", () => {
    expect(dispersionOf(widen(Array.from({ length: 50 }, (_, index): Interval => [index + 1, 100 * (index + 1)])))).toBe(1);
  });

  test("is unknown for nine intervals, and 1 while nothing has happened in more", () => {
    const quiet: Interval[] = Array.from({ length: 9 }, () => [0, 100]);
    expect(dispersionOf(widen(quiet))).toBeNull();
    expect(dispersionOf(widen([...quiet, [0, 0]]))).toBeNull();
    expect(dispersionOf(widen([...quiet, [0, 100]]))).toBe(1);
  });
});

function widen(intervals: readonly Interval[]) {
  return intervals.reduce((spread, [events, trials]) => widenSpread(spread, events, trials), noSpread);
}

/** The textbook's: squared distance from what was expected, over that, by degrees of freedom. */
function slowDispersion(intervals: readonly Interval[]): number {
  const rate = intervals.reduce((sum, [events]) => sum + events, 0) / intervals.reduce((sum, [, trials]) => sum + trials, 0);
  if (rate === 0) return 1;
  const distance = intervals.reduce((sum, [events, trials]) => sum + (events - trials * rate) ** 2 / (trials * rate), 0);
  return Math.max(1, distance / (intervals.length - 1));
}
