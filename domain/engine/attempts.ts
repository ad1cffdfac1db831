import { formatDuration } from "../duration.ts";
import { assertNever } from "../invariant.ts";
import { attemptKey, type FailureCause, type InstanceUpdate, isInFlight, type Rollout, targetReleaseId } from "../rollout.ts";
import { isHealthy } from "./capacity.ts";
import type { InstanceObservation } from "./observation.ts";
import { record, type Turn } from "./turn.ts";

const retryFirstMs = 1_000;
const retryMaxMs = 30_000;
/** The balancer cuts what is left at the drain's deadline; after this much longer it has not done what it was asked. */
const drainGraceMs = 15_000;
/** How long the balancer may take to confirm that an instance is back in rotation. */
const restoreGraceMs = 30_000;
/** A unit that started later than this after its update was completed has crashed in between. */
const restartSlackMs = 500;

/** Moves every attempt as far as the observation confirms. */
export function moveAttempts(turn: Turn): void {
  for (const update of Object.values(turn.state.updates)) {
    if (!isInFlight(update)) continue;
    const seen = turn.seen.instances[update.instanceId];
    if (update.failure !== null) failAttempt(turn, update, update.failure.cause, update.failure.message);
    else if (seen) moveAttempt(turn, update, seen);
  }
}

function moveAttempt(turn: Turn, update: InstanceUpdate, seen: InstanceObservation): void {
  const { instanceId, attempt } = update;
  const { limits } = turn.state;
  const sinceMs = turn.now - update.phaseSince;
  switch (update.phase) {
    case "draining":
      if (seen.rotation === "out") record(turn, { type: "instance.drained", instanceId, attempt, cut: seen.cut, tookMs: sinceMs });
      else if (sinceMs > limits.drainTimeoutMs + drainGraceMs)
        failAttempt(turn, update, "driver", `The balancer did not take ${instanceId} out of rotation within ${formatDuration(sinceMs)}.`);
      return;
    case "replacing":
      if (seen.unit?.key === attemptKey(turn.state, update)) record(turn, { type: "instance.replaced", instanceId, attempt, tookMs: sinceMs });
      return;
    case "checking":
      check(turn, update, seen);
      return;
    case "restoring":
      if (seen.rotation === "in") record(turn, { type: "update.completed", instanceId, attempt, direction: update.direction });
      else restoreDeadline(turn, update, seen);
      return;
    case "pending":
    case "retry-backoff":
    case "updated":
    case "reverted":
    case "failed":
    case "skipped":
      return;
    default:
      assertNever(update.phase);
  }
}

function check(turn: Turn, update: InstanceUpdate, seen: InstanceObservation): void {
  const { limits } = turn.state;
  const { instanceId, attempt } = update;
  const replacedAt = update.replacedAt ?? update.phaseSince;
  const expected = seen.unit?.key === attemptKey(turn.state, update) && seen.unit.releaseId === targetReleaseId(turn.state, update);
  if (expected && isHealthy(seen, limits.minHealthyMs)) {
    record(turn, { type: "instance.healthy", instanceId, attempt, tookMs: turn.now - replacedAt });
    return;
  }
  // Certain failure is not waited for: what is not ready now cannot hold readiness long enough before the deadline.
  const holdLeftMs = limits.minHealthyMs - (seen.ready ? (seen.readyForMs ?? 0) : 0);
  if (turn.now + holdLeftMs <= replacedAt + limits.healthyDeadlineMs) return;
  failAttempt(turn, update, "deadline", `${instanceId} was not healthy within ${formatDuration(limits.healthyDeadlineMs)}: ${lastWords(seen)}.`);
}

function restoreDeadline(turn: Turn, update: InstanceUpdate, seen: InstanceObservation): void {
  const healthyBy = (update.replacedAt ?? update.phaseSince) + turn.state.limits.healthyDeadlineMs;
  const deadline = seen.ready ? update.phaseSince + restoreGraceMs : Math.max(healthyBy, update.phaseSince + restoreGraceMs);
  if (turn.now <= deadline) return;
  const message = seen.ready
    ? `The balancer did not confirm ${update.instanceId} in rotation within ${formatDuration(restoreGraceMs)}.`
    : `${update.instanceId} lost its readiness before it was back in rotation: ${lastWords(seen)}.`;
  failAttempt(turn, update, seen.ready ? "driver" : "deadline", message);
}

function lastWords(seen: InstanceObservation): string {
  if (seen.unit === null) return "nothing runs there";
  if (seen.unit.state === "exited") return seen.unit.message ?? "the process has exited";
  return seen.probe === null ? "the readiness check has not answered" : `the last readiness check said ${seen.probe}`;
}

/** Ends an attempt. What failed under traffic gets no second try: it was healthy once and did not stay so. */
export function failAttempt(turn: Turn, update: InstanceUpdate, cause: FailureCause, message: string): void {
  const again = (cause === "deadline" || cause === "driver") && update.attemptsUsed <= turn.state.limits.retries;
  const backoffMs = Math.min(retryMaxMs, retryFirstMs * 2 ** (update.attemptsUsed - 1));
  record(turn, {
    type: "attempt.failed",
    instanceId: update.instanceId,
    attempt: update.attempt,
    cause,
    message,
    retryAt: again ? turn.now + backoffMs : null,
  });
}

/** New instances that lost their health: during their batch's soak, in the watch, or at once when nearly all answers fail. */
export function reviewUpdated(turn: Turn): void {
  const oldFails = oldReleaseFails(turn);
  for (const update of Object.values(turn.state.updates)) {
    const seen = turn.seen.instances[update.instanceId];
    if (update.phase !== "updated" || update.attempt === 0 || seen === undefined) continue;
    if (seen.passiveFailed && !oldFails)
      failAttempt(turn, update, "passive-check", `Nearly all answers of ${update.instanceId} failed within two seconds.`);
    else if (isUnderReview(turn.state, update) && hasLostHealth(update, seen))
      failAttempt(turn, update, "lost-health", `${update.instanceId} lost its health after its update: ${lostWords(update, seen)}.`);
  }
}

function isUnderReview(state: Rollout, update: InstanceUpdate): boolean {
  if (state.status === "watching" || state.pausedFrom === "watching") return true;
  const batch = update.batch === null ? undefined : state.batches[update.batch - 1];
  return batch !== undefined && batch.gateOpenedAt === null;
}

function hasLostHealth(update: InstanceUpdate, seen: InstanceObservation): boolean {
  return !seen.ready || seen.unit === null || hasRestarted(update, seen);
}

function hasRestarted(update: InstanceUpdate, seen: InstanceObservation): boolean {
  return seen.unit !== null && seen.unit.startedAt > update.phaseSince + restartSlackMs;
}

function lostWords(update: InstanceUpdate, seen: InstanceObservation): string {
  return hasRestarted(update, seen) ? (seen.unit?.message ?? "its process ended and was started again") : lastWords(seen);
}

/** A shared outage is no fault of the new release: then half or more of the old instances fail as well. */
function oldReleaseFails(turn: Turn): boolean {
  const old = Object.values(turn.state.updates).filter((update) => update.phase === "pending" || update.phase === "reverted");
  const serving = old.map((update) => turn.seen.instances[update.instanceId]).filter((seen) => seen?.rotation === "in");
  return serving.length > 0 && serving.filter((seen) => seen?.passiveFailed).length * 2 >= serving.length;
}
