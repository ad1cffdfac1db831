import { assertNever } from "../invariant.ts";
import { attemptKey, type InstanceUpdate, inFlightPhases, type Rollout, repairKey, targetReleaseId } from "../rollout.ts";
import { fitUnderFloor, mayDrain, mayLeave } from "./capacity.ts";
import type { Effect } from "./effect.ts";
import { hookEffects } from "./hooks.ts";
import type { InstanceObservation, Observation } from "./observation.ts";
import { inFlightUpdates, isAnswering, isHealthy, isServing, isSetAside, surveyOf } from "./survey.ts";

/**
 * What to ask of the world now. The phases are the recorded intents, so this is a plain function of phase against
 * observation: the same is asked again until it is seen done, and nothing is asked of a world that cannot be seen.
 */
export function wantedEffects(state: Rollout, seen: Observation, now: number): Effect[] {
  const hooks = hookEffects(state, seen);
  if (seen.driver !== null || seen.balancer !== null) return hooks;
  const look = (update: InstanceUpdate) => seen.instances.get(update.instanceId);
  const moving = inFlightUpdates(state).flatMap((update) => ofAttempt(state, update, seen, now));
  const odd = surveyOf(state, seen, now).notable;
  const strays = odd.flatMap((update) => ofStray(state, update, seen, now));
  const mended = odd.flatMap((update) => ofRepair(state, update, look(update), now));
  return [...hooks, ...moving, ...ofSetAside(state, seen, now), ...strays, ...mended];
}

function ofAttempt(state: Rollout, update: InstanceUpdate, observation: Observation, now: number): Effect[] {
  const key = attemptKey(state, update);
  const { instanceId } = update;
  const releaseId = targetReleaseId(state, update);
  const seen = observation.instances.get(instanceId);
  if (seen === undefined || update.attempt === 0) return [];
  switch (update.phase) {
    case "draining":
      // It may have been taken because it did not serve, and serve again by now.
      if (seen.rotation !== "in" || !mayDrain(state, update, observation, now)) return [];
      return [{ type: "instance.drain", instanceId, key, target: "unit", timeoutMs: state.limits.drainTimeoutMs }];
    case "replacing":
      return seen.unit?.key === key || releaseId === null ? [] : [{ type: "instance.replace", instanceId, key, releaseId }];
    case "starting":
      return seen.next !== null || releaseId === null ? [] : [{ type: "instance.start", instanceId, key, releaseId }];
    case "restoring": {
      const view = update.startFirst ? seen.next : seen;
      // One that is turned round before it was touched only goes back to where it was.
      const holdMs = update.replacedAt === null ? 0 : state.limits.minHealthyMs;
      return view === null || view.rotation === "in" || !isHealthy(view, now, holdMs)
        ? []
        : [{ type: "instance.restore", instanceId, key, target: update.startFirst ? "next" : "unit" }];
    }
    case "retiring":
      return seen.unit?.key === key ? [] : [{ type: "instance.retire", instanceId, key }];
    case "pending":
    case "checking":
    case "updated":
    case "reverted":
    case "failed":
    case "retry-backoff":
    case "skipped":
    case "removed":
      return [];
    default:
      return assertNever(update.phase);
  }
}

/** What failed leaves rotation, as far as the floor allows. */
function ofSetAside(state: Rollout, seen: Observation, now: number): Effect[] {
  const { setAside } = surveyOf(state, seen, now);
  const answers = (update: InstanceUpdate) => isAnswering(update, seen.instances.get(update.instanceId), now);
  const updates = [...setAside.filter((update) => !answers(update)), ...setAside.filter(answers)];
  return fitUnderFloor(state, { updates, count: updates.length }, seen, now).go.flatMap((update): Effect[] => {
    const instance = seen.instances.get(update.instanceId);
    if (instance?.rotation !== "in") return [];
    const key = attemptKey(state, update);
    return [{ type: "instance.drain", instanceId: update.instanceId, key, target: "unit", timeoutMs: state.limits.drainTimeoutMs }];
  });
}

/** A second unit that no attempt wants any more leaves rotation and is stopped; the first one is back in rotation before that. */
function ofStray(state: Rollout, update: InstanceUpdate, observation: Observation, now: number): Effect[] {
  const seen = observation.instances.get(update.instanceId);
  const next = seen?.next;
  // What has left the fleet is taken away with it.
  if (seen === undefined || next == null || next.unit === null || update.phase === "removed") return [];
  const { instanceId } = update;
  const isInFlight = inFlightPhases.has(update.phase);
  if (isInFlight && update.startFirst && next.unit.key === attemptKey(state, update)) return [];
  if (isInFlight && !update.startFirst && seen.rotation !== "in") return [];
  const { key } = next.unit;
  // It may be all that serves there: the first one comes back before it leaves, or the others are enough.
  const loses = (holdMs: number) => isServing(next, now, holdMs) && !isServing(seen, now, holdMs);
  if (loses(0) && seen.rotation !== "in" && isHealthy(seen, now, 0)) return [];
  if (!mayLeave(state, update, observation, now, { counts: loses(state.limits.minHealthyMs), answers: loses(0) })) return [];
  if (next.rotation === "in") return [{ type: "instance.drain", instanceId, key, target: "next", timeoutMs: state.limits.drainTimeoutMs }];
  return next.rotation === "out" ? [{ type: "instance.discard", instanceId, key }] : [];
}

/** Brings up what was lost, and puts back into rotation what is well and no attempt's business. */
function ofRepair(state: Rollout, update: InstanceUpdate, seen: InstanceObservation | undefined, now: number): Effect[] {
  if (seen === undefined || inFlightPhases.has(update.phase) || update.phase === "removed") return [];
  const { instanceId, repair } = update;
  const key = repair === null ? `${state.rolloutId}/${instanceId}/keep` : repairKey(state, update);
  // What a rollout that was replaced had asked for may still come, and is not what the repair is for.
  const isMissing = seen.unit === null || (repair !== null && seen.unit.releaseId !== repair.releaseId && seen.rotation === "out");
  if (isMissing) return repair === null || seen.next !== null ? [] : [{ type: "instance.replace", instanceId, key, releaseId: repair.releaseId }];
  if (seen.rotation !== "out" || isSetAside(state, update, seen) || !isHealthy(seen, now, state.limits.minHealthyMs)) return [];
  return [{ type: "instance.restore", instanceId, key, target: "unit" }];
}
