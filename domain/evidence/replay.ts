import { BASE_RATE_MIN, RATE_MAX } from "./counts.ts";
import type { TestName } from "./evaluate.ts";
import { type Against, betOf, isSilent } from "./forms.ts";
import { informationNeeded } from "./power.ts";
import { type Counts, type ReplayMetric, type ReplayRollout, rowsOf } from "./replay-file.ts";
import { capitalAt, capitalLeft, ceilingGrid, type IntervalCounts, lnBet, logAddExp, logSumExp, regressionGrid } from "./sequential.ts";
import { metricOf } from "./verdict.ts";

/**
 * Computes again what the evidence decided, from the counts alone and by the bets that decided it. The sums are kept in
 * logarithms, so that nothing shrinks to nothing however long the file. Pure: the same file gives the same answer. What the
 * file holds and what the answer means: docs/evidence.md, "Computing it again".
 */

export type ReplayState = "bad" | "good" | "insufficient";

/** One metric by itself. */
export interface MetricReplay {
  /** ln E after each interval, without the weight. */
  readonly lnE: readonly number[];
  readonly state: ReplayState;
  /** Index of the first interval after which weight · E was 1/alpha or more; null where it never was. */
  readonly decidedAt: number | null;
  /** What ln E would have grown by if the release were `smallestEffect` times as bad, and what makes that enough to call it good. */
  readonly information: number;
  readonly informationNeeded: number;
}

/** All metrics of a rollout under one alpha. */
export interface RolloutReplay {
  /** ln of the weighted sum of all E's after each interval. */
  readonly lnSum: readonly number[];
  readonly state: ReplayState;
  /** Index of the first interval after which the sum was 1/alpha or more. */
  readonly decidedAt: number | null;
  /** The metric with the largest part of the sum at that interval. */
  readonly culprit: string | null;
  readonly metrics: Readonly<Record<string, MetricReplay>>;
}

/** Alternatives of a file that names none. */
const defaultGrids = { split: regressionGrid, projection: [1.5], ceiling: ceilingGrid } as const satisfies Record<string, readonly number[]>;

export function replayMetric(metric: ReplayMetric, alpha: number): MetricReplay {
  const { form, planned, weight, intervals } = metric;
  const grid = metric.grid ?? defaultGrids[form];
  const lnE: number[] = [];
  let lnM: readonly number[] = grid.map(() => Number.NEGATIVE_INFINITY);
  let information = 0;
  let seen: Seen = { events: 0, trials: 0 };
  for (const [index, interval] of intervals.entries()) {
    const rows = rowsOf(interval);
    const against = againstOf(metric, seen);
    const judged = rows.map(toCounts).filter((counts) => !isSilent(form, counts));
    const lnGamma = Math.log(capitalAt(index + 1, planned));
    const lnS = lnSOf(against, judged, grid);
    lnM = lnM.map((value, k) => (lnS[k] ?? 0) + logAddExp(value, lnGamma));
    lnE.push(logAddExp(logSumExp(lnM) - Math.log(grid.length), Math.log(capitalLeft(index + 1, planned))));
    const expected = judged.map((counts) => ({ ...counts, ...expectedOf(metric, seen, counts) }));
    information += Math.max(0, ...lnSOf(against, expected, grid));
    seen = addRows(seen, rows);
  }
  const decidedAt = firstAtLeast(
    lnE.map((value) => Math.log(weight) + value),
    alpha,
  );
  const needed = informationNeeded(alpha, weight, grid.length);
  return { lnE, state: stateOf(decidedAt, information >= needed), decidedAt, information, informationNeeded: needed };
}

/** ln S of an interval against each alternative: strata add up. */
function lnSOf(against: Against, strata: readonly IntervalCounts[], grid: readonly number[]): number[] {
  return grid.map((alternative) => strata.reduce((sum, counts) => sum + lnBet(betOf(against, counts, alternative), counts), 0));
}

export function replayRollout({ alpha, metrics }: ReplayRollout): RolloutReplay {
  const replayed = Object.entries(metrics).map(([name, metric]) => ({ name, weight: metric.weight, result: replayMetric(metric, alpha) }));
  const length = replayed.reduce((longest, { result }) => Math.max(longest, result.lnE.length), 0);
  const lnSum = Array.from({ length }, (_, index) => logSumExp(replayed.map((part) => lnPartAt(part, index))));
  const decidedAt = firstAtLeast(lnSum, alpha);
  // As in the verdict, a metric has seen enough when one of its tests has.
  const enough = new Map<string, boolean>();
  for (const { name, result } of replayed) {
    const metric = metricOf(name as TestName);
    enough.set(metric, (enough.get(metric) ?? false) || result.state !== "insufficient");
  }
  return {
    lnSum,
    state: stateOf(decidedAt, [...enough.values()].every(Boolean)),
    decidedAt,
    culprit: decidedAt === null ? null : largestAt(replayed, decidedAt),
    metrics: Object.fromEntries(replayed.map(({ name, result }) => [name, result])),
  };
}

interface Part {
  readonly name: string;
  readonly weight: number;
  readonly result: MetricReplay;
}

/** A metric that has ended keeps what it had. */
function lnPartAt({ weight, result: { lnE } }: Part, index: number): number {
  return Math.log(weight) + (lnE[index] ?? lnE.at(-1) ?? 0);
}

function largestAt(parts: readonly Part[], index: number): string | null {
  const largest = parts.reduce<Part | null>((worst, part) => (worst && lnPartAt(worst, index) >= lnPartAt(part, index) ? worst : part), null);
  return largest?.name ?? null;
}

function stateOf(decidedAt: number | null, hasSeenEnough: boolean): ReplayState {
  if (decidedAt !== null) return "bad";
  return hasSeenEnough ? "good" : "insufficient";
}

function firstAtLeast(lnValues: readonly number[], alpha: number): number | null {
  const index = lnValues.findIndex((value) => value >= Math.log(1 / alpha));
  return index === -1 ? null : index;
}

/** The old release over all intervals before the one that is judged. */
interface Seen {
  readonly events: number;
  readonly trials: number;
}

function addRows(seen: Seen, rows: readonly Counts[]): Seen {
  return rows.reduce(({ events, trials }, [ka, na]) => ({ events: events + ka, trials: trials + na }), seen);
}

function rateOf({ events, trials }: Seen): number {
  return trials > 0 ? events / trials : 0;
}

function againstOf({ form, omega0 = 1, eps = 0, pmax = 1 }: ReplayMetric, seen: Seen): Against {
  switch (form) {
    case "split":
      return { form, margin: { omega0, eps } };
    case "projection":
      return { form, margin: { omega0, eps }, oldRate: rateOf(seen) };
    case "ceiling":
      return { form, rateMax: pmax };
  }
}

type Events = Pick<IntervalCounts, "ka" | "kb">;

/** What an interval would show on average if the new release were `smallestEffect` times as bad as the old one, or as the ceiling. */
function expectedOf({ form, pmax = 1, smallestEffect }: ReplayMetric, seen: Seen, { na, nb }: IntervalCounts): Events {
  if (form === "ceiling") return { ka: 0, kb: nb * Math.min(1, smallestEffect * pmax) };
  const rate = form === "split" ? Math.max(BASE_RATE_MIN, rateOf(seen)) : rateOf(seen);
  return { ka: na * Math.min(RATE_MAX, rate), kb: nb * Math.min(RATE_MAX, smallestEffect * rate) };
}

function toCounts([ka, na, kb, nb]: Counts): IntervalCounts {
  return { ka, na, kb, nb };
}

/** What `npm run evidence -- FILE --json` prints of one metric. */
export function toMetricReport({ lnE, state, decidedAt }: MetricReplay) {
  return { lnE, state, decidedAt };
}

/** The same of a whole rollout. */
export function toRolloutReport(result: RolloutReplay) {
  const metrics = Object.entries(result.metrics).map(([name, metric]) => [name, toMetricReport(metric)] as const);
  return { ...result, metrics: Object.fromEntries(metrics) };
}
