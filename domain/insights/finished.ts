import type { RolloutRecord } from "../history/record.ts";
import type { RolloutSummary } from "../live.ts";

/** All that insights know of one rollout that has ended. Times are engine time. */
export interface FinishedRollout {
  readonly summary: RolloutSummary;
  readonly endedAt: number;
  readonly record: RolloutRecord;
  readonly predictedMs: number | null;
  /** When the release that it brought was recorded; null when that release is not known any more. */
  readonly releaseRecordedAt: number | null;
  /** The rollout that took it back after its end; `endedAt` is null while that one goes on. */
  readonly takenBack: { readonly rolloutId: string; readonly startedAt: number; readonly endedAt: number | null; readonly restored: boolean } | null;
  /** What the release it brought answered while it was there; null when its samples are not kept any more, or it was not turned back. */
  readonly served: { readonly requests: number; readonly failed: number } | null;
}

/** A change that went wrong: the rollout failed or turned back, or what it brought was taken back later. */
export function isTrouble({ summary: { status }, takenBack }: FinishedRollout): boolean {
  return status === "rolled-back" || status === "rollback-failed" || status === "failed" || takenBack !== null;
}

/** A change that reached the fleet and had a result of its own: not a rollback, not stopped by a person, not replaced by another. */
export function isChange({ summary: { kind, status }, record }: FinishedRollout): boolean {
  return kind === "rollout" && status !== "cancelled" && status !== "superseded" && record.exposedAt !== null;
}
