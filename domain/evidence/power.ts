import { BASE_RATE_MIN } from "./counts.ts";
import { lnSplit, type Margin, regressionGrid } from "./sequential.ts";

/**
 * How much traffic it takes to find a worse release, before anything was started: the growth of ln E on average against
 * ln(1/alpha), as in Wald's sequential tests, plus the price of not knowing the alternative.
 */
export interface DetectionInput {
  /** Part of the traffic that goes to the new release, between 0 and 1. */
  readonly share: number;
  /** The old release's failed requests per request. 0 is taken as 0.1 %: three times nothing is nothing. */
  readonly baseRate: number;
  /** How many times as bad the release is that must be found. */
  readonly smallestEffect: number;
  readonly alpha: number;
  /** Part of alpha that the metric has. */
  readonly weight: number;
  /** The tolerated margin per request; none when left out. */
  readonly margin?: { readonly ratio: number; readonly absolute: number };
}

export interface Detection {
  /** Mean number of failed requests of both releases, requests of both, requests of the new one, and bad answers too many. */
  readonly failures: number;
  readonly requests: number;
  readonly newRequests: number;
  readonly excessFailures: number;
}

/** Mean cost until a release `smallestEffect` times as bad is found; null when it never is (no comparison, or within the margin). */
export function detectionOf(input: DetectionInput): Detection | null {
  const { share, smallestEffect } = input;
  if (!(share > 0 && share < 1)) return null;
  const base = input.baseRate > 0 ? input.baseRate : BASE_RATE_MIN;
  const worse = Math.min(1, smallestEffect * base);
  const margin: Margin = { omega0: 1 + (input.margin?.ratio ?? 0), eps: input.margin?.absolute ?? 0 };
  const perRequest = { ka: (1 - share) * base, na: 1 - share, kb: share * worse, nb: share };
  const growth = Math.max(...regressionGrid.map((omega) => lnSplit(perRequest, margin, omega * margin.omega0)));
  if (growth <= 0) return null;
  const requests = informationNeeded(input.alpha, input.weight, regressionGrid.length) / growth;
  const newRequests = requests * share;
  return {
    failures: requests * (perRequest.ka + perRequest.kb),
    requests,
    newRequests,
    excessFailures: newRequests * (worse - base),
  };
}

/** What ln S must grow to before the metric decides alone: ln(1/alpha) and the price of not knowing the alternative. */
export function informationNeeded(alpha: number, weight: number, gridSize: number): number {
  return Math.log(gridSize / (alpha * weight));
}
