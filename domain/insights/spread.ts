/** How values lie: half are at most `median`, nine in ten at most `p90`. */
export interface Spread {
  readonly count: number;
  readonly median: number;
  readonly p90: number;
}

/** Null without a value. Quantiles by nearest rank: each is one of the values. */
export function spreadOf(values: readonly number[]): Spread | null {
  const sorted = [...values].sort((a, b) => a - b);
  const quantile = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  const [median, p90] = [quantile(0.5), quantile(0.9)];
  return median === undefined || p90 === undefined ? null : { count: sorted.length, median, p90 };
}
