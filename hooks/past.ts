import { evolve } from "#domain/engine/evolve.ts";
import type { RolloutEvent } from "#domain/event.ts";
import { invariant } from "#domain/invariant.ts";
import type { Rollout } from "#domain/rollout.ts";
import type { LiveRollout } from "./live-rollout-store.ts";

/** A folded state is kept after each so many events: a step back folds at most these. States share what they have in common. */
const KEPT_EVERY = 250;

/** A rollout at each moment since its first event, as its page showed it then. Moments are in engine time. */
export interface Past {
  readonly first: number;
  readonly last: number;
  /** A moment before the first event is taken as the first. */
  at(moment: number): LiveRollout;
  /** The moments of the events before and after; what happened together is one. Null at either end. */
  previous(moment: number): number | null;
  next(moment: number): number | null;
}

/** Of a rollout's events from the first, consecutive; at least one. */
export function createPast(events: readonly RolloutEvent[]): Past {
  const [first, last] = [events[0], events.at(-1)];
  invariant(first?.seq === 1 && last, "The past begins with the first event.");
  /** States after 0, KEPT_EVERY, 2 × KEPT_EVERY … events. */
  const kept: (Rollout | null)[] = [null];

  function stateAfter(count: number): Rollout {
    for (let chunk = kept.length; chunk <= Math.floor(count / KEPT_EVERY); chunk += 1) kept.push(foldFrom(chunk - 1, chunk * KEPT_EVERY));
    return foldFrom(Math.floor(count / KEPT_EVERY), count);
  }

  function foldFrom(chunk: number, count: number): Rollout {
    const state = events.slice(chunk * KEPT_EVERY, count).reduce<Rollout | null>(evolve, kept[chunk] ?? null);
    invariant(state, "At least one event was folded.");
    return state;
  }

  let shown: LiveRollout | null = null;
  return {
    first: first.at,
    last: last.at,
    at: (moment) => {
      const count = countUntil(events, Math.max(moment, first.at));
      // Between two events nothing changes: what reads it need not draw again.
      if (shown?.events.length !== count) shown = { rollout: stateAfter(count), events: events.slice(0, count) };
      return shown;
    },
    previous: (moment) => events[countUntil(events, moment - 1) - 1]?.at ?? null,
    next: (moment) => events[countUntil(events, moment)]?.at ?? null,
  };
}

/** How many events had happened by a moment. */
function countUntil(events: readonly RolloutEvent[], moment: number): number {
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((events[middle]?.at ?? 0) <= moment) low = middle + 1;
    else high = middle;
  }
  return low;
}
