import { assertNever } from "../invariant.ts";
import { attemptKey, type InstanceUpdate, type Rollout, targetReleaseId } from "../rollout.ts";
import { fitUnderFloor } from "./capacity.ts";
import type { Effect } from "./effect.ts";
import type { InstanceObservation, Observation } from "./observation.ts";

/**
 * What to ask of the world now. The phases are the recorded intents, so this is a plain function of phase against
 * observation: the same is asked again until it is seen done, and nothing is asked of a world that cannot be seen.
 */
export function wantedEffects(state: Rollout, seen: Observation): Effect[] {
  if (seen.driver !== null || seen.balancer !== null) return [];
  const setAside = Object.values(state.updates).filter((update) => update.phase === "failed" || update.phase === "retry-backoff");
  const leaving = new Set(fitUnderFloor(state, setAside, seen).go);
  return Object.values(state.updates).flatMap((update) => {
    const instance = seen.instances[update.instanceId];
    return instance === undefined || update.attempt === 0 ? [] : wanted(state, update, instance, leaving.has(update));
  });
}

function wanted(state: Rollout, update: InstanceUpdate, seen: InstanceObservation, mayLeave: boolean): Effect[] {
  const key = attemptKey(state, update);
  const { instanceId } = update;
  switch (update.phase) {
    case "failed":
    case "retry-backoff":
      if (!mayLeave) return [];
      return seen.rotation === "in" ? [{ type: "instance.drain", instanceId, key, timeoutMs: state.limits.drainTimeoutMs }] : [];
    case "draining":
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
