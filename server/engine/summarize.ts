import { formatActor } from "#domain/actor.ts";
import { needOf } from "#domain/engine/need.ts";
import type { RolloutSummary } from "#domain/live.ts";
import { currentBatch, type InstanceUpdate, type Rollout } from "#domain/rollout.ts";
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
    needsPerson: needOf(rollout)?.text ?? null,
  };
}
