import { RATE_MAX } from "./counts.ts";
import { type IntervalCounts, lnCeiling, lnProjection, lnSplit, type Margin } from "./sequential.ts";

/** The three ways to hold counts against the null hypothesis; docs/evidence says which metric takes which, and why. */
export type Form = "split" | "projection" | "ceiling";

/** What an interval's counts are held against; fixed before the interval is looked at. */
export type Against =
  | { readonly form: "split"; readonly margin: Margin }
  /** `oldRate` is what the old release showed before the interval; 0 while it has shown nothing. */
  | { readonly form: "projection"; readonly margin: Margin; readonly oldRate: number }
  /** Events per trial that are allowed whatever the old release does. */
  | { readonly form: "ceiling"; readonly rateMax: number };

/** An alternative of the projection form stays off certainty at both ends. */
const RATE_MIN = 1e-6;

/** ln S of one interval, or of one stratum of it, against one value of the form's grid. */
export function lnStep(against: Against, counts: IntervalCounts, alternative: number): number {
  switch (against.form) {
    case "split":
      return lnSplit(counts, against.margin, alternative * against.margin.omega0);
    case "projection": {
      if (against.oldRate === 0) return 0;
      const ta = Math.min(RATE_MAX, Math.max(RATE_MIN, against.oldRate));
      return lnProjection(counts, against.margin, { ta, tb: Math.min(RATE_MAX, alternative * ta) });
    }
    case "ceiling":
      return lnCeiling(counts, against.rateMax, alternative);
  }
}

/** An arm that is silent says nothing; the ceiling needs no old release. */
export function isSilent(form: Form, { na, nb }: Pick<IntervalCounts, "na" | "nb">): boolean {
  return nb === 0 || (na === 0 && form !== "ceiling");
}
