import type { Rollout } from "../rollout.ts";

export type Arm = "old" | "new";

/** Which side of the comparison a release is on: the target, a way back, or (null) neither. The target wins where it is both. */
export function armOf(rollout: Pick<Rollout, "releaseId" | "updates">, releaseId: string): Arm | null {
  if (releaseId === rollout.releaseId) return "new";
  return Object.values(rollout.updates).some((update) => update.wayBackId === releaseId) ? "old" : null;
}
