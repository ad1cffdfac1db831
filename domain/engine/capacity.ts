import { type InstanceUpdate, isInFlight, type Rollout } from "../rollout.ts";
import type { InstanceObservation, Observation } from "./observation.ts";

/** Healthy and confirmed in the balancer. */
export function isServing(seen: InstanceObservation | undefined, minHealthyMs: number): boolean {
  return seen !== undefined && isHealthy(seen, minHealthyMs) && seen.rotation === "in";
}

/** Readiness has held without a break for `minHealthyMs`. */
export function isHealthy(seen: InstanceObservation | undefined, minHealthyMs: number): boolean {
  return seen !== undefined && seen.unit?.state === "running" && seen.ready && (seen.readyForMs ?? 0) >= minHealthyMs;
}

/** Counts as capacity: serves now, and nothing of ours is about to take it away. Whatever is unhealthy is unavailable. */
export function isAvailable(state: Rollout, update: InstanceUpdate, seen: Observation): boolean {
  if (isInFlight(update) || update.phase === "failed" || update.phase === "retry-backoff") return false;
  return isServing(seen.instances[update.instanceId], state.limits.minHealthyMs);
}

export function countAvailable(state: Rollout, seen: Observation): number {
  return Object.values(state.updates).filter((update) => isAvailable(state, update, seen)).length;
}

/** The least number of instances that must serve. A rollback may have a limit of its own. */
export function floorOf(state: Rollout): number {
  const limit = state.rollback === null ? state.limits.maxUnavailable : state.limits.rollbackMaxUnavailable;
  return Math.max(0, state.desired - limit);
}

/** Answers users, whether it counts or not: a restarted unit does before its readiness has held. Where nearly every answer fails it serves nobody. */
function isAnswering(update: InstanceUpdate, seen: Observation): boolean {
  return !isInFlight(update) && update.failure?.cause !== "passive-check" && isServing(seen.instances[update.instanceId], 0);
}

/**
 * Splits candidates, in their order, into those that may leave now and those the floor keeps. One that does not serve
 * costs nothing; one that serves may only leave while enough others stay. What has failed or is not proven yet,
 * but answers, is no capacity that others may leave on, yet it may not leave below the floor either.
 */
export function fitUnderFloor(
  state: Rollout,
  candidates: readonly InstanceUpdate[],
  seen: Observation,
): { go: InstanceUpdate[]; kept: InstanceUpdate[] } {
  const floor = floorOf(state);
  let available = countAvailable(state, seen);
  let answering = Object.values(state.updates).filter((update) => isAnswering(update, seen)).length;
  const go: InstanceUpdate[] = [];
  const kept: InstanceUpdate[] = [];
  for (const update of candidates) {
    const counts = isAvailable(state, update, seen);
    const answers = isAnswering(update, seen);
    if ((counts && available <= floor) || (answers && answering <= floor)) {
      kept.push(update);
      continue;
    }
    if (counts) available -= 1;
    if (answers) answering -= 1;
    go.push(update);
  }
  return { go, kept };
}
