import type { HookName } from "../hook-names.ts";
import type { Hook } from "../plan.ts";
import type { HookRun, Rollout } from "../rollout.ts";
import type { Effect } from "./effect.ts";
import type { Observation } from "./observation.ts";
import { record, type Turn } from "./turn.ts";

/** Names a run for ever: of one batch, or of the whole rollout. */
function hookKey(state: Rollout, name: HookName, batch: number | null): string {
  return batch === null ? `${state.rolloutId}/hook/${name}` : `${state.rolloutId}/hook/${name}/${batch}`;
}

function findRun(state: Rollout, name: HookName, batch: number | null): HookRun | undefined {
  return state.hooks.find((run) => run.hook === name && run.batch === batch);
}

/**
 * Whether the rollout may go past this point: there is no such hook, it succeeded, or its failure does not matter. Where
 * it has not begun, it begins.
 */
export function passHook(turn: Turn, name: HookName, batch: number | null = null): boolean {
  const hook = turn.state.plan.hooks[name];
  if (hook === undefined) return true;
  const run = findRun(turn.state, name, batch);
  if (run === undefined) record(turn, { type: "hook.started", hook: name, batch, key: hookKey(turn.state, name, batch) });
  return run !== undefined && isPassed(run, hook);
}

function isPassed(run: HookRun, hook: Hook): boolean {
  return run.status === "succeeded" || (run.status === "failed" && (run.isAccepted || hook.onFailure === "continue"));
}

/** Notes what came of the runs that are under way, whatever the rollout itself is doing. */
export function noteHooks(turn: Turn): void {
  for (const run of runningHooks(turn.state)) {
    const seen = turn.seen.hooks[run.key];
    if (seen === undefined || seen.status === "running") continue;
    const { status, message, output } = seen;
    record(turn, { type: "hook.ended", key: run.key, hook: run.hook, batch: run.batch, status, message, output });
  }
}

/** A required hook that failed and that no person has accepted. */
export function failedHook(state: Rollout): { readonly run: HookRun; readonly hook: Hook } | null {
  for (const run of state.hooks) {
    const hook = state.plan.hooks[run.hook];
    if (hook !== undefined && run.status === "failed" && !isPassed(run, hook)) return { run, hook };
  }
  return null;
}

export function runningHooks(state: Rollout): readonly HookRun[] {
  return state.hooks.filter((run) => run.status === "running");
}

/** Asked again until it is known of: whoever runs hooks tells a repetition by the key. */
export function hookEffects(state: Rollout, seen: Observation): Effect[] {
  return runningHooks(state).flatMap((run): Effect[] => {
    const hook = state.plan.hooks[run.hook];
    if (hook === undefined || seen.hooks[run.key] !== undefined) return [];
    const instanceIds = run.batch === null ? [] : (state.batches[run.batch - 1]?.instanceIds ?? []);
    return [{ type: "hook.run", key: run.key, name: run.hook, hook, batch: run.batch, instanceIds }];
  });
}
