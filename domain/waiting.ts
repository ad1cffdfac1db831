/** Why a rollout does not do more right now. Always typed, always with a sentence (see `describeWaiting`). */
export const waitingReasons = [
  "draining",
  "starting",
  "checking",
  "restoring",
  "holding",
  "soaking",
  "approval",
  "window",
  "freeze",
  "capacity-floor",
  "in-flight",
  "retry-backoff",
  "failure-decision",
  "hook",
  "repairing",
  "insufficient",
  "blind",
  "metric-over",
  "balancer-unreachable",
  "driver-unreachable",
  "watching",
  "paused",
  "queued",
  "other-rollout",
] as const;
export type WaitingReason = (typeof waitingReasons)[number];

export interface Waiting {
  readonly reason: WaitingReason;
  /** The instances it is about, if any: the first of them, for their number is bounded. */
  readonly instanceIds?: readonly string[];
  /** How many it is about, where that is more than are named. */
  readonly count?: number;
  readonly batch?: number;
  /** Engine time at which this wait ends by itself, when that is known and its clock runs. */
  readonly until?: number;
  /** The world's own words: what the driver or balancer said. */
  readonly detail?: string;
}
