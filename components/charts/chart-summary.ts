import type { ReleaseSample } from "#domain/metric.ts";
import { formatLatency, formatPercent, formatRate } from "./format-figure.ts";

/** Over how long the sentences look back, in milliseconds; at least the last bucket. */
const RECENT_MS = 10_000;

export interface ArmNow {
  readonly name: string;
  readonly perSecond: number;
  /** Percent; null when nothing ended. */
  readonly errorPercent: number | null;
  /** Of the newest bucket in which something ended: percentiles are never averaged. */
  readonly latencyMsP99: number | null;
}

/** A release's last ten seconds; null when it had none. */
export function armNow(samples: readonly ReleaseSample[], releaseId: string | null, name: string, until: number): ArmNow | null {
  const own = samples.filter((sample) => sample.releaseId === releaseId && sample.at <= until);
  const last = own.at(-1);
  if (!last) return null;
  const recent = own.filter((sample) => sample === last || sample.at > last.at - RECENT_MS);
  const requests = sum(recent, (sample) => sample.requests);
  const spanMs = sum(recent, (sample) => sample.widthMs);
  return {
    name,
    perSecond: (requests * 1_000) / spanMs,
    errorPercent: requests === 0 ? null : (100 * sum(recent, (sample) => sample.failed)) / requests,
    latencyMsP99: recent.findLast((sample) => sample.latencyMsP99 !== null)?.latencyMsP99 ?? null,
  };
}

export interface Summaries {
  readonly requests: string;
  readonly errors: string;
  readonly latency: string;
}

/** What each chart says now, in one sentence: for those who do not see it, and for those in a hurry. */
export function summarize(old: ArmNow | null, fresh: ArmNow | null): Summaries {
  return {
    requests: sentence(old, fresh, (arm) => formatRate(arm.perSecond), "No requests."),
    errors: sentence(old, fresh, (arm) => (arm.errorPercent === null ? null : formatPercent(arm.errorPercent)), "Nothing ended, so nothing failed."),
    latency: `${sentence(old, fresh, (arm) => (arm.latencyMsP99 === null ? null : `p99 ${formatLatency(arm.latencyMsP99)}`), "No latency to tell.")}${changeOf(old, fresh)}`,
  };
}

function sentence(old: ArmNow | null, fresh: ArmNow | null, tell: (arm: ArmNow) => string | null, none: string): string {
  const parts = [fresh, old].flatMap((arm) => {
    const told = arm ? tell(arm) : null;
    return arm && told ? [`${arm.name}: ${told}`] : [];
  });
  return parts.length === 0 ? none : parts.join(" · ");
}

function changeOf(old: ArmNow | null, fresh: ArmNow | null): string {
  if (!old?.latencyMsP99 || !fresh?.latencyMsP99) return "";
  const change = Math.round((fresh.latencyMsP99 / old.latencyMsP99 - 1) * 100);
  return change === 0 ? " (the same)" : ` (${change > 0 ? "+" : "−"}${Math.abs(change).toLocaleString("en-US")} %)`;
}

function sum<T>(values: readonly T[], of: (value: T) => number): number {
  return values.reduce((total, value) => total + of(value), 0);
}
