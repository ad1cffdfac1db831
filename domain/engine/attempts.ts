import { formatDuration } from "../duration.ts";
import { assertNever } from "../invariant.ts";
import { attemptKey, type FailureCause, type InstanceUpdate, type Rollout, targetReleaseId } from "../rollout.ts";
import { mayDrain } from "./capacity.ts";
import type { InstanceObservation, UnitView } from "./observation.ts";
import { inFlightUpdates, isHealthy } from "./survey.ts";
import { record, type Turn } from "./turn.ts";

const retryFirstMs = 1_000;
const retryMaxMs = 30_000;
/** The balancer cuts what is left at the drain's deadline; after this much longer it has not done what it was asked. */
const drainGraceMs = 15_000;
/** How long the balancer may take to confirm that an instance is back in rotation. */
const restoreGraceMs = 30_000;

/** Moves every attempt as far as the observation confirms. */
export function moveAttempts(turn: Turn): void {
  for (const update of inFlightUpdates(turn.state)) {
    const seen = turn.seen.instances.get(update.instanceId);
    if (update.failure !== null) failAttempt(turn, update, update.failure.cause, update.failure.message);
    else if (seen) moveAttempt(turn, update, seen);
  }
}

function moveAttempt(turn: Turn, update: InstanceUpdate, seen: InstanceObservation): void {
  const { instanceId, attempt } = update;
  const sinceMs = turn.now - update.phaseSince;
  const key = attemptKey(turn.state, update);
  switch (update.phase) {
    case "draining":
      drain(turn, update, seen);
      return;
    case "replacing":
      if (seen.unit?.key === key) record(turn, { type: "instance.replaced", instanceId, attempt, tookMs: sinceMs });
      return;
    case "starting":
      if (seen.next?.unit?.key === key) record(turn, { type: "instance.started", instanceId, attempt, tookMs: sinceMs });
      return;
    case "checking":
      check(turn, update, viewOf(update, seen));
      return;
    case "restoring":
      restore(turn, update, viewOf(update, seen));
      return;
    case "retiring":
      if (seen.unit?.key === key && seen.next === null) record(turn, { type: "update.completed", instanceId, attempt, direction: update.direction });
      return;
    case "pending":
    case "retry-backoff":
    case "updated":
    case "reverted":
    case "failed":
    case "skipped":
    case "removed":
      return;
    default:
      assertNever(update.phase);
  }
}

/** The unit that the attempt is about: start-first, it is the second one. */
function viewOf(update: InstanceUpdate, seen: InstanceObservation): UnitView {
  return (update.startFirst ? seen.next : seen) ?? nothing;
}

const nothing: UnitView = { unit: null, ready: false, readySince: null, probe: null, rotation: "out", inFlight: 0, cut: 0 };

function drain(turn: Turn, update: InstanceUpdate, seen: InstanceObservation): void {
  const { instanceId, attempt } = update;
  const { limits } = turn.state;
  const sinceMs = turn.now - update.phaseSince;
  // The old unit must not leave for a new one that is no longer there.
  if (update.startFirst && seen.passiveFailed)
    failAttempt(turn, update, "passive-check", `Nearly all answers of ${instanceId}'s new unit failed within two seconds.`);
  else if (update.startFirst && !seen.next?.ready)
    failAttempt(
      turn,
      update,
      "lost-health",
      `${instanceId}'s new unit lost its readiness before the old one had left: ${lastWords(viewOf(update, seen))}.`,
    );
  else if (seen.rotation === "out")
    record(turn, { type: "instance.drained", instanceId, attempt, cut: seen.cut, tookMs: sinceMs, ...(seen.unverified ? { unverified: true } : {}) });
  else if (seen.rotation === "in" && !mayDrain(turn.state, update, turn.seen, turn.now)) {
    // Start-first it waits for its new unit's readiness to hold again.
    if (!update.startFirst) record(turn, { type: "update.postponed", instanceId, attempt });
  } else if (sinceMs > limits.drainTimeoutMs + drainGraceMs)
    failAttempt(turn, update, "driver", `The balancer did not take ${instanceId} out of rotation within ${formatDuration(sinceMs)}.`);
}

function check(turn: Turn, update: InstanceUpdate, view: UnitView): void {
  const { limits } = turn.state;
  const { instanceId, attempt } = update;
  const replacedAt = update.replacedAt ?? update.phaseSince;
  const isExpected = view.unit?.key === attemptKey(turn.state, update) && view.unit.releaseId === targetReleaseId(turn.state, update);
  if (isExpected && isHealthy(view, turn.now, limits.minHealthyMs)) {
    record(turn, { type: "instance.healthy", instanceId, attempt, tookMs: turn.now - replacedAt });
    return;
  }
  // Certain failure is not waited for: what is not ready now cannot hold readiness long enough before the deadline.
  const holdLeftMs = limits.minHealthyMs - (view.ready && view.readySince !== null ? turn.now - view.readySince : 0);
  if (turn.now + holdLeftMs <= replacedAt + limits.healthyDeadlineMs) return;
  const late = `${instanceId} was not healthy within ${formatDuration(limits.healthyDeadlineMs)}`;
  failAttempt(turn, update, "deadline", `${late}: ${lastWords(view)}.`);
}

function restore(turn: Turn, update: InstanceUpdate, view: UnitView): void {
  const { instanceId, attempt, direction } = update;
  if (view.rotation !== "in") restoreDeadline(turn, update, view);
  else if (update.startFirst) record(turn, { type: "instance.restored", instanceId, attempt });
  else record(turn, { type: "update.completed", instanceId, attempt, direction });
}

function restoreDeadline(turn: Turn, update: InstanceUpdate, view: UnitView): void {
  const healthyBy = (update.replacedAt ?? update.phaseSince) + turn.state.limits.healthyDeadlineMs;
  const deadline = view.ready ? update.phaseSince + restoreGraceMs : Math.max(healthyBy, update.phaseSince + restoreGraceMs);
  if (turn.now <= deadline) return;
  const message = view.ready
    ? `The balancer did not confirm ${update.instanceId} in rotation within ${formatDuration(restoreGraceMs)}.`
    : `${update.instanceId} lost its readiness before it was back in rotation: ${lastWords(view)}.`;
  failAttempt(turn, update, view.ready ? "driver" : "deadline", message);
}

/** What is known of a unit that is not as it should be, in words. */
export function lastWords(view: UnitView): string {
  if (view.unit === null) return "nothing runs there";
  if (view.unit.state === "exited") return view.unit.message ?? "the process has exited";
  return view.probe === null ? "the readiness check has not answered" : `the last readiness check said ${view.probe}`;
}

/** Ends an attempt. What failed under traffic gets no second try: it was healthy once and did not stay so. */
export function failAttempt(turn: Turn, update: InstanceUpdate, cause: FailureCause, message: string): void {
  const isTriedAgain = (cause === "deadline" || cause === "driver") && update.attemptsUsed <= turn.state.limits.retries;
  record(turn, {
    type: "attempt.failed",
    instanceId: update.instanceId,
    attempt: update.attempt,
    cause,
    message,
    retryAt: isTriedAgain ? turn.now + backoffMs(update) : null,
  });
}

function backoffMs(update: InstanceUpdate): number {
  return Math.min(retryMaxMs, retryFirstMs * 2 ** Math.max(0, update.attemptsUsed - 1));
}

export function isRetryDue(update: InstanceUpdate, now: number): boolean {
  return update.phase === "retry-backoff" && now >= (update.retryAt ?? 0);
}

export function startUpdate(turn: Turn, update: InstanceUpdate, direction: "forward" | "back", releaseId: string): void {
  record(turn, {
    type: "update.started",
    instanceId: update.instanceId,
    batch: update.batch,
    attempt: turn.state.attempts + 1,
    direction,
    releaseId,
    startFirst: isStartFirst(turn.state),
  });
}

export function isStartFirst(state: Rollout): boolean {
  return state.limits.maxSurge > 0;
}
