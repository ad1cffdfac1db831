import { assertNever } from "../invariant.ts";
import { attemptKey, targetReleaseId, type InstanceUpdate, type Rollout } from "../rollout.ts";
import type { Effect } from "./effect.ts";
import type { InstanceObservation, Observation } from "./observation.ts";

/**
 * What to ask of the world now. The phases are the recorded intents, so this is a plain function of phase against
 * observation: the same is asked again until it is seen done, and nothing is asked of a world that cannot be seen.
 */
export function wantedEffects(state: Rollout, seen: Observation): Effect[] {
  if (seen.driver !== null || seen.balancer !== null) return [];
  return Object.values(state.updates).flatMap((update) => {
    const instance = seen.instances[update.instanceId];
    return instance === undefined || update.attempt === 0 ? [] : wanted(state, update, instance);
  });
}

function wanted(state: Rollout, update: InstanceUpdate, seen: InstanceObservation): Effect[] {
  const key = attemptKey(state, update);
  const { instanceId } = update;
  switch (update.phase) {
    case "draining":
    case "failed":
    case "retry-backoff":
      return seen.rotation === "in" ? [{ type: "instance.drain", instanceId, key, timeoutMs: state.limits.drainTimeoutMs }] : [];
    case "replacing": {
      const releaseId = targetReleaseId(state, update);
      return seen.unit?.key === key || releaseId === null ? [] : [{ type: "instance.replace", instanceId, key, releaseId }];
    }
    case "restoring":
      return seen.rotation !== "in" && seen.ready ? [{ type: "instance.restore", instanceId, key }] : [];
    case "pending":
    case "checking":
    case "updated":
    case "reverted":
    case "skipped":
      return [];
    default:
      return assertNever(update.phase);
  }
}
