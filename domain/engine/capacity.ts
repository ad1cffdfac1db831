import type { InstanceUpdate, Rollout } from "../rollout.ts";
import type { Observation } from "./observation.ts";
import { inFlightUpdates, isAnswering, isAvailable, isServing, surveyOf, updatesIn } from "./survey.ts";

/** Of what must wait only so many are named. */
export const namedMax = 12;

/** Candidates in their order, not all of them gone through, and how many they are. */
export interface Candidates {
  readonly updates: Iterable<InstanceUpdate>;
  readonly count: number;
}

export interface Fit {
  /** May be taken now. */
  readonly go: readonly InstanceUpdate[];
  /** The first of those that the floor or the ceiling keeps, and how many they are. */
  readonly kept: readonly InstanceUpdate[];
  readonly keptCount: number;
}

export const nothingFits: Fit = { go: [], kept: [], keptCount: 0 };

/** The least number of instances that must serve. A rollback may have a limit of its own. */
export function floorOf(state: Rollout): number {
  const limit = state.rollback === null ? state.limits.maxUnavailable : state.limits.rollbackMaxUnavailable;
  return Math.max(0, state.desired - limit);
}

export function countAvailable(state: Rollout, seen: Observation, now: number): number {
  return surveyOf(state, seen, now).available;
}

/** Splits candidates, in their order, into those whose update may begin now and those that must wait for capacity. */
export function fitLimits(state: Rollout, candidates: Candidates, seen: Observation, now: number): Fit {
  if (candidates.count === 0) return nothingFits;
  return state.limits.maxSurge > 0 ? fitUnderCeiling(state, candidates, seen, now) : fitUnderFloor(state, candidates, seen, now);
}

/**
 * One that does not serve costs nothing; one that serves may only leave while enough others stay. What has failed or is
 * not proven yet, but answers, is no capacity that others may leave on, yet it may not leave below the floor either.
 * Candidates that do not serve come first, so behind enough that are kept nothing more is looked for.
 */
export function fitUnderFloor(state: Rollout, { updates, count }: Candidates, seen: Observation, now: number): Fit {
  if (count === 0) return nothingFits;
  const floor = floorOf(state);
  let { available, answering } = surveyOf(state, seen, now);
  const go: InstanceUpdate[] = [];
  const kept: InstanceUpdate[] = [];
  for (const update of updates) {
    const instance = seen.instances.get(update.instanceId);
    const counts = isAvailable(state, update, instance, now);
    const answers = isAnswering(update, instance, now);
    if ((counts && available <= floor) || (answers && answering <= floor)) {
      kept.push(update);
      if (kept.length >= namedMax) break;
      continue;
    }
    if (counts) available -= 1;
    if (answers) answering -= 1;
    go.push(update);
  }
  return { go, kept, keptCount: count - go.length };
}

/** What an instance stops doing when one of its units leaves rotation. */
interface Loss {
  readonly counts: boolean;
  readonly answers: boolean;
}

/** Whether a unit may leave rotation: nothing is lost with it, or enough others stay. */
export function mayLeave(state: Rollout, update: InstanceUpdate, seen: Observation, now: number, loss: Loss): boolean {
  const { available, answering } = surveyOf(state, seen, now);
  const own = Number(isAvailable(state, update, seen.instances.get(update.instanceId), now));
  const floor = floorOf(state);
  return (!loss.counts || available - own >= floor) && (!loss.answers || answering >= floor);
}

/** Whether an attempt's unit may be drained now. Start-first another one serves in its place, unless it has just lost that. */
export function mayDrain(state: Rollout, update: InstanceUpdate, seen: Observation, now: number): boolean {
  const instance = seen.instances.get(update.instanceId);
  if (instance === undefined || instance.passiveFailed || update.servesNobody) return true;
  const next = update.startFirst ? instance.next : null;
  // As it would count if it were not in flight: so it goes when, and only when, it would be begun anew.
  const idle = { ...update, phase: "retry-backoff" } as const;
  return mayLeave(state, update, seen, now, {
    counts: isAvailable(state, idle, instance, now) && !isServing(next, now, state.limits.minHealthyMs),
    answers: isAnswering(idle, instance, now) && !isServing(next, now, 0),
  });
}

/**
 * Start-first: as many as may exist beside the fleet. An instance whose unit was lost keeps its place, for that unit is
 * coming back; a second unit counts from the moment it was asked for until it is seen gone.
 */
function fitUnderCeiling(state: Rollout, { updates, count }: Candidates, seen: Observation, now: number): Fit {
  let room = state.limits.maxSurge - countBeside(state, seen, now);
  const go: InstanceUpdate[] = [];
  const kept: InstanceUpdate[] = [];
  for (const update of updates) {
    if (room > 0 && seen.instances.get(update.instanceId)?.next == null) {
      room -= 1;
      go.push(update);
      continue;
    }
    kept.push(update);
    if (kept.length >= namedMax) break;
  }
  return { go, kept, keptCount: count - go.length };
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
