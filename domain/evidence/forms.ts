import { RATE_MAX } from "./counts.ts";
import { type Bet, betCeiling, betProjection, betSplit, type IntervalCounts, type Margin } from "./sequential.ts";

/** The three ways to hold counts against the null hypothesis; docs/evidence.md says which metric takes which, and why. */
export type Form = "split" | "projection" | "ceiling";

/** What an interval's counts are held against; fixed before the interval is looked at. */
export type Against =
  | { readonly form: "split"; readonly margin: Margin }
  /** `oldRate` is what the old release showed before the interval; 0 while it has shown nothing. */
  | { readonly form: "projection"; readonly margin: Margin; readonly oldRate: number }
  /** Events per trial that are allowed whatever the old release does. */
  | { readonly form: "ceiling"; readonly rateMax: number };

type Trials = Pick<IntervalCounts, "na" | "nb">;

/** An alternative of the projection form stays off certainty at both ends. */
const RATE_MIN = 1e-6;
const noBet: Bet = { perOld: 0, perNew: 0, cost: 0 };

/** The bet of one interval, or of one stratum of it, on one value of the form's grid. */
export function betOf(against: Against, trials: Trials, alternative: number): Bet {
  switch (against.form) {
    case "split":
      return betSplit(trials, against.margin, alternative * against.margin.omega0);
    case "projection": {
      if (against.oldRate === 0) return noBet;
      const ta = Math.min(RATE_MAX, Math.max(RATE_MIN, against.oldRate));
      return betProjection(trials, against.margin, { ta, tb: Math.min(RATE_MAX, alternative * ta) });
    }
    case "ceiling":
      return betCeiling(trials, against.rateMax, alternative);
  }
}

/** An arm that is silent says nothing; the ceiling needs no old release. */
export function isSilent(form: Form, { na, nb }: Trials): boolean {
  return nb === 0 || (na === 0 && form !== "ceiling");
}
