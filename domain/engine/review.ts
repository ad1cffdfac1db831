import type { InstanceUpdate, Rollout } from "../rollout.ts";
import { failAttempt, lastWords } from "./attempts.ts";
import type { InstanceObservation } from "./observation.ts";
import { hasRestarted, isHealthy, surveyOf, updatesIn } from "./survey.ts";
import { record, type Turn } from "./turn.ts";

/** New instances that lost their health: during their batch's soak, in the watch, or at once when nearly all answers fail. */
export function reviewUpdated(turn: Turn): void {
  for (const update of surveyOf(turn.state, turn.seen, turn.now).notable) {
    const seen = turn.seen.instances.get(update.instanceId);
    if (update.phase !== "updated" || update.attempt === 0 || update.repair !== null || seen === undefined) continue;
    if (seen.passiveFailed && !oldReleaseFails(turn))
      failAttempt(turn, update, "passive-check", `Nearly all answers of ${update.instanceId} failed within two seconds.`);
    else if (isUnderReview(turn.state, update, seen) && hasLostHealth(update, seen))
      failAttempt(turn, update, "lost-health", `${update.instanceId} lost its health after its update: ${lostWords(update, seen)}.`);
  }
}

/** In the watch a crash speaks against the release; a unit that is gone altogether was its host's, for its gate had opened. */
function isUnderReview(state: Rollout, update: InstanceUpdate, seen: InstanceObservation): boolean {
  if (state.status === "watching" || state.pausedFrom === "watching") return seen.unit !== null;
  const batch = update.batch === null ? undefined : state.batches[update.batch - 1];
  return batch !== undefined && batch.gateOpenedAt === null;
}

function hasLostHealth(update: InstanceUpdate, seen: InstanceObservation): boolean {
  return !seen.ready || seen.unit === null || hasRestarted(update, seen);
}

function lostWords(update: InstanceUpdate, seen: InstanceObservation): string {
  return hasRestarted(update, seen) ? (seen.unit?.message ?? "its process ended and was started again") : lastWords(seen);
}

/** A shared outage is no fault of the new release: then half or more of the old instances fail as well. */
function oldReleaseFails(turn: Turn): boolean {
  const old = updatesIn(turn.state, ["pending", "reverted"]).map((update) => turn.seen.instances.get(update.instanceId));
  const serving = old.filter((seen) => seen?.rotation === "in");
  return serving.length > 0 && serving.filter((seen) => seen?.passiveFailed).length * 2 >= serving.length;
}

/**
 * Lost capacity comes back, whatever the rollout is doing, paused included: on the target where the batch's gate has
 * opened, else on the way back. A unit that crashed is its driver's to restart; lost is one of which nothing is left.
 */
export function repairLost(turn: Turn): void {
  for (const update of surveyOf(turn.state, turn.seen, turn.now).notable) {
    const seen = turn.seen.instances.get(update.instanceId);
    if (seen === undefined) continue;
    if (update.repair !== null) finishRepair(turn, update, seen);
    else if (update.joining && seen.unit !== null && isBack(turn.state, seen, turn.now))
      record(turn, { type: "repair.completed", instanceId: update.instanceId, releaseId: seen.unit.releaseId });
    else if (seen.unit === null && seen.next === null && isOurs(turn.state, update)) beginRepair(turn, update);
  }
}

function finishRepair(turn: Turn, update: InstanceUpdate, seen: InstanceObservation): void {
  const releaseId = update.repair?.releaseId;
  if (releaseId !== undefined && seen.unit?.releaseId === releaseId && isBack(turn.state, seen, turn.now))
    record(turn, { type: "repair.completed", instanceId: update.instanceId, releaseId });
}

function isBack(state: Rollout, seen: InstanceObservation, now: number): boolean {
  return seen.rotation === "in" && isHealthy(seen, now, state.limits.minHealthyMs);
}

/** Whoever waits in the open batch is brought up on the target in a moment, so nothing else is started for it. */
function isOurs(state: Rollout, update: InstanceUpdate): boolean {
  switch (update.phase) {
    case "updated":
    case "reverted":
    case "skipped":
      return true;
    case "failed":
      return !(update.direction === "back") && state.status !== "rolling-back";
    case "pending":
      return update.joining || !isOpenForUpdates(state);
    default:
      return false;
  }
}

function isOpenForUpdates(state: Rollout): boolean {
  const batch = state.batches.at(-1);
  return state.status === "running" && batch !== undefined && batch.settledAt === null;
}

function beginRepair(turn: Turn, update: InstanceUpdate): void {
  const releaseId = repairRelease(turn.state, update);
  if (releaseId === null) return;
  record(turn, { type: "repair.started", instanceId: update.instanceId, releaseId, number: turn.state.repairs + 1 });
}

function repairRelease(state: Rollout, update: InstanceUpdate): string | null {
  return update.phase === "updated" ? state.releaseId : (update.wayBackId ?? state.provenReleaseId);
}
