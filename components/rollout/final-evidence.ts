import type { MetricEvidence } from "#domain/metric.ts";

/**
 * Only a changed verdict is an event, so the record of a rollout holds the numbers of its last change. A verdict that
 * decided keeps those; any other is shown as the last interval left it. With no interval it stays as recorded.
 */
export function finalEvidence(recorded: MetricEvidence | null, last: MetricEvidence | null): MetricEvidence | null {
  if (!recorded || !last || recorded.state === "bad" || recorded.state === "overridden") return recorded;
  // The intervals may be gone; the recorded counts are then the better ones.
  if (last.old.total < recorded.old.total) return recorded;
  return { ...last, state: recorded.state };
}
