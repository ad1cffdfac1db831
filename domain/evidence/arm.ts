import type { Rollout } from "../rollout.ts";

export type Arm = "old" | "new";

/** What of a rollout tells its two arms apart. */
export type Arms = Pick<Rollout, "releaseId" | "updates">;

/** Tells which side of the comparison a release is on: the target, a way back, or (null) neither. The target wins where it is both. */
export function createArmOf({ releaseId: target, updates }: Arms): (releaseId: string) => Arm | null {
  const waysBack = new Set(Object.values(updates).map((update) => update.wayBackId));
  return (releaseId) => {
    if (releaseId === target) return "new";
    return waysBack.has(releaseId) ? "old" : null;
  };
}
