import { engineActor } from "../actor.ts";
import { type RolloutFact, toEvent } from "../event.ts";
import { invariant } from "../invariant.ts";
import { attemptKey, isInFlight, type Rollout } from "../rollout.ts";
import { advance } from "./advance.ts";
import type { Effect, InstanceEffect } from "./effect.ts";
import { evolve } from "./evolve.ts";
import type { Observation } from "./observation.ts";

/** One look settles within a few rounds; more would be two rules that undo each other. */
const roundsMax = 20;

/** The world said no to an effect. */
export interface Refusal {
  readonly effect: InstanceEffect;
  readonly message: string;
}

export interface Thought {
  readonly facts: readonly RolloutFact[];
  readonly effects: readonly Effect[];
  /** With the facts folded in, as the engine's own at this moment. */
  readonly state: Rollout;
}

/**
 * Everything that follows from one look at the world, until nothing more does: first what the world has refused, then
 * what the engine concludes. The facts belong together and are recorded as one, before any effect.
 */
export function think(before: Rollout, observation: Observation, refusals: readonly Refusal[], now: number): Thought {
  const facts = refusedFacts(before, refusals);
  let state = before;
  for (const fact of facts) state = evolve(state, toEvent(fact, { rolloutId: state.rolloutId, seq: state.seq + 1, at: now, actor: engineActor }));
  for (let round = 0; ; round += 1) {
    invariant(round < roundsMax, `Rollout ${state.rolloutId} settles within ${roundsMax} rounds.`);
    const next = advance(state, observation, now);
    facts.push(...next.facts);
    state = next.state;
    // What it waits for is what it came to: nothing follows from that alone.
    if (next.facts.every((fact) => fact.type === "waiting.changed")) return { facts, effects: next.effects, state };
  }
}

/** A no that came for an attempt which is over by now concerns nobody. */
function refusedFacts(state: Rollout, refusals: readonly Refusal[]): RolloutFact[] {
  return refusals.flatMap(({ effect, message }): RolloutFact[] => {
    const update = state.updates.get(effect.instanceId);
    if (effect.type === "instance.remove" || !update || !isInFlight(update) || attemptKey(state, update) !== effect.key) return [];
    return [{ type: "effect.failed", instanceId: effect.instanceId, attempt: update.attempt, effect: effect.type, message }];
  });
}
