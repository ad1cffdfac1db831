import { formatActor } from "#domain/actor.ts";
import type { RolloutSummary } from "#domain/live.ts";
import { currentBatch, isTerminal, type Rollout } from "#domain/rollout.ts";

/** What lists show of a rollout. */
export function summarize(rollout: Rollout): RolloutSummary {
  const updates = Object.values(rollout.updates);
  return {
    rolloutId: rollout.rolloutId,
    fleetId: rollout.fleetId,
    fleetName: rollout.fleetName,
    environment: rollout.environment,
    kind: rollout.kind,
    releaseName: rollout.releaseNames[rollout.releaseId] ?? "unknown release",
    planName: rollout.planName,
    status: rollout.status,
    startedAt: rollout.startedAt,
    endedAt: rollout.endedAt,
    startedBy: formatActor(rollout.startedBy),
    outcome: rollout.outcome,
    updated: updates.filter((update) => update.phase === "updated").length,
    failed: updates.filter((update) => update.phase === "failed").length,
    desired: rollout.desired,
    batch: currentBatch(rollout)?.number ?? 0,
    needsPerson: needsPerson(rollout),
  };
}

function needsPerson(rollout: Rollout): string | null {
  if (isTerminal(rollout.status)) return null;
  if (rollout.status === "paused") return rollout.pausedBy?.message ?? "The rollout is paused.";
  const reasons = new Set(rollout.waiting.map((waiting) => waiting.reason));
  if (reasons.has("approval")) return `Batch ${currentBatch(rollout)?.number ?? 0} waits for an approval.`;
  return reasons.has("failure-decision") ? "A failed instance waits for a decision." : null;
}
