import { type IntervalCounts, logSumExp, regressionGrid } from "./sequential.ts";

/**
 * How many times as often the event happens on the new release: an estimate, and the ratios that no look so far has ruled
 * out. Source: docs/evidence.md, confidence sequence: {omega0 : E(omega0) < 2/alpha}, each side with its own test.
 */
export interface Effect {
  /** Null where the old release has no event yet. */
  readonly ratio: number | null;
  /** 0 and null while nothing is ruled out on that side. */
  readonly low: number;
  readonly high: number | null;
}

/** The ratios that are tried: 1/32 to 32 in quarter doublings. */
const STEPS_PER_DOUBLING = 4;
const DOUBLINGS = 5;
const ratios: readonly number[] = Array.from(
  { length: 2 * DOUBLINGS * STEPS_PER_DOUBLING + 1 },
  (_, index) => 2 ** (index / STEPS_PER_DOUBLING - DOUBLINGS),
);

const lnGrid = regressionGrid.map(Math.log);

/** Counts interval by interval, in place: for the screen alone, so that the verdict stays small. */
export class EffectSequence {
  /** ln of the e-value against "at most this ratio" and "at least this ratio", for each alternative. */
  readonly #above = ratios.map(() => new Float64Array(regressionGrid.length));
  readonly #below = ratios.map(() => new Float64Array(regressionGrid.length));
  /** Mantel and Haenszel's sums: the estimate is not moved by a share of traffic that changes. */
  #numerator = 0;
  #denominator = 0;

  add({ ka, na, kb, nb }: IntervalCounts): void {
    if (na === 0 || nb === 0 || (ka === 0 && kb === 0)) {
      // Without an event no ratio is likelier than another.
      return;
    }
    this.#numerator += (kb * na) / (na + nb);
    this.#denominator += (ka * nb) / (na + nb);
    // The split form with eps = 0, and with its arms swapped: events times what a doubled, tripled … ratio makes of the odds.
    for (const [index, ratio] of ratios.entries()) {
      const above = this.#above[index] as Float64Array;
      const below = this.#below[index] as Float64Array;
      const [old, fresh] = [na, nb * ratio];
      for (const [k, omega] of regressionGrid.entries()) {
        const lnOmega = lnGrid[k] ?? 0;
        above[k] = (above[k] ?? 0) + kb * lnOmega - (ka + kb) * Math.log((old + fresh * omega) / (old + fresh));
        below[k] = (below[k] ?? 0) + ka * lnOmega - (ka + kb) * Math.log((old * omega + fresh) / (old + fresh));
      }
    }
  }

  /** The ratio lies outside `low` and `high` at any look with a chance of at most `alpha`, half of it on each side. */
  read(alpha: number): Effect {
    const lnNeeded = Math.log(2 / alpha);
    const lnE = (capital: Float64Array) => logSumExp([...capital]) - Math.log(regressionGrid.length);
    const low = crossing(this.#above.map(lnE), lnNeeded);
    const high = crossing(this.#below.map(lnE).toReversed(), lnNeeded);
    return {
      ratio: this.#denominator > 0 ? this.#numerator / this.#denominator : null,
      low: low === null ? 0 : ratioAt(low),
      high: high === null ? null : ratioAt(ratios.length - 1 - high),
    };
  }
}

/** Where a falling row comes under `level`, between two indices; null where it begins under it. The last index where it never does. */
function crossing(row: readonly number[], level: number): number | null {
  const under = row.findIndex((value) => value < level);
  if (under === 0) return null;
  if (under === -1) return row.length - 1;
  const [before, after] = [row[under - 1] ?? level, row[under] ?? level];
  return under - 1 + (before - level) / (before - after);
}

function ratioAt(index: number): number {
  return 2 ** (index / STEPS_PER_DOUBLING - DOUBLINGS);
}
