import type { Arm } from "./evidence/arm.ts";
import type { RawCounts, RawSample } from "./evidence/interval.ts";
import type { SlotCount } from "./evidence/slots.ts";
import type { MetricName } from "./metric.ts";

/** A release of a rollout, as a monitoring system is asked about it. */
export interface CountedRelease {
  readonly releaseId: string;
  /** What `{{release}}` stands for. */
  readonly name: string;
  readonly arm: Arm;
  /** Since when a unit of it is ready in rotation; null while none is. Of one that serves, nothing at all is a problem. */
  readonly servesSince: number | null;
}

/** What to ask: two counts of each release, or a plain number of the new one. */
export type MetricQuery =
  | { readonly metric: MetricName; readonly bad: string; readonly total: string }
  | { readonly metric: MetricName; readonly value: string };

/** Events and trials of one release in one interval. From a query of its own they may be fractional. */
export interface Count {
  readonly bad: number;
  readonly total: number;
}

export const sourceProblemCodes = [
  "secret",
  "template",
  "unreachable",
  "slow",
  "refused",
  "redirected",
  "not-prometheus",
  "unavailable",
  "too-large",
  "query",
  "warned",
  "too-many",
  "several",
  "empty",
  "gap",
  "not-a-number",
  "negative",
  "contradiction",
] as const;
export type SourceProblemCode = (typeof sourceProblemCodes)[number];

/** Why nothing can be said about an interval: it is missing, which is neither good nor bad. */
export interface SourceProblem {
  readonly code: SourceProblemCode;
  /** For people, with the next step. Holds no secret. */
  readonly message: string;
}

/** By release id where it is known. */
export type MetricAnswer =
  | { readonly type: "counts"; readonly counts: Readonly<Record<string, Count>> }
  | { readonly type: "value"; readonly values: Readonly<Record<string, number>> }
  | { readonly type: "missing"; readonly problem: SourceProblem };

/** What a source says about the time after `at - windowMs` up to `at`, in the source's own clock. */
export interface SourceInterval {
  /** `at / windowMs`: consecutive, the same for whoever asks. One that never comes is missing. */
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly windowMs: number;
  readonly metrics: Readonly<Partial<Record<MetricName, MetricAnswer>>>;
}

/** What evidence takes of an interval: both arms' sums, and the new release's plain numbers. Null where nothing could be said. */
export function toRawSample({ at, metrics }: SourceInterval, armOf: (releaseId: string) => Arm | null): RawSample | null {
  const counts: Record<string, RawCounts> = {};
  const values: Record<string, number> = {};
  for (const [metric, answer] of Object.entries(metrics)) {
    if (answer?.type === "counts") counts[metric] = sumArms(answer.counts, armOf);
    if (answer?.type === "value")
      for (const [releaseId, value] of Object.entries(answer.values)) if (armOf(releaseId) === "new") values[metric] = value;
  }
  return Object.keys(counts).length + Object.keys(values).length === 0 ? null : { at, counts, values };
}

function sumArms(counts: Readonly<Record<string, Count>>, armOf: (releaseId: string) => Arm | null): RawCounts {
  const sums: Record<Arm, SlotCount> = { old: [0, 0], new: [0, 0] };
  for (const [releaseId, { bad, total }] of Object.entries(counts)) {
    const arm = armOf(releaseId);
    if (arm !== null) sums[arm] = [sums[arm][0] + bad, sums[arm][1] + total];
  }
  return sums;
}

interface Times {
  readonly windowMs: number;
  readonly delayMs: number;
}

/** How many past intervals are still asked for, after a source or a server was away. */
export const catchUpMax = 20;

/** Numbers of the intervals that are over for long enough and come after `after`, oldest first; of a long gap the newest. */
export function dueNumbers({ windowMs, delayMs }: Times, after: number | null, now: number): number[] {
  const newest = Math.floor((now - delayMs) / windowMs);
  const first = after === null ? newest : Math.max(after + 1, newest - catchUpMax + 1);
  return Array.from({ length: Math.max(0, newest - first + 1) }, (_, index) => first + index);
}

/** An answer may take this long beyond interval and delay before its interval counts as missing. */
export const lateMsTolerated = 3_000;

/**
 * When the newest interval ended that a source should have given by now; null while nothing is expected. `since` is when
 * the asking began: an interval that had begun before is not waited for.
 */
export function expectedSince({ windowMs, delayMs }: Times, since: number, now: number): number | null {
  const newest = Math.floor((now - delayMs - lateMsTolerated) / windowMs) * windowMs;
  return newest - windowMs >= since ? newest : null;
}
