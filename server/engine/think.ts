import { engineActor } from "#domain/actor.ts";
import { advance } from "#domain/engine/advance.ts";
import type { Effect } from "#domain/engine/effect.ts";
import { evolve } from "#domain/engine/evolve.ts";
import type { Observation } from "#domain/engine/observation.ts";
import type { RolloutFact } from "#domain/event.ts";
import { attemptKey, isInFlight, type Rollout } from "#domain/rollout.ts";
import type { EffectRefusal } from "./execute.ts";

/** One look settles within a few rounds; more would be two rules that undo each other. */
const roundsMax = 20;

/** Something that must be true was not: a mistake of ours, not of the world. */
export class Bug extends Error {
  override readonly name = "Bug";
}

export interface Thought {
  readonly facts: readonly RolloutFact[];
  readonly effects: readonly Effect[];
}

/**
 * Everything that follows from one look at the world, until nothing more does: first what the world has refused, then
 * what the engine concludes. The facts belong together and are recorded in one transaction, before any effect.
 */
export function think(state: Rollout, observation: Observation, refusals: readonly EffectRefusal[], now: number): Thought {
  try {
    const facts = refusedFacts(state, refusals);
    let current = foldProvisional(state, facts, now);
    for (let round = 0; round < roundsMax; round += 1) {
      const next = advance(current, observation, now);
      if (next.facts.length === 0) return { facts, effects: next.effects };
      facts.push(...next.facts);
      current = next.state;
    }
  } catch (error) {
    throw new Bug("The engine could not go on with a rollout.", { cause: error });
  }
  throw new Bug(`A rollout did not settle within ${roundsMax} rounds.`);
}

/** A no that came for an attempt which is over by now concerns nobody. */
function refusedFacts(state: Rollout, refusals: readonly EffectRefusal[]): RolloutFact[] {
  return refusals.flatMap(({ effect, message }): RolloutFact[] => {
    const update = state.updates.get(effect.instanceId);
    if (effect.type === "instance.remove" || !update || !isInFlight(update) || attemptKey(state, update) !== effect.key) return [];
    return [{ type: "effect.failed", instanceId: effect.instanceId, attempt: update.attempt, effect: effect.type, message }];
  });
}

function foldProvisional(state: Rollout, facts: readonly RolloutFact[], at: number): Rollout {
  let folded = state;
  for (const fact of facts) folded = evolve(folded, { ...fact, rolloutId: state.rolloutId, seq: folded.seq + 1, at, actor: engineActor });
  return folded;
}
