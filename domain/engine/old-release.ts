import type { InstanceUpdate, Rollout } from "../rollout.ts";
import { rememberByChunk } from "../table.ts";

/** What most instances return to: the other side of every comparison. A rollback of its own comes from what it takes back. */
export function oldReleaseId(rollout: Rollout): string | null {
  if (rollout.undoes) return rollout.undoes.releaseId;
  const counts = new Map<string, number>();
  for (const chunk of rollout.updates.chunks)
    for (const [wayBackId, count] of waysBack(chunk)) counts.set(wayBackId, (counts.get(wayBackId) ?? 0) + count);
  counts.delete(rollout.releaseId);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? null;
}

const waysBack = rememberByChunk((updates: readonly InstanceUpdate[]) => {
  const counts = new Map<string, number>();
  for (const { wayBackId } of updates) if (wayBackId !== null) counts.set(wayBackId, (counts.get(wayBackId) ?? 0) + 1);
  return counts;
});
