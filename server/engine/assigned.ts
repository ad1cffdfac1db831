import type { HeldRelease } from "#db/schema/fleets.ts";
import type { RolloutFact } from "#domain/event.ts";
import type { Rollout } from "#domain/rollout.ts";

/**
 * What each instance should run, as far as these facts settle it: an instance moves when its update is completed, and at
 * the end of the rollout every settled one is named once more. In between, the upkeep leaves it alone.
 */
export function moveAssigned(state: Rollout, facts: readonly RolloutFact[]): Record<string, string> {
  const moved: Record<string, string> = {};
  const assign = (instanceId: string, releaseId: string | null | undefined) => {
    if (releaseId) moved[instanceId] = releaseId;
  };
  for (const fact of facts) {
    if (fact.type === "update.completed")
      assign(fact.instanceId, fact.direction === "forward" ? state.releaseId : state.updates[fact.instanceId]?.wayBackId);
    if (fact.type !== "rollout.ended") continue;
    for (const { instanceId, phase, wayBackId } of Object.values(state.updates)) {
      if (phase === "updated") assign(instanceId, state.releaseId);
      if (phase === "reverted") assign(instanceId, wayBackId);
    }
  }
  return moved;
}

/** What a rollout's end means for its fleet: a success proves the release, a rollback holds it. Null while it goes on. */
export function endOf(
  state: Rollout,
  facts: readonly RolloutFact[],
  at: number,
): { provenReleaseId: string; heldRelease?: HeldRelease | null } | { heldRelease: HeldRelease } | Record<string, never> | null {
  const ended = facts.find((fact) => fact.type === "rollout.ended");
  if (!ended) return null;
  if (ended.status === "succeeded") return { provenReleaseId: state.releaseId };
  if (ended.status !== "rolled-back" && ended.status !== "rollback-failed") return {};
  return { heldRelease: { releaseId: state.releaseId, rolloutId: state.rolloutId, reason: state.rollback?.message ?? ended.message, at } };
}

/** Instances that the upkeep must not touch: an active rollout works on them, or the last one set them aside. */
export function busyInstances(active: Rollout | null, last: Rollout | null): ReadonlySet<string> {
  const rollout = active ?? last;
  if (!rollout) return new Set();
  const goingBack = rollout.status === "rolling-back" || rollout.pausedFrom === "rolling-back";
  const free = active === null ? ["pending", "updated", "reverted", "retry-backoff"] : goingBack ? ["reverted"] : ["pending", "updated", "reverted"];
  return new Set(
    Object.values(rollout.updates)
      .filter((update) => !free.includes(update.phase))
      .map((update) => update.instanceId),
  );
}
