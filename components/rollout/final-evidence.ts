import type { MetricEvidence } from "#domain/metric.ts";

/** One evaluated second, as `rollouts.intervals` answers it. */
export interface EvidenceInterval {
  readonly lnE: number;
  readonly oldFailed: number;
  readonly oldTotal: number;
  readonly newFailed: number;
  readonly newTotal: number;
}

/**
 * Only a changed verdict is an event, so the record of a rollout holds the numbers of its last change. A verdict that
 * decided keeps those; any other is shown as the last interval left it. With no interval it stays as recorded.
 */
export function finalEvidence(recorded: MetricEvidence | null, intervals: readonly EvidenceInterval[]): MetricEvidence | null {
  const last = intervals.at(-1);
  if (!recorded || !last || recorded.state === "bad" || recorded.state === "overridden") return recorded;
  const old = { failed: sum(intervals, "oldFailed"), total: sum(intervals, "oldTotal") };
  const fresh = { failed: sum(intervals, "newFailed"), total: sum(intervals, "newTotal") };
  // The oldest intervals may be gone; the recorded counts are then the better ones.
  return { ...recorded, lnE: last.lnE, old: larger(old, recorded.old), new: larger(fresh, recorded.new) };
}

function larger(summed: MetricEvidence["old"], recorded: MetricEvidence["old"]): MetricEvidence["old"] {
  return summed.total >= recorded.total ? summed : recorded;
}

function sum(intervals: readonly EvidenceInterval[], key: "oldFailed" | "oldTotal" | "newFailed" | "newTotal"): number {
  return intervals.reduce((total, interval) => total + interval[key], 0);
}
