import { type Actor, engineActor } from "../actor.ts";
import { evolve } from "../engine/evolve.ts";
import { followRollout } from "../engine/fleet.ts";
import type { Observation } from "../engine/observation.ts";
import { countIn } from "../engine/survey.ts";
import { type RolloutEvent, type RolloutFact, toEvent } from "../event.ts";
import { invariant } from "../invariant.ts";
import { inFlightPhases, isTerminal, type Rollout } from "../rollout.ts";
import type { StoredRollout } from "./book.ts";
import { deadlinesAfter } from "./clocks.ts";
import { push } from "./heap.ts";
import { viewsOf } from "./observe.ts";
import type { ControlPlane } from "./plane.ts";

/** A new rollout with its first facts. */
export function create(plane: ControlPlane, facts: readonly RolloutFact[], actor: Actor, seen: Observation): StoredRollout {
  const { book, world } = plane;
  const [first, ...more] = facts;
  invariant(first, "A rollout begins with a fact.");
  const rolloutId = `r${book.rollouts.length + 1}`;
  const event = toEvent(first, { rolloutId, seq: 1, at: world.now, actor });
  const stored: StoredRollout = { rolloutId, state: evolve(null, event), events: [], intervals: [] };
  book.rollouts.push(stored);
  record(plane, stored, [event], stored.state, seen, null);
  if (more.length > 0) append(plane, stored, more, actor, seen);
  return stored;
}

export function append(plane: ControlPlane, stored: StoredRollout, facts: readonly RolloutFact[], actor: Actor, seen: Observation): void {
  const events = toEvents(stored.state, facts, actor, plane.world.now);
  record(plane, stored, events, events.reduce(evolve, stored.state), seen);
}

/** The events that these facts are, one after the other. */
export function toEvents({ rolloutId, seq }: Rollout, facts: readonly RolloutFact[], actor: Actor, at: number): RolloutEvent[] {
  return facts.map((fact, index) => toEvent(fact, { rolloutId, seq: seq + index + 1, at, actor }));
}

/** One transaction: the events, the state that they make, and what follows for the fleet. */
export function record(
  plane: ControlPlane,
  stored: StoredRollout,
  events: readonly RolloutEvent[],
  after: Rollout,
  seen: Observation,
  before: Rollout | null = stored.state,
): void {
  if (events.length === 0) return;
  const { book, world } = plane;
  stored.state = after;
  for (const event of events) stored.events.push(event);
  const followed = followRollout(book.fleet, after, events, world.now);
  book.fleet = followed.fleet;
  for (const fact of followed.facts) book.fleetEvents.push({ ...fact, at: world.now, actor: engineActor });
  for (const at of deadlinesAfter(after, events)) if (at > world.now) push(plane.wakes, at, null);
  if (events.some(({ type }) => type === "rollout.started" || type === "rollout.taken")) expectHolds(plane, after);
  noteExtremes(plane, after);
  plane.watch?.({ type: "recorded", before, after, events, seen }, plane);
}

/** Readiness that began before the rollout did counts once it has held for long enough. */
function expectHolds({ world, wakes }: ControlPlane, { limits }: Rollout): void {
  const times = new Set<number>();
  for (const view of viewsOf(world).values()) if (view.readySince !== null) times.add(view.readySince + limits.minHealthyMs);
  for (const at of times) if (at > world.now) push(wakes, at, null);
}

function noteExtremes({ extremes }: ControlPlane, state: Rollout): void {
  if (isTerminal(state.status) || state.status === "queued") return;
  const { limits, desired, rollback } = state;
  extremes.maxInFlight = Math.max(extremes.maxInFlight, countIn(state, inFlightPhases));
  extremes.floor = Math.min(extremes.floor, Math.max(0, desired - (rollback ? limits.rollbackMaxUnavailable : limits.maxUnavailable)));
  extremes.ceiling = Math.max(extremes.ceiling, desired + limits.maxSurge);
}
