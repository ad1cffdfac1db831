import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type MetricReplay, replayMetric, replayRollout, toMetricReport, toRolloutReport } from "./replay.ts";
import { parseReplay, type ReplayMetric, type ReplayRollout } from "./replay-file.ts";
import { regressionGrid } from "./sequential.ts";
import vectors from "./vectors.json" with { type: "json" };

const ALPHA = 1e-3;

describe("check numbers", () => {
  test.each(vectors.process)("process with $params", ({ params, grid, seq, lnE }) => {
    const file = { alpha: ALPHA, omega0: params.omega0 ?? 1, eps: params.eps ?? 0, planned: params.t_plan ?? null };
    for (const given of [
      { ...file, intervals: seq },
      { ...file, grid, form: "split", weight: 1, intervals: seq },
    ])
      near(one(given).lnE, lnE);
  });

  test.each(vectors.split)("split form $ka/$na against $kb/$nb", ({ ka, na, kb, nb, omega1, omega0, eps, lnS }) => {
    near(one({ omega0, eps, planned: null, grid: [omega1 / omega0], intervals: [[ka, na, kb, nb]] }).lnE, [lnS]);
  });

  test.each(vectors.slo)("ceiling $kb of $nb at $pmax", ({ kb, nb, pmax, ratio, lnS }) => {
    near(one({ form: "ceiling", pmax, planned: null, grid: [ratio], intervals: [[0, 0, kb, nb]] }).lnE, [lnS]);
  });
});

describe("against a slow and obvious computation", () => {
  test("exact fractions, where nothing is tolerated on top", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(9), fc.nat(2_000), fc.nat(9), fc.nat(2_000)), { minLength: 1, maxLength: 8 }),
        fc.constantFrom(1, 1.25, 1.5),
        fc.option(fc.integer({ min: 2, max: 10 })),
        (intervals, omega0, planned) => {
          const { lnE } = one({ omega0, eps: 0, planned, intervals });
          near(lnE, exactLnE(intervals, omega0, planned));
        },
      ),
      { seed: 1, numRuns: 60 },
    );
  });

  test("plain products of powers, with fractional counts and a margin", () => {
    const count = fc.oneof(fc.constant(0), fc.double({ min: 0.01, max: 6, noNaN: true }));
    const trials = fc.oneof(fc.constant(0), fc.double({ min: 0.01, max: 3_000, noNaN: true }));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(count, trials, count, trials), { minLength: 1, maxLength: 10 }),
        fc.option(fc.integer({ min: 1, max: 12 })),
        (intervals, planned) => {
          const { lnE } = one({ omega0: 1.1, eps: 1e-4, planned, intervals });
          const steps = intervals.map((row) => regressionGrid.map((omega) => plainSplit(row, omega)));
          near(
            lnE,
            steps.map((_, index) => Math.log(plainE(steps.slice(0, index + 1), planned))),
          );
        },
      ),
      { seed: 2 },
    );
  });

  test("the projection form by its quadratic equation", () => {
    const row = fc.tuple(fc.nat(400), fc.nat(400), fc.nat(400), fc.nat(400)).map(([a, b, c, d]) => [a, a + b, c, c + d] as const);
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 8 }), fc.constantFrom(1, 1.1, 1.3), (intervals, omega0) => {
        const { lnE } = one({ form: "projection", omega0, eps: 0, planned: null, intervals });
        near(lnE, quadraticLnE(intervals, omega0));
      }),
      { seed: 3 },
    );
  });
});

describe("the projection form", () => {
  const file = { form: "projection", omega0: 1, eps: 0, planned: null };

  test("is silent until the old release has shown something, and reads only intervals before", () => {
    expect(one({ ...file, intervals: [[40, 100, 90, 100]] }).lnE).toEqual([0]);
    expect(
      one({
        ...file,
        intervals: [
          [0, 100, 90, 100],
          [40, 100, 90, 100],
        ],
      }).lnE,
    ).toEqual([0, 0]);
    const [first, second] = one({
      ...file,
      intervals: [
        [50, 100, 0, 0],
        [10, 100, 60, 100],
      ],
    }).lnE;
    expect(first).toBe(0);
    // Alternative 0.5 and 0.75, nearest point of the null 0.625 for both.
    const expected = 10 * Math.log(0.5 / 0.625) + 90 * Math.log(0.5 / 0.375) + 60 * Math.log(0.75 / 0.625) + 40 * Math.log(0.25 / 0.375);
    expect(second).toBeCloseTo(expected, 9);
  });

  test("takes one alternative for each value of a grid, at most 0.99", () => {
    const rows = [
      [50, 100, 0, 0],
      [50, 100, 80, 100],
    ];
    const alone = (omega: number) => one({ ...file, grid: [omega], intervals: rows }).lnE[1] as number;
    const both = one({ ...file, grid: [1.5, 30], intervals: rows }).lnE[1] as number;
    expect(both).toBeCloseTo(Math.log((Math.exp(alone(1.5)) + Math.exp(alone(30))) / 2), 9);
    expect(alone(30)).toBe(alone(2));
    expect(one({ ...file, intervals: rows }).lnE[1]).toBe(alone(1.5));
  });
});

describe("the answer", () => {
  const file = { omega0: 1, eps: 0, planned: null, grid: [10] };
  // Each of these multiplies E by 5.5.
  const bad = Array.from({ length: 6 }, () => [0, 1_000, 1, 100] as const);

  test("is bad from the first interval after which weight times E is 1/alpha", () => {
    const { lnE } = one({ ...file, alpha: 0.5, intervals: bad });
    const reached = (alpha: number, weight: number) => one({ ...file, alpha, weight, intervals: bad });
    for (const [index, value] of lnE.slice(0, -1).entries()) {
      expect(reached(1.001 / Math.exp(value), 1)).toMatchObject({ state: "bad", decidedAt: index });
      expect(reached(0.999 / Math.exp(value), 1)).toMatchObject({ decidedAt: index + 1 });
      expect(reached(2.002 / Math.exp(value) / 2, 0.5)).toMatchObject({ decidedAt: index + 1 });
    }
  });

  test("loses nothing, however far E falls before it rises", () => {
    const interval = [3, 1_000, 5, 500];
    const { lnE } = one({ ...file, intervals: [[2_000, 100_000, 0, 100_000], interval] });
    const step = one({ ...file, intervals: [interval] }).lnE[0] as number;
    expect(lnE[0]).toBeLessThan(-3_000);
    expect((lnE[1] as number) - (lnE[0] as number)).toBeCloseTo(step, 9);
  });

  test("stays bad when E falls again", () => {
    const fallen = [...bad, ...Array.from({ length: 50 }, () => [50, 1_000, 0, 100] as const)];
    expect(one({ ...file, alpha: 1e-3, intervals: fallen })).toMatchObject({ state: "bad", decidedAt: 4 });
    expect(one({ ...file, alpha: 1e-3, intervals: fallen }).lnE.at(-1)).toBeLessThan(0);
  });

  test("is good once a release three times as bad would have been found on average", () => {
    const quiet = (length: number) => Array.from({ length }, () => [1, 1_000, 1, 1_000] as const);
    const given = (length: number, change: object = {}) => one({ omega0: 1.1, eps: 1e-4, planned: 3_600, intervals: quiet(length), ...change });
    const needed = Array.from({ length: 80 }, (_, length) => given(length)).findIndex(({ state }) => state === "good");
    // ln(8 · 1000) of growth; each interval brings what 1 event of 1,000 against 3 of 1,000 brings at the best alternative.
    const growth = Math.max(...regressionGrid.map((omega) => Math.log(plainSplit([1, 1_000, 3, 1_000], omega))));
    expect(needed).toBe(Math.ceil(Math.log(8_000) / growth));
    expect(given(needed, { smallestEffect: 2 }).state).toBe("insufficient");
    expect(given(needed - 1, { smallestEffect: 4 }).state).toBe("good");
    expect(given(needed, { weight: 0.1 }).state).toBe("insufficient");
  });

  test("is insufficient where nothing was seen", () => {
    expect(toMetricReport(one({ omega0: 1.1, eps: 0, planned: 10, intervals: [] }))).toEqual({ lnE: [], state: "insufficient", decidedAt: null });
    expect(one({ omega0: 1.1, eps: 0, planned: null, intervals: [[5, 100, 0, 0]] })).toMatchObject({ lnE: [0], state: "insufficient" });
    expect(one({ form: "ceiling", pmax: 0.01, planned: null, intervals: [[5, 100, 0, 0]] })).toMatchObject({ lnE: [0], state: "insufficient" });
  });
});

describe("all metrics of a rollout", () => {
  const errors = {
    omega0: 1,
    eps: 0,
    planned: null,
    grid: [10],
    weight: 0.8,
    intervals: [
      [0, 1_000, 1, 100],
      [0, 1_000, 1, 100],
      [0, 1_000, 0, 100],
    ],
  };
  const slow = {
    ...errors,
    weight: 0.2,
    intervals: [
      [0, 1_000, 0, 100],
      [0, 1_000, 4, 100],
    ],
  };

  test("add up by their weights; one that has ended keeps its value", () => {
    const { lnSum, metrics } = all({ alpha: ALPHA, metrics: { errors, slow } });
    const lnOf = (name: string, index: number) => metrics[name]?.lnE[index] as number;
    const sums = [0, 1, 2].map((index) => Math.log(0.8 * Math.exp(lnOf("errors", index)) + 0.2 * Math.exp(lnOf("slow", Math.min(1, index)))));
    near(lnSum, sums);
  });

  test("decide together, and name the largest part", () => {
    const report = toRolloutReport(all({ alpha: 0.01, metrics: { errors, slow } }));
    expect(report).toMatchObject({
      state: "bad",
      decidedAt: 1,
      culprit: "slow",
      metrics: { errors: { decidedAt: null }, slow: { decidedAt: 1, state: "bad" } },
    });
    expect(Object.keys(report)).toEqual(["lnSum", "state", "decidedAt", "culprit", "metrics"]);
    // Neither alone would do here.
    const together = all({ alpha: 1 / 465, metrics: { errors: { ...errors, weight: 0.5 }, slow: { ...slow, weight: 0.5 } } });
    expect(together).toMatchObject({ state: "bad", decidedAt: 1, metrics: { errors: { decidedAt: null }, slow: { decidedAt: null } } });
  });

  test("are good when each has seen enough; the ceiling belongs to the errors", () => {
    const seen = { omega0: 1.1, eps: 0, planned: null, weight: 0.5, intervals: Array.from({ length: 60 }, () => [1, 1_000, 1, 1_000]) };
    const silent = { ...seen, intervals: [] };
    const ceiling = { form: "ceiling", pmax: 0.01, planned: null, weight: 0.1, intervals: [] };
    expect(all({ alpha: ALPHA, metrics: { errors: seen, ceiling } }).state).toBe("good");
    expect(all({ alpha: ALPHA, metrics: { errors: seen, traffic: silent } }).state).toBe("insufficient");
  });

  test("come out the same in whatever order they stand", () => {
    const forth = all({ alpha: ALPHA, metrics: { errors, slow } });
    const back = all({ alpha: ALPHA, metrics: { slow, errors } });
    near(back.lnSum, forth.lnSum);
    expect({ ...back, lnSum: 0, metrics: { ...back.metrics } }).toEqual({ ...forth, lnSum: 0, metrics: { ...forth.metrics } });
  });
});

describe("for any file", () => {
  const anyCount = fc.oneof(fc.nat(100), fc.double({ min: 1e-9, max: 1e15, noNaN: true }), fc.constantFrom(0, 1e-9, 1e15));
  const anyRow = fc.tuple(anyCount, anyCount, anyCount, anyCount).map(([a, b, c, d]) => [Math.min(a, b), b, Math.min(c, d), d] as const);
  const anyMetric = fc
    .record({
      form: fc.constantFrom("split", "projection", "ceiling"),
      omega0: fc.oneof(fc.double({ min: 1, max: 3, noNaN: true }), fc.double({ min: 1e-6, max: 1e6, noNaN: true })),
      eps: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1, noNaN: true })),
      pmax: fc.double({ min: 1e-9, max: 1, noNaN: true }),
      planned: fc.option(fc.integer({ min: 1, max: 1_000 })),
      weight: fc.double({ min: 1e-9, max: 1, noNaN: true }),
      intervals: fc.array(fc.oneof(anyRow, fc.array(anyRow, { minLength: 1, maxLength: 3 })), { maxLength: 8 }),
    })
    .map((metric) => (metric.form === "projection" ? { ...metric, omega0: Math.max(1, metric.omega0) } : metric));

  test("every number is finite, and comes through JSON as it was", () => {
    fc.assert(
      fc.property(anyMetric, (metric) => {
        const { lnE, information } = one(metric);
        for (const value of [...lnE, information]) expect(Number.isFinite(value)).toBe(true);
        expect(JSON.parse(JSON.stringify(lnE))).toEqual(lnE.map((value) => value + 0));
        const { lnSum } = all({ alpha: ALPHA, metrics: { metric: { ...metric } } });
        for (const value of lnSum) expect(Number.isFinite(value)).toBe(true);
      }),
      { seed: 4, numRuns: 500 },
    );
  });

  test("what was computed stays when more is seen, and a second time gives the same", () => {
    fc.assert(
      fc.property(anyMetric, fc.nat(8), (metric, cut) => {
        const whole = one(metric);
        expect(one(JSON.parse(JSON.stringify(metric)))).toEqual(whole);
        expect(one({ ...metric, intervals: metric.intervals.slice(0, cut) }).lnE).toEqual(whole.lnE.slice(0, cut));
      }),
      { seed: 5 },
    );
  });

  test("the order of intervals does not matter to the split form without restarts, nor do silent ones or a list of one zone", () => {
    const row = fc.tuple(fc.nat(5), fc.nat(500), fc.nat(5), fc.nat(500));
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 8 }), (rows) => {
        const last = (intervals: readonly unknown[]) => one({ omega0: 1.1, eps: 1e-4, planned: null, intervals }).lnE.at(-1) as number;
        const expected = last(rows);
        expect(last(rows.toReversed())).toBeCloseTo(expected, 9);
        expect(last([[3, 0, 4, 10], ...rows, [1, 10, 0, 0]])).toBeCloseTo(expected, 12);
        expect(last(rows.map((each) => [each]))).toBe(expected);
        expect(last([rows])).toBeCloseTo(expected, 9);
      }),
      { seed: 6 },
    );
  });
});

/** What a file of one metric says. */
function one(file: object): MetricReplay {
  const parsed = parseReplay({ alpha: ALPHA, ...file }) as ReplayMetric & { alpha: number };
  if (parsed instanceof Error) throw parsed;
  return replayMetric(parsed, parsed.alpha);
}

function all(file: object) {
  const parsed = parseReplay(file);
  if (parsed instanceof Error) throw parsed;
  return replayRollout(parsed as ReplayRollout);
}

function near(mine: readonly number[], expected: readonly number[]): void {
  expect(mine).toHaveLength(expected.length);
  for (const [index, value] of expected.entries()) expect(Math.abs((mine[index] as number) - value)).toBeLessThan(1e-10 * (1 + Math.abs(value)));
}

type Row = readonly [ka: number, na: number, kb: number, nb: number];

/** S itself, with the tolerated margin 1.1 and 1e-4. */
function plainSplit([ka, na, kb, nb]: Row, omega: number): number {
  if (na === 0 || nb === 0) return 1;
  const q0 = (nb * 1.1) / (na + nb * 1.1);
  const q1 = (nb * omega * 1.1) / (na + nb * omega * 1.1);
  const oldLeft = na / (na + nb * omega * 1.1) / (na / (na + nb * 1.1));
  return (q1 / q0) ** kb * oldLeft ** ka * Math.exp(-1e-4 * nb * (q1 / q0 - 1));
}

/** Part of the capital that is bet from interval `start` on. */
function capital(start: number, planned: number | null): number {
  if (planned === null) return start === 1 ? 1 : 0;
  if (start === 1) return 1 / 2;
  return start <= planned ? 1 / 2 / (planned - 1) : 0;
}

/** E as it is defined: what every bet has become, and the capital that was never bet. */
function plainE(steps: readonly (readonly number[])[], planned: number | null): number {
  let total = 1;
  for (let start = 1; start <= steps.length; start += 1) {
    total -= capital(start, planned);
    for (const k of regressionGrid.keys()) {
      const grown = steps.slice(start - 1).reduce((product, step) => product * (step[k] as number), 1);
      total += (capital(start, planned) * grown) / regressionGrid.length;
    }
  }
  return total;
}

interface Fraction {
  readonly over: bigint;
  readonly under: bigint;
}

const asFraction = (value: number): Fraction => ({ over: BigInt(value * 4), under: 4n });
const times = (a: Fraction, b: Fraction): Fraction => ({ over: a.over * b.over, under: a.under * b.under });
const plus = (a: Fraction, b: Fraction): Fraction => ({ over: a.over * b.under + b.over * a.under, under: a.under * b.under });
const power = ({ over, under }: Fraction, exponent: number): Fraction => ({ over: over ** BigInt(exponent), under: under ** BigInt(exponent) });

/** Nothing is rounded before the last logarithm: grid, margin and counts are fractions. */
function exactLnE(intervals: readonly Row[], omega0: number, planned: number | null): number[] {
  return intervals.map((_, last) => {
    const t = last + 1;
    const unused = planned === null ? { over: 0n, under: 1n } : { over: BigInt(planned - Math.min(t, planned)), under: BigInt(2 * (planned - 1)) };
    let total = unused;
    for (let start = 1; start <= t; start += 1) {
      if (planned === null ? start > 1 : start > planned) continue;
      const share = planned === null ? { over: 1n, under: 8n } : { over: 1n, under: BigInt(start === 1 ? 16 : 16 * (planned - 1)) };
      for (const omega of regressionGrid) {
        const grown = intervals
          .slice(start - 1, t)
          .reduce((product, row) => times(product, exactSplit(row, asFraction(omega0), asFraction(omega))), share);
        total = plus(total, grown);
      }
    }
    return lnOf(total.over) - lnOf(total.under);
  });
}

function exactSplit([ka, na, kb, nb]: Row, omega0: Fraction, omega: Fraction): Fraction {
  if (na === 0 || nb === 0) return { over: 1n, under: 1n };
  const before = plus({ over: BigInt(na), under: 1n }, times(omega0, { over: BigInt(nb), under: 1n }));
  const after = plus({ over: BigInt(na), under: 1n }, times(times(omega0, omega), { over: BigInt(nb), under: 1n }));
  const oldChange = times(before, { over: after.under, under: after.over });
  return times(power(times(oldChange, omega), kb), power(oldChange, ka));
}

function lnOf(value: bigint): number {
  const bits = value.toString(2).length;
  const shift = Math.max(0, bits - 60);
  return Math.log(Number(value >> BigInt(shift))) + shift * Math.LN2;
}

/** With eps = 0 the nearest point of the null solves na (s − ta)(1 − ωs) + nb (ωs − tb)(1 − s) = 0. */
function quadraticLnE(intervals: readonly Row[], omega0: number): number[] {
  let events = 0;
  let trials = 0;
  let total = 0;
  return intervals.map(([ka, na, kb, nb]) => {
    const ta = Math.min(0.99, trials > 0 ? events / trials : 0);
    const tb = Math.min(0.99, 1.5 * ta);
    if (ta > 0 && na > 0 && nb > 0 && tb > omega0 * ta) {
      const square = -omega0 * (na + nb);
      const linear = na * (1 + omega0 * ta) + nb * (omega0 + tb);
      const constant = -(na * ta + nb * tb);
      const root = Math.sqrt(linear * linear - 4 * square * constant);
      const sa = (2 * constant) / (-linear - root);
      const sb = omega0 * sa;
      total +=
        ka * Math.log(ta / sa) + (na - ka) * Math.log((1 - ta) / (1 - sa)) + kb * Math.log(tb / sb) + (nb - kb) * Math.log((1 - tb) / (1 - sb));
    }
    events += ka;
    trials += na;
    return total;
  });
}
