/**
 * Log-linear latency histogram: 32 bins to each doubling of whole microseconds, so a bin is at most 1/32 (3.1 %) wide
 * against its lower edge. Histograms merge by adding counts, which is what averages of percentiles cannot do.
 * The idea is that of HdrHistogram (Gil Tene); the layout is our own: below 64 µs a bin is one microsecond.
 */

/** Bins of one histogram; the last one also takes whatever is longer than 19 hours. */
export const BIN_COUNT = 1024;
/** Half a bin against its lower edge: the most a quantile is off, above 32 µs. */
export const QUANTILE_RELATIVE_ERROR = 1 / 64;

const BINS_PER_DOUBLING = 32;
const LOG2_BINS = 5;
const US_PER_MS = 1000;
/** A thousandth of a microsecond: keeps a bin's own lower edge, given in milliseconds, inside that bin. */
const ROUNDING_US = 1e-3;
const UINT32_RANGE = 2 ** 32;
const TOP_US = 2 ** 36 - 1;

/** Mutable on purpose: the proxy records each request in place. Send it with `toBins`, never as it is. */
export interface Histogram {
  readonly counts: Float64Array;
  total: number;
}

/** Sparse counts in ascending order of bins: the form that crosses processes and is stored. */
export type SparseBins = readonly (readonly [bin: number, count: number])[];

export function createHistogram(): Histogram {
  return { counts: new Float64Array(BIN_COUNT), total: 0 };
}

/** Counts one request. Nothing is allocated. */
export function record(histogram: Histogram, latencyMs: number): void {
  recordBin(histogram, binOf(latencyMs));
}

/** The same where the bin is known. */
export function recordBin(histogram: Histogram, bin: number): void {
  histogram.counts[bin] = (histogram.counts[bin] as number) + 1;
  histogram.total += 1;
}

/** The bin of a latency in milliseconds. Negative and not-a-number count as 0, the longest as the last bin. */
export function binOf(latencyMs: number): number {
  const us = latencyMs * US_PER_MS + ROUNDING_US;
  if (!(us >= 1)) return 0;
  if (us < UINT32_RANGE) return binOfUint32(us);
  // Beyond 32 bits the bit tricks end: scale down by 16, which is 4 doublings.
  return binOfUint32(Math.min(us, TOP_US) / 16) + 4 * BINS_PER_DOUBLING;
}

/** Inclusive lower edge of a bin in milliseconds. */
export function binLowerMs(bin: number): number {
  return binLowerUs(bin) / US_PER_MS;
}

/** Exclusive upper edge of a bin in milliseconds. */
export function binUpperMs(bin: number): number {
  return binLowerUs(bin + 1) / US_PER_MS;
}

/** Adds the counts of `source` to `target`, in place. */
export function merge(target: Histogram, source: Histogram): void {
  for (let bin = 0; bin < BIN_COUNT; bin += 1) {
    target.counts[bin] = (target.counts[bin] as number) + (source.counts[bin] as number);
  }
  target.total += source.total;
}

/** Adds sparse counts to `target`, in place; bins outside the range and counts that are not positive are left out. */
export function addBins(target: Histogram, bins: SparseBins): void {
  for (const [bin, count] of bins) {
    if (!Number.isInteger(bin) || bin < 0 || bin >= BIN_COUNT || !(count > 0)) continue;
    target.counts[bin] = (target.counts[bin] as number) + count;
    target.total += count;
  }
}

/** Sets every count to 0, in place, so that a proxy can reuse one histogram for each second. */
export function clear(histogram: Histogram): void {
  histogram.counts.fill(0);
  histogram.total = 0;
}

export function toBins(histogram: Histogram): [bin: number, count: number][] {
  const bins: [number, number][] = [];
  for (let bin = 0; bin < BIN_COUNT; bin += 1) {
    const count = histogram.counts[bin] as number;
    if (count > 0) bins.push([bin, count]);
  }
  return bins;
}

export function fromBins(bins: SparseBins): Histogram {
  const histogram = createHistogram();
  addBins(histogram, bins);
  return histogram;
}

/** The `q`-quantile (0 to 1, nearest rank) in milliseconds: the middle of its bin. Null without requests. */
export function quantileMs(histogram: Histogram, q: number): number | null {
  if (histogram.total === 0) return null;
  const rank = Math.max(1, Math.ceil(Math.min(1, q) * histogram.total));
  let seen = 0;
  for (let bin = 0; bin < BIN_COUNT; bin += 1) {
    seen += histogram.counts[bin] as number;
    if (seen >= rank) return (binLowerMs(bin) + binUpperMs(bin)) / 2;
  }
  return binLowerMs(BIN_COUNT - 1);
}

/** Requests in bins above the one that holds `thresholdMs`: a threshold is rounded up to its bin's upper edge. */
export function countAbove(histogram: Histogram, thresholdMs: number): number {
  let count = 0;
  for (let bin = binOf(thresholdMs) + 1; bin < BIN_COUNT; bin += 1) count += histogram.counts[bin] as number;
  return count;
}

function binOfUint32(us: number): number {
  const whole = us >>> 0;
  if (whole < BINS_PER_DOUBLING) return whole;
  const shift = 31 - Math.clz32(whole) - LOG2_BINS;
  return shift * BINS_PER_DOUBLING + (whole >>> shift);
}

function binLowerUs(bin: number): number {
  if (bin < 2 * BINS_PER_DOUBLING) return bin;
  const shift = (bin >>> LOG2_BINS) - 1;
  return ((bin & (BINS_PER_DOUBLING - 1)) + BINS_PER_DOUBLING) * 2 ** shift;
}
