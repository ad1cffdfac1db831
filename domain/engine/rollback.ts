import { formatDuration } from "../duration.ts";
import { type InstanceUpdate, inFlightPhases, type Rollout } from "../rollout.ts";
import { elapsedMsOf } from "../stop-clock.ts";
import { rememberByChunk } from "../table.ts";
import { isRetryDue, startUpdate } from "./attempts.ts";
import { type Fit, fitLimits } from "./capacity.ts";
import { passHook } from "./hooks.ts";
import type { Observation } from "./observation.ts";
import { asSentence, nameInstances } from "./sentence.ts";
import { hasAnyIn, inFlightUpdates, isServing, surveyOf, updatesIn } from "./survey.ts";
import { record, type Turn } from "./turn.ts";

const left = ["pending", "retry-backoff", "updated", "failed", "skipped"] as const;

/** Brings every instance to its way back: failed first, then newest, under the floor, without soak, approval or evidence. */
export function goBack(turn: Turn): void {
  reverseInFlight(turn);
  if (!isHopeless(turn.state)) for (const update of returnable(turn.state, turn.seen, turn.now).go) startBack(turn, update);
  endRollback(turn);
}

/**
 * Nothing was replaced yet: the old unit goes back into rotation. Else the new one is turned round at once. An old unit
 * that is being retired is let go: its successor serves already, and goes back as every other does.
 */
function reverseInFlight(turn: Turn): void {
  for (const update of inFlightUpdates(turn.state)) {
    if (update.direction === "back" || update.wayBackId === null || update.phase === "retiring") continue;
    if (!update.touched) record(turn, { type: "update.reversed", instanceId: update.instanceId, attempt: update.attempt });
    else startBack(turn, update);
  }
}

function startBack(turn: Turn, update: InstanceUpdate): void {
  if (update.wayBackId !== null) startUpdate(turn, update, "back", update.wayBackId);
}

/** Instances that still have to go back: those that may now, and those that capacity keeps. */
export function returnable(state: Rollout, seen: Observation, now: number): Fit {
  const lists = state.updates.chunks.map(returningIn).filter((list) => list.length > 0);
  const due = lists.map((list) => list.filter((update) => canGoNow(update, now)));
  return fitLimits(state, { updates: returnOrder(state, seen, now, due), count: due.reduce((sum, list) => sum + list.length, 0) }, seen, now);
}

/** What does not serve costs nothing, so it is never behind what the floor keeps. */
function* returnOrder(state: Rollout, seen: Observation, now: number, due: readonly (readonly InstanceUpdate[])[]): Iterable<InstanceUpdate> {
  const first = surveyOf(state, seen, now)
    .notable.filter((update) => mustReturn(update) && canGoNow(update, now))
    .sort(byUrgency);
  yield* first;
  const isTaken = new Set(first);
  for (const update of mostUrgentFirst(due)) if (!isTaken.has(update)) yield update;
}

const returningIn = rememberByChunk((chunk: readonly InstanceUpdate[]) => chunk.filter(mustReturn).sort(byUrgency));

/** Merges sorted lists, only as far as anyone asks. */
function* mostUrgentFirst(lists: readonly (readonly InstanceUpdate[])[]): Iterable<InstanceUpdate> {
  const heads = lists.map(() => 0);
  for (;;) {
    let best: InstanceUpdate | undefined;
    let from = -1;
    for (const [index, list] of lists.entries()) {
      const head = list[heads[index] ?? 0];
      if (head === undefined || (best !== undefined && byUrgency(best, head) <= 0)) continue;
      best = head;
      from = index;
    }
    if (best === undefined) return;
    heads[from] = (heads[from] ?? 0) + 1;
    yield best;
  }
}

function mustReturn(update: InstanceUpdate): boolean {
  // What is being brought up on its way back anyway is on its way.
  if (update.repair !== null && update.repair.releaseId === update.wayBackId) return false;
  if (update.wayBackId === null || inFlightPhases.has(update.phase) || update.phase === "removed") return false;
  return update.direction === "forward" ? update.touched && update.phase !== "reverted" : update.phase === "retry-backoff";
}

function canGoNow(update: InstanceUpdate, now: number): boolean {
  return update.phase !== "retry-backoff" || update.direction === "forward" || isRetryDue(update, now);
}

/** Failed first, then those that were updated last. */
function byUrgency(a: InstanceUpdate, b: InstanceUpdate): number {
  return Number(b.phase === "failed") - Number(a.phase === "failed") || b.phaseSince - a.phaseSince;
}

function setAside(state: Rollout): InstanceUpdate[] {
  return updatesIn(state, left).filter(
    (update) => (update.direction === "back" && update.phase === "failed") || (update.wayBackId === null && update.attempt > 0),
  );
}

/**
 * The first ones back that had served all failed: more of the same would take away what still serves. One that had failed
 * on the new release as well speaks against its host, and costs nothing.
 */
function isHopeless(state: Rollout): boolean {
  const { rollbackMaxUnavailable, maxSurge } = state.limits;
  const first = Math.max(1, rollbackMaxUnavailable === 0 ? maxSurge : rollbackMaxUnavailable);
  const failed = updatesIn(state, ["failed"]).filter((update) => update.direction === "back" && !update.failedForward).length;
  return failed >= first && !hasAnyIn(state, ["reverted"]);
}

/** Ends the rollback when all are back, when nothing more can be done, or when its progress is overdue, seen or unseen. */
export function endRollback(turn: Turn): void {
  const { state, now } = turn;
  const isLate = elapsedMsOf(state.progress, now) >= state.limits.progressDeadlineMs;
  const inFlight = inFlightUpdates(state);
  if (inFlight.length > 0 && !isLate) return;
  const waiting = updatesIn(state, left).filter(mustReturn);
  const aside = setAside(state);
  if (waiting.length > 0 && !isLate && !isHopeless(state)) return;
  const unwell = unwellUpdates(state, turn.seen, now);
  const failed = [...new Set([...aside, ...waiting, ...inFlight, ...unwell])].map((update) => update.instanceId);
  if (failed.length === 0) {
    endWell(turn);
    return;
  }
  // Untouched instances that are just not well right now are being repaired; the progress deadline bounds the wait.
  if (aside.length === 0 && waiting.length === 0 && !isLate) return;
  const late = isLate ? `No update was completed within ${formatDuration(state.limits.progressDeadlineMs)}.` : "";
  const unhealthy =
    aside.length === 0 ? "" : `${namesOf(aside)} did not come back healthy: ${asSentence(aside[0]?.failure?.message ?? "no way back")}`;
  const kept = waiting.length === 0 ? "" : `${namesOf(waiting)} ${waiting.length === 1 ? "was left as it is" : "were left as they are"}.`;
  endBadly(turn, failed, [late, unhealthy, kept].filter(Boolean).join(" ") || `${nameInstances(failed)} did not serve.`);
}

function namesOf(updates: readonly InstanceUpdate[]): string {
  return nameInstances(updates.map((update) => update.instanceId));
}

/** Not serving, although they did before the rollout: a rollback is only done when they do again. */
export function unwellUpdates(state: Rollout, seen: Observation, now: number): InstanceUpdate[] {
  return state.updates.values().filter((update) => update.phase !== "removed" && !update.wasUnhealthy && !isBack(update, seen, now));
}

function isBack(update: InstanceUpdate, seen: Observation, now: number): boolean {
  const instance = seen.instances.get(update.instanceId);
  return isServing(instance, now, 0) && (update.wayBackId === null || instance?.unit?.releaseId === update.wayBackId);
}

function endWell(turn: Turn): void {
  const { state } = turn;
  const isChecked = passHook(turn, "rollback");
  const run = turn.state.hooks.find(({ hook }) => hook === "rollback");
  if (isChecked)
    record(turn, {
      type: "rollout.ended",
      status: "rolled-back",
      message: `${asSentence(state.rollback?.message ?? "Rolled back")} ${wholeAgain(state)}`,
      failed: [],
    });
  else if (run?.status === "failed") endBadly(turn, [], `All instances are back, but the hook rollback failed: ${run.message ?? "no reason given"}`);
}

function endBadly(turn: Turn, failed: readonly string[], why: string): void {
  record(turn, { type: "rollout.ended", status: "rollback-failed", message: `The rollback could not finish. ${asSentence(why)}`, failed });
}

function wholeAgain(state: Rollout): string {
  const updates = state.updates.values().filter((update) => update.phase !== "removed");
  const backs = [...new Set(updates.flatMap((update) => (update.wayBackId === null ? [] : [update.wayBackId])))];
  const names = backs.map((releaseId) => state.releaseNames[releaseId] ?? releaseId).join(", ");
  const unhealthy = updates.filter((update) => update.wasUnhealthy).map((update) => update.instanceId);
  const except = unhealthy.length === 0 ? "" : ` (${nameInstances(unhealthy)} ${unhealthy.length === 1 ? "was" : "were"} unhealthy before the start)`;
  return `All ${state.desired} instances are back on ${names}${except}.`;
}
