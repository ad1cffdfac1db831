import type { RolloutEvent } from "../event.ts";
import { assertNever, invariant } from "../invariant.ts";
import type { InstanceUpdate, Rollout } from "../rollout.ts";

export type UpdateEvent = Extract<
  RolloutEvent,
  {
    type:
      | "update.started"
      | "update.reversed"
      | "update.completed"
      | "instance.drained"
      | "instance.replaced"
      | "instance.healthy"
      | "attempt.failed"
      | "effect.failed";
  }
>;

/** One attempt: draining → replacing → checking → restoring → updated or reverted; a failed one waits for a retry or is over. */
export function evolveUpdates(state: Rollout, event: UpdateEvent): Rollout {
  const update = state.updates[event.instanceId];
  invariant(update, `Instance ${event.instanceId} belongs to the rollout.`);
  const next = { ...update, ...change(update, event) };
  return {
    ...state,
    attempts: Math.max(state.attempts, next.attempt),
    updates: { ...state.updates, [event.instanceId]: next },
  };
}

function change(update: InstanceUpdate, event: UpdateEvent): Partial<InstanceUpdate> {
  switch (event.type) {
    case "update.started":
      return {
        phase: "draining",
        phaseSince: event.at,
        direction: event.direction,
        attempt: event.attempt,
        attemptsUsed: event.direction === update.direction ? update.attemptsUsed + 1 : 1,
        replacedAt: null,
        retryAt: null,
        failure: null,
      };
    case "update.reversed":
      return { phase: "restoring", phaseSince: event.at, direction: "back", attemptsUsed: 1, replacedAt: null, retryAt: null, failure: null };
    case "instance.drained":
      return { phase: "replacing", phaseSince: event.at, cut: update.cut + event.cut, touched: update.wayBackId !== null };
    case "instance.replaced":
      return { phase: "checking", phaseSince: event.at, replacedAt: event.at };
    case "instance.healthy":
      return { phase: "restoring", phaseSince: event.at };
    case "update.completed":
      return event.direction === "forward" ? { phase: "updated", phaseSince: event.at } : { phase: "reverted", phaseSince: event.at, touched: false };
    case "attempt.failed":
      return {
        phase: event.retryAt === null ? "failed" : "retry-backoff",
        phaseSince: event.at,
        retryAt: event.retryAt,
        failure: { cause: event.cause, message: event.message },
      };
    case "effect.failed":
      return event.attempt === update.attempt ? { failure: { cause: "driver", message: event.message } } : {};
    default:
      return assertNever(event);
  }
}
