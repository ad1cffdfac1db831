import type { InstanceUpdate, Rollout } from "../rollout.ts";
import type { Observation } from "./observation.ts";
import { inFlightUpdates, isAnswering, isAvailable, surveyOf, updatesIn } from "./survey.ts";

export interface Fit {
  /** May be taken now. */
  readonly go: InstanceUpdate[];
  /** What the floor or the ceiling keeps. */
  readonly kept: InstanceUpdate[];
}

/** The least number of instances that must serve. A rollback may have a limit of its own. */
export function floorOf(state: Rollout): number {
  const limit = state.rollback === null ? state.limits.maxUnavailable : state.limits.rollbackMaxUnavailable;
  return Math.max(0, state.desired - limit);
}

export function countAvailable(state: Rollout, seen: Observation, now: number): number {
  return surveyOf(state, seen, now).available;
}

/** Splits candidates, in their order, into those whose update may begin now and those that must wait for capacity. */
export function fitLimits(state: Rollout, candidates: readonly InstanceUpdate[], seen: Observation, now: number): Fit {
  return state.limits.maxSurge > 0 ? fitUnderCeiling(state, candidates, seen, now) : fitUnderFloor(state, candidates, seen, now);
}

/**
 * One that does not serve costs nothing; one that serves may only leave while enough others stay. What has failed or is
 * not proven yet, but answers, is no capacity that others may leave on, yet it may not leave below the floor either.
 */
export function fitUnderFloor(state: Rollout, candidates: readonly InstanceUpdate[], seen: Observation, now: number): Fit {
  const fit: Fit = { go: [], kept: [] };
  if (candidates.length === 0) return fit;
  const floor = floorOf(state);
  let { available, answering } = surveyOf(state, seen, now);
  for (const update of candidates) {
    const instance = seen.instances.get(update.instanceId);
    const counts = isAvailable(state, update, instance, now);
    const answers = isAnswering(update, instance, now);
    if ((counts && available <= floor) || (answers && answering <= floor)) {
      fit.kept.push(update);
      continue;
    }
    if (counts) available -= 1;
    if (answers) answering -= 1;
    fit.go.push(update);
  }
  return fit;
}

/**
 * Start-first: as many as may exist beside the fleet. An instance whose unit was lost keeps its place, for that unit is
 * coming back; a second unit counts from the moment it was asked for until it is seen gone.
 */
function fitUnderCeiling(state: Rollout, candidates: readonly InstanceUpdate[], seen: Observation, now: number): Fit {
  const fit: Fit = { go: [], kept: [] };
  if (candidates.length === 0) return fit;
  let room = state.limits.maxSurge - countBeside(state, seen, now);
  for (const update of candidates) {
    const isFree = seen.instances.get(update.instanceId)?.next == null;
    if (room > 0 && isFree) {
      room -= 1;
      fit.go.push(update);
    } else fit.kept.push(update);
  }
  return fit;
}

/** Units beyond one in each instance that should exist: second ones, those asked for, and those of instances that left the fleet. */
function countBeside(state: Rollout, seen: Observation, now: number): number {
  const beside = new Set(inFlightUpdates(state).flatMap((update) => (update.startFirst ? update.instanceId : [])));
  for (const { instanceId } of surveyOf(state, seen, now).notable) if (seen.instances.get(instanceId)?.next) beside.add(instanceId);
  const hasUnit = (instanceId: string) => seen.instances.get(instanceId)?.unit != null;
  const removed = updatesIn(state, ["removed"]).filter((update) => hasUnit(update.instanceId)).length;
  // Instances that had left before the rollout began, and are still being taken away.
  const strangers =
    seen.instances.size > state.updates.size ? seen.instances.keys().filter((id) => state.updates.get(id) === undefined && hasUnit(id)).length : 0;
  return beside.size + removed + strangers;
}
