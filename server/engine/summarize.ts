import { formatActor } from "#domain/actor.ts";
import type { RolloutSummary } from "#domain/live.ts";
import { currentBatch, type InstanceUpdate, isTerminal, type Rollout } from "#domain/rollout.ts";
import { rememberByChunk } from "#domain/table.ts";

const countPhases = rememberByChunk((updates: readonly InstanceUpdate[]) => ({
  updated: updates.filter(({ phase }) => phase === "updated").length,
  failed: updates.filter(({ phase }) => phase === "failed").length,
}));

/** What lists show of a rollout. */
export function summarize(rollout: Rollout): RolloutSummary {
  const counts = rollout.updates.chunks.map(countPhases);
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
    updated: counts.reduce((sum, { updated }) => sum + updated, 0),
    failed: counts.reduce((sum, { failed }) => sum + failed, 0),
    desired: rollout.desired,
    batch: currentBatch(rollout)?.number ?? 0,
    needsPerson: needsPerson(rollout),
  };
}

function needsPerson(rollout: Rollout): string | null {
  if (isTerminal(rollout.status)) return null;
  if (rollout.status === "paused") return rollout.pausedBy?.message ?? "The rollout is paused.";
  const reasons = new Set(rollout.waiting.map((waiting) => waiting.reason));
  if (reasons.has("approval") && rollout.status === "queued") return "The start waits for a second person's approval.";
  if (reasons.has("approval")) return `Batch ${currentBatch(rollout)?.number ?? 0} waits for an approval.`;
  if (reasons.has("other-rollout")) return "The rollout before it did not succeed. Start it all the same, or cancel it.";
  return reasons.has("failure-decision") ? "A failed instance waits for a decision." : null;
}
