import type { Observation } from "#domain/engine/observation.ts";
import { type Refusal, type Thought, think } from "#domain/engine/think.ts";
import type { Rollout } from "#domain/rollout.ts";

/** Something that must be true was not: a mistake of ours, not of the world. */
export class Bug extends Error {
  override readonly name = "Bug";
}

/** `think`, with whatever goes wrong in it told apart from a world that goes wrong. */
export function thinkOrBug(state: Rollout, observation: Observation, refusals: readonly Refusal[], now: number): Thought {
  try {
    return think(state, observation, refusals, now);
  } catch (error) {
    throw new Bug("The engine could not go on with a rollout.", { cause: error });
  }
}
