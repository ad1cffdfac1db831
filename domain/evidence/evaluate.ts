import { type MetricName, type QuantileName, quantileNames } from "../metric.ts";
import {
  type Counted,
  countAgainst,
  countFrequent,
  countPlain,
  countPlainAgainst,
  countRare,
  countSilent,
  failures,
  noCounts,
  RATE_MAX,
  rateOf,
  type Seen,
  secondsOf,
  slowAnswers,
} from "./counts.ts";
import { type Against, betOf, type Form, isSilent } from "./forms.ts";
import type { EvidenceInterval, RawCounts, Stratum } from "./interval.ts";
import { ceilingGrid, lnBet, type Margin, projectionGrid, regressionGrid } from "./sequential.ts";

/** `ceiling` is part of the evidence on errors: an absolute bound for when there is no old release left. */
export type TestName = MetricName | "ceiling";

/** What the tests need to know of the plan. Rates are per request. */
export interface TestSettings {
  readonly omega0: number;
  readonly eps: number;
  readonly smallestEffect: number;
  readonly ceiling: number | "auto";
  /** Where failures are counted: by the balancer in slots, or by another source as plain numbers. */
  readonly errorsUnit: "slots" | "raw";
}

/** One interval's contribution to one test. */
export interface Evaluation {
  /** False where an arm is silent: then everything below is 0. */
  readonly used: boolean;
  /** ln S against each alternative of the test's grid. */
  readonly lnS: readonly number[];
  /** ln S of the swapped test: for "the new release is less than `smallestEffect` times as bad". */
  readonly lnHarmless: number;
  /** What lnS would have grown by in expectation if the new release were `smallestEffect` times as bad. */
  readonly information: number;
}

const grids = { split: regressionGrid, projection: projectionGrid, ceiling: ceilingGrid } as const satisfies Record<Form, readonly number[]>;
/** A unit may be without an answer in one second of ten, and half as often again as the old release's: balancers differ. */
const trafficMargin: Margin = { omega0: 1.5, eps: 0.1 };

const CEILING_AUTO_MIN = 0.01;
const CEILING_AUTO_FACTOR = 3;
const CEILING_UNKNOWN = 0.05;

const quantileByTest: ReadonlyMap<TestName, QuantileName> = new Map(quantileNames.map((name) => [`latency-${name}`, name]));

/** The quantile whose exceedances a test counts; null for every other test. */
export function quantileOf(test: TestName): QuantileName | null {
  return quantileByTest.get(test) ?? null;
}

export function formOf(test: TestName): Form {
  if (test === "ceiling") return "ceiling";
  return test === "latency-p50" || test === "latency-p90" ? "projection" : "split";
}

export function gridOf(test: TestName): readonly number[] {
  return grids[formOf(test)];
}

export function marginOf(test: TestName, { omega0, eps }: Pick<TestSettings, "omega0" | "eps">): Margin {
  return test === "traffic" ? trafficMargin : { omega0, eps };
}

/** `seen` is everything the old release did in this rollout before the interval, never the interval itself. */
export function evaluate(test: TestName, settings: TestSettings, seen: Seen, interval: EvidenceInterval): Evaluation {
  const against = againstOf(test, settings, seen);
  const grid = gridOf(test);
  const lnS = new Array<number>(grid.length).fill(0);
  const expected = new Array<number>(grid.length).fill(0);
  let lnHarmless = 0;
  let used = false;
  for (const part of countsOf(test, settings, seen, interval)) {
    if (isSilent(against.form, part.counts)) continue;
    used = true;
    lnHarmless += part.lnHarmless;
    for (let k = 0; k < grid.length; k += 1) {
      // One bet serves both: what was seen and what is expected share their trials.
      const bet = betOf(against, part.counts, grid[k] ?? 1);
      lnS[k] = (lnS[k] ?? 0) + lnBet(bet, part.counts);
      expected[k] = (expected[k] ?? 0) + lnBet(bet, part.expected);
    }
  }
  return { used, lnS, lnHarmless: test === "errors" ? lnHarmless : 0, information: most(expected) };
}

/** At least 0. */
function most(values: readonly number[]): number {
  let highest = 0;
  for (const value of values) if (value > highest) highest = value;
  return highest;
}

/** The counts that a test takes of an interval, a stratum each; none where it is not asked. A replay file holds just these. */
export function countsOf(test: TestName, settings: TestSettings, seen: Seen, interval: EvidenceInterval): readonly Counted[] {
  const isPlain = settings.errorsUnit === "raw";
  if (test === "ceiling") {
    if (interval.oldServes) return [noCounts];
    const rateMax = ceilingOf(settings, seen);
    if (!isPlain) return [countAgainst(rateMax, settings, seen, interval)];
    return rawOf(interval, "errors").map((counts) => countPlainAgainst(rateMax, counts.new, settings, seen.spread["errors"]));
  }
  if (test.startsWith("custom-") || (test === "errors" && isPlain)) {
    if (!interval.oldServes) return [noCounts];
    const before = { spread: seen.spread[test], seen: seen.raw[test] ?? ([0, 0] as const) };
    return rawOf(interval, test).map((counts) => countPlain(counts, settings, before));
  }
  return (interval.strata ?? [interval]).map((stratum) => countStratum(test, settings, seen, stratum));
}

/** What another source gave on a metric; each stretch of time is compared within itself. */
export function rawOf({ raw = [] }: EvidenceInterval, metric: string): RawCounts[] {
  return raw.flatMap(({ counts }) => counts[metric] ?? []);
}

function countStratum(test: TestName, settings: TestSettings, seen: Seen, stratum: Stratum): Counted {
  const quantile = quantileOf(test);
  if (test === "traffic") return countSilent(stratum);
  if (quantile === "p50" || quantile === "p90") return countFrequent(quantile, settings, seen, stratum);
  return countRare(quantile === null ? failures : slowAnswers[quantile], settings, seen, stratum);
}

function againstOf(test: TestName, settings: TestSettings, seen: Seen): Against {
  const form = formOf(test);
  const margin = marginOf(test, settings);
  switch (form) {
    case "split":
      return { form, margin };
    case "projection": {
      const quantile = quantileOf(test);
      return { form, margin, oldRate: quantile === null ? 0 : rateOf(secondsOf(seen.old, quantile)) };
    }
    case "ceiling":
      return { form, rateMax: ceilingOf(settings, seen) };
  }
}

/** The bound per request that judges alone. `auto` reads the old release's rate in this rollout. */
export function ceilingOf({ ceiling, errorsUnit }: Pick<TestSettings, "ceiling" | "errorsUnit">, seen: Seen): number {
  if (ceiling !== "auto") return ceiling;
  const [failed, requests] = errorsUnit === "raw" ? (seen.raw["errors"] ?? [0, 0]) : [seen.old.failed, seen.old.requests];
  if (requests === 0) return CEILING_UNKNOWN;
  return Math.min(RATE_MAX, Math.max(CEILING_AUTO_MIN, (CEILING_AUTO_FACTOR * failed) / requests));
}
