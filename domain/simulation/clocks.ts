import { inFlightUpdates, updatesIn } from "../engine/survey.ts";
import { windowOpensAt } from "../engine/windows.ts";
import type { RolloutEvent } from "../event.ts";
import { currentBatch, type InstanceUpdate, type Rollout } from "../rollout.ts";
import type { StopClock } from "../stop-clock.ts";

/**
 * When a rollout may have something to do although nothing in its world changed. A real engine looks ten times a second;
 * in virtual time every look has to have a reason. A look too many is harmless, one too few would make a deadline late.
 */

/** As in domain/engine/attempts.ts: how long a balancer may take beyond the drain's deadline, and to restore. */
const drainGraceMs = 15_000;
const restoreGraceMs = 30_000;
/** A deadline has passed one millisecond after it. */
const past = 1;

/** The next time at which one of the rollout's own clocks runs out; infinity when none runs. */
export function nextClockAt(state: Rollout, now: number): number {
  const { limits } = state;
  const batch = currentBatch(state);
  const times = [
    endOf(state.progress, limits.progressDeadlineMs),
    endOf(state.soak, batch?.soakMs ?? 0),
    endOf(state.watch, limits.watchMs),
    ...Object.values(state.evidence).map(({ at }) => at + limits.patienceMs),
    ...(batch?.soakedAt == null ? [] : [batch.soakedAt + limits.patienceMs]),
    ...(state.status === "running" ? [windowOpensAt(state.plan.windows, now) ?? now] : []),
  ];
  return times.reduce((first, time) => (time > now && time < first ? time : first), Number.POSITIVE_INFINITY);
}

function endOf(clock: StopClock, lengthMs: number): number {
  return clock.runningSince === null ? 0 : clock.runningSince + lengthMs - clock.elapsedMs;
}

/** Deadlines that begin with these events. */
export function deadlinesAfter(after: Rollout, events: readonly RolloutEvent[]): number[] {
  if (events.some(({ type }) => type === "rollout.taken" || type === "rollout.resumed")) return allDeadlines(after);
  return events.flatMap((event) => {
    if (!("instanceId" in event)) return [];
    const update = after.updates.get(event.instanceId);
    return update ? deadlinesOf(after, update) : [];
  });
}

/** After a change that moves them all. */
export function allDeadlines(state: Rollout): number[] {
  return [...inFlightUpdates(state), ...updatesIn(state, ["retry-backoff"])].flatMap((update) => deadlinesOf(state, update));
}

function deadlinesOf({ limits }: Rollout, { phase, phaseSince, replacedAt, retryAt }: InstanceUpdate): number[] {
  const healthyBy = (replacedAt ?? phaseSince) + limits.healthyDeadlineMs;
  switch (phase) {
    case "draining":
      return [phaseSince + limits.drainTimeoutMs + drainGraceMs + past];
    case "checking":
      // What is not ready by then cannot hold its readiness until the deadline.
      return [healthyBy - limits.minHealthyMs + past, healthyBy + past];
    case "restoring":
      return [phaseSince + restoreGraceMs + past, healthyBy + past];
    case "retry-backoff":
      return retryAt === null ? [] : [retryAt];
    default:
      return [];
  }
}
