import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  betCeiling,
  ceilingGrid,
  type IntervalCounts,
  lnBet,
  lnEOf,
  lnProjection,
  lnSplit,
  type Margin,
  newMixture,
  projectOntoNull,
  regressionGrid,
  stepMixture,
} from "./sequential.ts";
import vectors from "./vectors.json" with { type: "json" };

const DIGITS = 9;

describe("check numbers", () => {
  test.each(vectors.split)("split form $ka/$na against $kb/$nb", ({ lnS, omega0, eps, omega1, ...counts }) => {
    expect(lnSplit(counts, { omega0, eps }, omega1)).toBeCloseTo(lnS, DIGITS);
  });

  test.each(vectors.slo)("ceiling $kb of $nb at $pmax", ({ lnS, pmax, ratio, ...counts }) => {
    expect(lnCeiling(counts, pmax, ratio)).toBeCloseTo(lnS, DIGITS);
  });

  test.each(vectors.projection)("projection form $ka/$na against $kb/$nb", ({ lnS, ta, tb, sa, sb, omega0, eps, ...counts }) => {
    const margin = { omega0, eps };
    const { ka, na, kb, nb } = counts;
    const mine = projectOntoNull(na, nb, margin, { ta, tb });
    // The written point comes from a numeric minimiser; ours must be at least as near, and the likelihoods the same function.
    expect(mine.sa).toBeCloseTo(sa, 7);
    expect(distance(counts, { ta, tb }, mine)).toBeLessThanOrEqual(distance(counts, { ta, tb }, { sa, sb }) + 1e-12);
    expect(lnProjection(counts, margin, { ta, tb })).toBeCloseTo(lnS, 5);
    const direct =
      ka * Math.log(ta / sa) + (na - ka) * Math.log((1 - ta) / (1 - sa)) + kb * Math.log(tb / sb) + (nb - kb) * Math.log((1 - tb) / (1 - sb));
    expect(direct).toBeCloseTo(lnS, DIGITS);
  });

  test.each(vectors.process)("process with $params", ({ params, grid, seq, lnE }) => {
    const planned = params.t_plan ?? null;
    const margin = { omega0: params.omega0 ?? 1, eps: params.eps ?? 0 };
    let mixture = newMixture;
    expect(lnEOf(mixture, planned)).toBe(0);
    seq.forEach((row, index) => {
      mixture = stepMixture(mixture, lnSOf(counted(row), margin, grid), planned);
      expect(lnEOf(mixture, planned)).toBeCloseTo(lnE[index] as number, DIGITS);
    });
  });
});

describe("split form", () => {
  test("has expectation at most 1 anywhere in the null hypothesis, summed over every outcome", () => {
    fc.assert(
      fc.property(
        size,
        size,
        rate,
        fc.double({ min: 1, max: 2, noNaN: true }),
        smallRate,
        inNull,
        pick(regressionGrid),
        (na, nb, pa, omega0, eps, share, omega) => {
          const pb = Math.min(1, share * (omega0 * pa + eps));
          const expected = expectation(na, nb, pa, pb, (counts) => lnSplit(counts, { omega0, eps }, omega * omega0));
          expect(expected).toBeLessThanOrEqual(1 + 1e-9);
        },
      ),
      { seed: 1, numRuns: 300 },
    );
  });

  test("says nothing where one arm is silent", () => {
    fc.assert(
      fc.property(count, count, (n, k) => {
        expect(lnSplit({ ka: 0, na: 0, kb: k, nb: n }, { omega0: 1.1, eps: 1e-4 }, 3)).toBe(0);
        expect(lnSplit({ ka: k, na: n, kb: 0, nb: 0 }, { omega0: 1.1, eps: 1e-4 }, 3)).toBe(0);
      }),
      { seed: 2 },
    );
  });

  test("is the textbook formula, without its cancellation", () => {
    fc.assert(
      fc.property(count, count, count, count, pick(regressionGrid), (ka, na, kb, nb, omega) => {
        const margin = { omega0: 1.1, eps: 1e-4 };
        const counts = { ka, na: na + 1, kb, nb: nb + 1 };
        const slow = slowSplit(counts, margin, omega * 1.1);
        expect(Math.abs(lnSplit(counts, margin, omega * 1.1) - slow)).toBeLessThanOrEqual(1e-9 * (1 + Math.abs(slow) + ka + kb));
      }),
      { seed: 3 },
    );
  });
});

describe("projection form", () => {
  test("has expectation at most 1 anywhere in the null hypothesis", () => {
    fc.assert(
      fc.property(
        size,
        size,
        rate,
        fc.double({ min: 1, max: 2, noNaN: true }),
        smallRate,
        inNull,
        openRate,
        openRate,
        (na, nb, pa, omega0, eps, share, ta, tb) => {
          const pb = Math.min(1, share * (omega0 * pa + eps));
          expect(expectation(na, nb, pa, pb, (counts) => lnProjection(counts, { omega0, eps }, { ta, tb }))).toBeLessThanOrEqual(1 + 1e-9);
        },
      ),
      { seed: 4, numRuns: 300 },
    );
  });

  test("finds the nearest point to the last digits, also where its first guess is that point", () => {
    expect(projectOntoNull(1, 4, { omega0: 1, eps: 0 }, { ta: 0.5, tb: 0.75 }).sa).toBeCloseTo(0.7, 14);
    expect(projectOntoNull(3, 1, { omega0: 1, eps: 0 }, { ta: 0.1, tb: 0.9 }).sa).toBeCloseTo(0.3, 14);
  });

  test("says nothing about an alternative that is allowed", () => {
    expect(lnProjection({ ka: 3, na: 10, kb: 3, nb: 10 }, { omega0: 1.1, eps: 0.01 }, { ta: 0.3, tb: 0.33 })).toBe(0);
  });
});

describe("ceiling", () => {
  test("has expectation at most 1 at and below the bound", () => {
    fc.assert(
      fc.property(size, openRate, inNull, pick(ceilingGrid), (nb, rateMax, share, ratio) => {
        const below = share * rateMax;
        expect(expectation(0, nb, 0, below, (counts) => lnCeiling(counts, rateMax, ratio))).toBeLessThanOrEqual(1 + 1e-9);
      }),
      { seed: 5, numRuns: 300 },
    );
  });
});

describe("mixture", () => {
  test("is the direct sum over every alternative and every start", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(small, small, small, small), { minLength: 1, maxLength: 12 }),
        fc.option(fc.integer({ min: 1, max: 15 })),
        (rows, planned) => {
          const margin = { omega0: 1.2, eps: 1e-3 };
          const steps = rows.map(([ka, na, kb, nb]) => lnSOf({ ka, na: na * 50, kb, nb: nb * 50 }, margin, regressionGrid));
          const mixture = steps.reduce((state, lnS) => stepMixture(state, lnS, planned), newMixture);
          expect(lnEOf(mixture, planned)).toBeCloseTo(Math.log(directE(steps, planned)), 8);
        },
      ),
      { seed: 6 },
    );
  });

  test("does not move while nothing is seen", () => {
    let mixture = newMixture;
    for (let t = 0; t < 50; t += 1) {
      mixture = stepMixture(
        mixture,
        regressionGrid.map(() => 0),
        20,
      );
      expect(lnEOf(mixture, 20)).toBeCloseTo(0, 12);
    }
  });

  test("stays a number where E itself would overflow, and survives JSON", () => {
    let mixture = newMixture;
    for (let t = 0; t < 500; t += 1)
      mixture = stepMixture(
        mixture,
        regressionGrid.map(() => 20),
        3_600,
      );
    expect(lnEOf(mixture, 3_600)).toBeGreaterThan(9_000);
    expect(JSON.parse(JSON.stringify(mixture))).toEqual(mixture);
  });
});

const size = fc.integer({ min: 1, max: 6 });
const count = fc.integer({ min: 0, max: 100_000 });
const small = fc.integer({ min: 0, max: 5 });
const rate = fc.double({ min: 0, max: 1, noNaN: true });
const smallRate = fc.double({ min: 0, max: 0.05, noNaN: true });
const openRate = fc.double({ min: 0.001, max: 0.99, noNaN: true });
/** Where in the null hypothesis: 1 is its edge. */
const inNull = fc.oneof(fc.constant(1), rate);

function lnCeiling({ kb, nb }: Pick<IntervalCounts, "kb" | "nb">, rateMax: number, ratio: number): number {
  return lnBet(betCeiling({ nb }, rateMax, ratio), { ka: 0, kb });
}

function pick(grid: readonly number[]) {
  return fc.constantFrom(...grid);
}

function counted(row: readonly number[]): IntervalCounts {
  const [ka = 0, na = 0, kb = 0, nb = 0] = row;
  return { ka, na, kb, nb };
}

function lnSOf(counts: IntervalCounts, margin: Margin, grid: readonly number[]): number[] {
  return grid.map((omega) => lnSplit(counts, margin, omega * margin.omega0));
}

function expectation(na: number, nb: number, pa: number, pb: number, lnS: (counts: IntervalCounts) => number): number {
  let sum = 0;
  for (let ka = 0; ka <= na; ka += 1) {
    for (let kb = 0; kb <= nb; kb += 1) sum += binomial(na, ka, pa) * binomial(nb, kb, pb) * Math.exp(lnS({ ka, na, kb, nb }));
  }
  return sum;
}

function binomial(n: number, k: number, p: number): number {
  let ways = 1;
  for (let i = 0; i < k; i += 1) ways = (ways * (n - i)) / (i + 1);
  return ways * p ** k * (1 - p) ** (n - k);
}

function slowSplit({ ka, na, kb, nb }: IntervalCounts, { omega0, eps }: Margin, omega1: number): number {
  const q0 = (nb * omega0) / (na + nb * omega0);
  const q1 = (nb * omega1) / (na + nb * omega1);
  return kb * Math.log(q1 / q0) + ka * Math.log((1 - q1) / (1 - q0)) - eps * nb * (q1 / q0 - 1);
}

function distance({ na, nb }: IntervalCounts, { ta, tb }: { ta: number; tb: number }, { sa, sb }: { sa: number; sb: number }): number {
  const kl = (t: number, s: number) => t * Math.log(t / s) + (1 - t) * Math.log((1 - t) / (1 - s));
  return na * kl(ta, sa) + nb * kl(tb, sb);
}

/** E as a sum over alternatives k and starts s of gamma_s times the product of S from s on, plus what is not used yet. */
function directE(steps: readonly (readonly number[])[], planned: number | null): number {
  const gamma = (t: number) => {
    if (planned === null) return t === 1 ? 1 : 0;
    if (t === 1) return 0.5;
    return t <= planned ? 0.5 / (planned - 1) : 0;
  };
  let total = 1;
  for (let start = 1; start <= steps.length; start += 1) {
    total -= gamma(start);
    for (let k = 0; k < regressionGrid.length; k += 1) {
      const product = steps.slice(start - 1).reduce((value, lnS) => value * Math.exp(lnS[k] as number), 1);
      total += (gamma(start) * product) / regressionGrid.length;
    }
  }
  return total;
}
