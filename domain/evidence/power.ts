import { formatDuration } from "../duration.ts";
import { BASE_RATE_MIN } from "./counts.ts";
import { lnSplit, type Margin, regressionGrid } from "./sequential.ts";

/**
 * How much traffic it takes to find a worse release, before anything was started. Source: docs/evidence §5 (the growth rate
 * of an e-process in expectation against ln(1/alpha), plus the price of the mixture's prior weight).
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

/** Mean seconds of traffic until detection; null when it is never found: no traffic, no comparison, or within the margin. */
export function soakToDetect(input: DetectionInput & { readonly requestsPerSecond: number }): number | null {
  const detection = detectionOf(input);
  return detection === null || !(input.requestsPerSecond > 0) ? null : detection.requests / input.requestsPerSecond;
}

/** Measured in simulation (docs/evidence §5): nine of ten runs end within 1.7 times the mean. */
const NINE_OF_TEN = 1.7;

export interface SoakInput extends DetectionInput {
  readonly batch: number;
  readonly requestsPerSecond: number;
  /** As written in the plan, and the part at its start in which fresh instances are not judged yet (0 when left out). */
  readonly soakMs: number;
  readonly warmUpMs?: number;
}

/** The power of one batch's soak in words, for the plan designer. `baseRate` is what was measured, or an assumption. */
export function describePower(input: SoakInput): string {
  const { batch, requestsPerSecond, share, smallestEffect, soakMs, warmUpMs = 0 } = input;
  if (!(requestsPerSecond > 0)) return "The fleet has no traffic now, so evidence can say nothing: start traffic, or look at the releases by hand.";
  if (share >= 1) return `After batch ${batch} no old release is left to compare with: only the ceiling judges.`;
  const base = input.baseRate > 0 ? input.baseRate : BASE_RATE_MIN;
  const traffic = `Batch ${batch} takes ${formatRate(share)} of ${formatCount(requestsPerSecond)} requests/s`;
  const rise = `a rise from ${formatRate(base)} to ${formatRate(Math.min(1, smallestEffect * base))} errors`;
  const detection = detectionOf(input);
  if (detection === null)
    return `${traffic}: ${rise} is within the margin and is never found. Make the margin smaller or the smallest effect larger.`;
  const meanMs = (detection.requests / requestsPerSecond) * 1_000;
  const found = `${traffic}: ${rise} is found after about ${formatCount(detection.newRequests)} new requests, ${formatDuration(meanMs)}.`;
  const enough = formatDuration(roundUpMs(warmUpMs + meanMs * NINE_OF_TEN));
  const soak = `Your soak of ${formatDuration(soakMs)}${warmUpMs > 0 ? ` (${formatDuration(warmUpMs)} of it warm-up)` : ""}`;
  const judgedMs = soakMs - warmUpMs;
  if (judgedMs >= meanMs * NINE_OF_TEN) return `${found} ${soak} finds nine in ten such releases or more.`;
  if (judgedMs >= meanMs) return `${found} ${soak} finds about half of such releases; ${enough} would find nine in ten.`;
  return `${found} ${soak} would let most such releases pass; ${enough} would find nine in ten.`;
}

/** Up to the next 10 seconds, and from ten minutes on to the next minute: a soak that one would write down. */
function roundUpMs(ms: number): number {
  const step = ms < 600_000 ? 10_000 : 60_000;
  return Math.ceil(ms / step) * step;
}

/** A rate as a percentage of two significant digits. */
function formatRate(rate: number): string {
  return `${Number((rate * 100).toPrecision(2))} %`;
}

/** Two significant digits, thousands apart. */
function formatCount(count: number): string {
  return Number(count.toPrecision(2)).toLocaleString("en-US");
}
