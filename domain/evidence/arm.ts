import type { InstanceUpdate } from "../rollout.ts";
import { rememberByChunk, type Table } from "../table.ts";

export type Arm = "old" | "new";

/** What of a rollout tells its two arms apart. */
export interface Arms {
  readonly releaseId: string;
  readonly updates: Table<Pick<InstanceUpdate, "wayBackId">>;
}

const waysBackOf = rememberByChunk((chunk: readonly Pick<InstanceUpdate, "wayBackId">[]) => new Set(chunk.map((update) => update.wayBackId)));

/** Tells which side of the comparison a release is on: the target, a way back, or (null) neither. The target wins where it is both. */
export function createArmOf({ releaseId: target, updates }: Arms): (releaseId: string) => Arm | null {
  const waysBack = new Set<string | null>();
  for (const chunk of updates.chunks) for (const releaseId of waysBackOf(chunk)) waysBack.add(releaseId);
  return (releaseId) => {
    if (releaseId === target) return "new";
    return waysBack.has(releaseId) ? "old" : null;
  };
}
