import { parentPort } from "node:worker_threads";
import { type Delay, type DelayCase, measureDelay } from "./delay.ts";
import { measureTotalFailure, type TotalFailure, type TotalFailureCase } from "./total-failure.ts";
import { playTrial } from "./trial.ts";
import { worlds } from "./worlds.ts";

/** `trials` are some rollouts of one world, by all rules or by the product's alone. */
export type Task =
  | { readonly what: "trials"; readonly world: number; readonly seed: number; readonly runs: number; readonly alone: boolean }
  | { readonly what: "delay"; readonly given: DelayCase; readonly seed: number; readonly runs: number }
  | { readonly what: "total-failure"; readonly given: TotalFailureCase };

export interface Trials {
  /** By rule: a second for each rollout, null where it was never rolled back. */
  readonly haltedAt: readonly (readonly (number | null)[])[];
  /** By rule: the sum over the rollouts. */
  readonly excess: readonly number[];
}

export type Answer =
  | { readonly what: "trials"; readonly world: number; readonly trials: Trials }
  | { readonly what: "delay"; readonly given: DelayCase; readonly delay: Delay }
  | { readonly what: "total-failure"; readonly given: TotalFailureCase; readonly found: TotalFailure };

parentPort?.on("message", (task: Task) => parentPort?.postMessage(answer(task)));

function answer(task: Task): Answer {
  switch (task.what) {
    case "trials":
      return { what: task.what, world: task.world, trials: playTrials(task) };
    case "delay":
      return { what: task.what, given: task.given, delay: measureDelay(task.given, task) };
    case "total-failure":
      return { what: task.what, given: task.given, found: measureTotalFailure(task.given) };
  }
}

function playTrials({ world: index, seed, runs, alone }: Extract<Task, { what: "trials" }>): Trials {
  const world = worlds[index];
  if (!world) throw new Error(`There is no world ${index}.`);
  const trials = Array.from({ length: runs }, (_, run) => playTrial(world, seed + run, alone));
  const rules = trials[0]?.map((_, rule) => rule) ?? [];
  return {
    haltedAt: rules.map((rule) => trials.map((outcomes) => outcomes[rule]?.haltedAt ?? null)),
    excess: rules.map((rule) => trials.reduce((sum, outcomes) => sum + (outcomes[rule]?.excess ?? 0), 0)),
  };
}
