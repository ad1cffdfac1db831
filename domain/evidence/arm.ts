import type { InstanceUpdate, Rollout } from "../rollout.ts";
import { rememberByChunk } from "../table.ts";

export type Arm = "old" | "new";

/** What of a rollout tells its two arms apart. */
export type Arms = Pick<Rollout, "releaseId" | "updates">;

const waysBackIn = rememberByChunk((chunk: readonly InstanceUpdate[]) => new Set(chunk.map((update) => update.wayBackId)));

/** Tells which side of the comparison a release is on: the target, a way back, or (null) neither. The target wins where it is both. */
export function createArmOf({ releaseId: target, updates }: Arms): (releaseId: string) => Arm | null {
  const waysBack = new Set(updates.chunks.flatMap((chunk) => [...waysBackIn(chunk)]));
  return (releaseId) => {
    if (releaseId === target) return "new";
    return waysBack.has(releaseId) ? "old" : null;
  };
}
