import type { RolloutEvent } from "../event.ts";
import { assertNever, invariant } from "../invariant.ts";
import type { InstanceUpdate, Rollout } from "../rollout.ts";

export type UpdateEvent = Extract<RolloutEvent, { readonly instanceId: string }>;

/** One attempt: as drawn at `updatePhases`; a failed one waits for a retry or is over. */
export function evolveUpdates(state: Rollout, event: UpdateEvent): Rollout {
  const update = state.updates.get(event.instanceId);
  invariant(update, `Instance ${event.instanceId} belongs to the rollout.`);
  const next = { ...update, ...change(state, update, event) };
  return {
    ...state,
    attempts: Math.max(state.attempts, next.attempt),
    repairs: Math.max(state.repairs, next.repair?.number ?? 0),
    updates: state.updates.set(event.instanceId, next),
  };
}

function change(state: Rollout, update: InstanceUpdate, event: UpdateEvent): Partial<InstanceUpdate> {
  switch (event.type) {
    case "update.started":
      return {
        phase: event.startFirst ? "starting" : "draining",
        phaseSince: event.at,
        direction: event.direction,
        attempt: event.attempt,
        attemptsUsed: event.direction === update.direction ? update.attemptsUsed + 1 : 1,
        startFirst: event.startFirst,
        servesNobody: update.failure?.cause === "passive-check",
        failedForward: event.direction === "back" && (update.failedForward || (update.direction === "forward" && update.phase === "failed")),
        replacedAt: null,
        retryAt: null,
        failure: null,
        repair: null,
        joining: false,
      };
    case "update.postponed":
      return { phase: "retry-backoff", phaseSince: event.at, retryAt: null, attemptsUsed: update.attemptsUsed - 1 };
    case "update.reversed":
      return { ...reversed, phaseSince: event.at };
    case "instance.drained":
      return {
        phase: update.startFirst ? "retiring" : "replacing",
        phaseSince: event.at,
        cut: update.cut + event.cut,
        touched: update.wayBackId !== null,
      };
    case "instance.replaced":
    case "instance.started":
      return { phase: "checking", phaseSince: event.at, replacedAt: event.at };
    case "instance.healthy":
      return { phase: "restoring", phaseSince: event.at };
    case "instance.restored":
      return { phase: "draining", phaseSince: event.at };
    case "update.completed":
      return event.direction === "forward"
        ? { phase: "updated", phaseSince: event.at, failedAttempt: null }
        : { phase: "reverted", phaseSince: event.at, touched: false, failedAttempt: null };
    case "attempt.failed":
      return {
        phase: event.retryAt === null ? "failed" : "retry-backoff",
        phaseSince: event.at,
        retryAt: event.retryAt,
        failure: { cause: event.cause, message: event.message },
        failedAttempt: leftUnit(update) ? update.attempt : update.failedAttempt,
      };
    case "effect.failed":
      return event.attempt === update.attempt ? { failure: { cause: "driver", message: event.message } } : {};
    case "instance.retried":
      // One more attempt, whatever the plan's own retries were used for.
      return { phase: "retry-backoff", phaseSince: event.at, retryAt: event.at, attemptsUsed: state.limits.retries, failure: null };
    case "instance.skipped":
      return { phase: "skipped", phaseSince: event.at };
    case "repair.started":
      return { repair: { number: event.number, releaseId: event.releaseId, since: event.at } };
    case "repair.completed":
      return { repair: null, joining: false, phaseSince: event.at, touched: update.touched && event.releaseId !== update.wayBackId };
    default:
      return assertNever(event);
  }
}

/** Whether what an attempt brought up is now the instance's only unit. */
function leftUnit({ phase, replacedAt, startFirst }: InstanceUpdate): boolean {
  return phase === "updated" || (replacedAt !== null && !startFirst);
}

const reversed = {
  phase: "restoring",
  direction: "back",
  startFirst: false,
  attemptsUsed: 1,
  replacedAt: null,
  retryAt: null,
  failure: null,
} as const satisfies Partial<InstanceUpdate>;
