import { formatDuration } from "../duration.ts";
import { type InstanceUpdate, isInFlight, type Rollout } from "../rollout.ts";
import { elapsedMsOf } from "../stop-clock.ts";
import { fitUnderFloor, isServing } from "./capacity.ts";
import { isRetryDue } from "./gate.ts";
import type { Observation } from "./observation.ts";
import { asSentence } from "./sentence.ts";
import { record, type Turn } from "./turn.ts";

/** Brings every instance to its way back: failed first, then newest, under the floor, without soak, approval or evidence. */
export function goBack(turn: Turn): void {
  reverseInFlight(turn);
  if (!isHopeless(turn.state)) for (const update of returnable(turn.state, turn.seen, turn.now).go) startBack(turn, update);
  endRollback(turn);
}

/** Nothing was replaced yet: the old unit goes back into rotation. Else the new one is turned round at once. */
function reverseInFlight(turn: Turn): void {
  for (const update of Object.values(turn.state.updates)) {
    if (!isInFlight(update) || update.direction === "back" || update.wayBackId === null) continue;
    if (!update.touched) record(turn, { type: "update.reversed", instanceId: update.instanceId, attempt: update.attempt });
    else startBack(turn, update);
  }
}

function startBack(turn: Turn, update: InstanceUpdate): void {
  if (update.wayBackId === null) return;
  record(turn, {
    type: "update.started",
    instanceId: update.instanceId,
    batch: update.batch,
    attempt: turn.state.attempts + 1,
    direction: "back",
    releaseId: update.wayBackId,
  });
}

/** Instances that still have to go back: those that may now, and those the floor keeps. */
export function returnable(state: Rollout, seen: Observation, now: number): { go: InstanceUpdate[]; kept: InstanceUpdate[] } {
  const candidates = Object.values(state.updates).filter(
    (update) => mustReturn(update) && (update.phase !== "retry-backoff" || canTryAgain(update, now)),
  );
  return fitUnderFloor(state, candidates.sort(byUrgency), seen);
}

function mustReturn(update: InstanceUpdate): boolean {
  if (update.wayBackId === null || isInFlight(update)) return false;
  return update.direction === "forward" ? update.touched : update.phase === "retry-backoff";
}

function canTryAgain(update: InstanceUpdate, now: number): boolean {
  return update.direction === "forward" || isRetryDue(update, now);
}

/** Failed first, then those that were updated last. */
function byUrgency(a: InstanceUpdate, b: InstanceUpdate): number {
  return Number(b.phase === "failed") - Number(a.phase === "failed") || b.phaseSince - a.phaseSince;
}

function setAside(state: Rollout): InstanceUpdate[] {
  return Object.values(state.updates).filter(
    (update) => (update.direction === "back" && update.phase === "failed") || (update.wayBackId === null && update.attempt > 0),
  );
}

/** The first ones back all failed: more of the same would take away what still serves. */
function isHopeless(state: Rollout): boolean {
  const updates = Object.values(state.updates).filter((update) => update.direction === "back");
  const failed = updates.filter((update) => update.phase === "failed").length;
  return failed >= Math.max(1, state.limits.rollbackMaxUnavailable) && !updates.some((update) => update.phase === "reverted");
}

function endRollback(turn: Turn): void {
  const { state, now } = turn;
  const updates = Object.values(state.updates);
  if (updates.some(isInFlight)) return;
  const late = elapsedMsOf(state.progress, now) >= state.limits.progressDeadlineMs;
  const left = updates.filter(mustReturn);
  const aside = setAside(state);
  if (left.length > 0 && !late && !isHopeless(state)) return;
  const unwell = updates.filter((update) => !update.wasUnhealthy && !isServing(turn.seen.instances[update.instanceId], 0));
  const failed = [...new Set([...aside, ...left, ...unwell])].map((update) => update.instanceId);
  if (failed.length === 0) {
    record(turn, {
      type: "rollout.ended",
      status: "rolled-back",
      message: `${asSentence(state.rollback?.message ?? "Rolled back")} ${wholeAgain(state)}`,
      failed,
    });
    return;
  }
  // Untouched instances that are just not well right now are being repaired; the progress deadline bounds the wait.
  if (aside.length === 0 && left.length === 0 && !late) return;
  const why = late ? `no update was completed within ${formatDuration(state.limits.progressDeadlineMs)}` : "they did not come back healthy";
  record(turn, {
    type: "rollout.ended",
    status: "rollback-failed",
    message: `The rollback could not finish: ${failed.join(", ")} — ${why}. ${aside[0]?.failure?.message ?? ""}`.trim(),
    failed,
  });
}

function wholeAgain(state: Rollout): string {
  const backs = [...new Set(Object.values(state.updates).flatMap((update) => (update.wayBackId === null ? [] : [update.wayBackId])))];
  const names = backs.map((releaseId) => state.releaseNames[releaseId] ?? releaseId).join(", ");
  const unhealthy = Object.values(state.updates)
    .filter((update) => update.wasUnhealthy)
    .map((update) => update.instanceId);
  const except = unhealthy.length === 0 ? "" : ` (${unhealthy.join(", ")} was unhealthy before the start)`;
  return `All ${state.desired} instances are back on ${names}${except}.`;
}
