import type { Actor } from "../actor.ts";
import { engineActor } from "../actor.ts";
import { advance } from "../engine/advance.ts";
import { evolve } from "../engine/evolve.ts";
import { waitingOf } from "../engine/waiting.ts";
import type { RolloutEvent, RolloutFact } from "../event.ts";
import type { Rollout } from "../rollout.ts";
import { isTerminal } from "../rollout.ts";
import { applyEffect, nextChange, observe, passTime, type World } from "./world.ts";

/** One run of the real engine against a simulated fleet in virtual time. */
export interface Run {
  readonly state: Rollout;
  readonly world: World;
  readonly events: readonly RolloutEvent[];
}

/** Told after every look, with the world as it was before the look's effects. */
export type Watch = (run: Run, before: World) => void;

/** More facts than this from one look, or more looks than this in one run, is a mistake of ours and not of the plan. */
const looksMax = 50;
const stepsMax = 20_000;

export function appendFacts(run: Run, facts: readonly RolloutFact[], actor: Actor = engineActor): Run {
  let { state } = run;
  const events = facts.map((fact) => {
    const event: RolloutEvent = { ...fact, rolloutId: state.rolloutId, seq: state.seq + 1, at: run.world.now, actor };
    state = evolve(state, event);
    return event;
  });
  return { ...run, state, events: [...run.events, ...events] };
}

export function beginRun(world: World, rolloutId: string, facts: readonly RolloutFact[], actor: Actor = engineActor): Run {
  const [first, ...rest] = facts;
  if (first === undefined) throw new RangeError("A run begins with rollout.started.");
  const event: RolloutEvent = { ...first, rolloutId, seq: 1, at: world.now, actor };
  return appendFacts({ state: evolve(null, event), world, events: [event] }, rest, actor);
}

/** Looks and acts until nothing more happens at this moment of virtual time. */
export function settleNow(run: Run, watch?: Watch): Run {
  let current = run;
  for (let look = 0; look < looksMax; look += 1) {
    const { facts, effects } = advance(current.state, observe(current.world), current.world.now);
    current = appendFacts(current, facts);
    const before = current.world;
    for (const effect of effects) current = { ...current, world: applyEffect(current.world, effect) };
    watch?.(current, before);
    if (facts.length === 0 && current.world === before) return current;
  }
  throw new Error(`The engine found no rest at ${current.world.now} ms.`);
}

/** Runs until the rollout ends, waits for a person, or `untilMs`. */
export function runUntilRest(run: Run, untilMs: number, watch?: Watch): Run {
  let current = settleNow(run, watch);
  for (let step = 0; step < stepsMax && !isTerminal(current.state.status); step += 1) {
    const next = nextTime(current);
    if (next === null || next > untilMs) return current;
    current = settleNow({ ...current, world: passTime(current.world, next) }, watch);
  }
  return current;
}

/** When something can change next: the world by itself, or a clock of the rollout. Null when only a person moves it on. */
export function nextTime(run: Run): number | null {
  const { state, world } = run;
  const { limits } = state;
  const clocks = waitingOf(state, observe(world), world.now).flatMap((wait) => wait.until ?? []);
  for (const update of Object.values(state.updates)) {
    if (update.phase === "checking") {
      const readyAt = (world.instances[update.instanceId]?.unit?.startedAt ?? 0) + world.timing.readyMs;
      const deadline = (update.replacedAt ?? update.phaseSince) + limits.healthyDeadlineMs;
      clocks.push(readyAt + limits.minHealthyMs, deadline - limits.minHealthyMs + 1, deadline);
    }
    if (update.retryAt !== null) clocks.push(update.retryAt);
  }
  if (state.progress.runningSince !== null) clocks.push(state.progress.runningSince + limits.progressDeadlineMs - state.progress.elapsedMs);
  const change = nextChange(world);
  const ahead = [...clocks, ...(change === null ? [] : [change])].filter((time) => time > world.now);
  return ahead.length === 0 ? null : Math.min(...ahead);
}
