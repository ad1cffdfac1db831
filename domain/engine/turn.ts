import { engineActor } from "../actor.ts";
import { type RolloutFact, toEvent } from "../event.ts";
import type { Rollout } from "../rollout.ts";
import { evolve } from "./evolve.ts";
import type { Observation } from "./observation.ts";

/** One look at a rollout: every fact found is folded in at once, so that what comes after it already counts with it. */
export interface Turn {
  readonly now: number;
  readonly seen: Observation;
  state: Rollout;
  readonly facts: RolloutFact[];
}

export function record(turn: Turn, fact: RolloutFact): void {
  turn.facts.push(fact);
  turn.state = evolve(turn.state, toEvent(fact, { rolloutId: turn.state.rolloutId, seq: turn.state.seq + 1, at: turn.now, actor: engineActor }));
}
