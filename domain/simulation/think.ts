import { engineActor } from "../actor.ts";
import { advance } from "../engine/advance.ts";
import type { Effect, InstanceEffect } from "../engine/effect.ts";
import { evolve } from "../engine/evolve.ts";
import type { Observation } from "../engine/observation.ts";
import type { RolloutEvent, RolloutFact } from "../event.ts";
import { attemptKey, isInFlight, type Rollout } from "../rollout.ts";

/** One look settles within a few rounds; more would be two rules that undo each other. */
const roundsMax = 20;

/** The world said no to an effect. */
export interface Refusal {
  readonly effect: InstanceEffect;
  readonly message: string;
}

export interface Thought {
  readonly events: readonly RolloutEvent[];
  readonly after: Rollout;
  readonly effects: readonly Effect[];
}

/** Everything that follows from one look, until nothing more does: as the server's runner, but with the events made already. */
export function think(state: Rollout, observation: Observation, refusals: readonly Refusal[], now: number): Thought {
  const events: RolloutEvent[] = [];
  let after = fold(state, refusedFacts(state, refusals), now, events);
  for (let round = 0; round < roundsMax; round += 1) {
    const { facts, effects, state: next } = advance(after, observation, now);
    if (facts.length === 0) return { events, after, effects };
    for (const [index, fact] of facts.entries()) events.push(toEvent(after, fact, index + 1, now));
    after = next;
  }
  throw new Error(`Rollout ${state.rolloutId} did not settle within ${roundsMax} rounds at ${now} ms.`);
}

/** A no that came for an attempt which is over by now concerns nobody. */
function refusedFacts(state: Rollout, refusals: readonly Refusal[]): RolloutFact[] {
  return refusals.flatMap(({ effect, message }): RolloutFact[] => {
    const update = state.updates.get(effect.instanceId);
    if (!update || !isInFlight(update) || attemptKey(state, update) !== effect.key || effect.type === "instance.remove") return [];
    return [{ type: "effect.failed", instanceId: effect.instanceId, attempt: update.attempt, effect: effect.type, message }];
  });
}

function fold(state: Rollout, facts: readonly RolloutFact[], at: number, events: RolloutEvent[]): Rollout {
  let after = state;
  for (const fact of facts) {
    const event = toEvent(after, fact, 1, at);
    after = evolve(after, event);
    events.push(event);
  }
  return after;
}

function toEvent({ rolloutId, seq }: Rollout, fact: RolloutFact, ahead: number, at: number): RolloutEvent {
  return { ...fact, rolloutId, seq: seq + ahead, at, actor: engineActor };
}
