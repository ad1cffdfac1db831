import { type HookName, hookNames } from "#domain/hook-names.ts";
import type { Hook } from "#domain/plan.ts";
import type { HookRun, Rollout } from "#domain/rollout.ts";

export interface HookView {
  readonly hook: HookName;
  /** What it runs or calls. */
  readonly target: string;
  readonly runs: readonly HookRun[];
}

/** The plan's hooks, of a rollback the one that is its own, in the order in which they come up, each with its runs so far. */
export function hookViews(rollout: Rollout): HookView[] {
  return hookNames.flatMap((name) => {
    if (rollout.kind === "rollback" && name !== "rollback") return [];
    const hook = rollout.plan.hooks[name];
    return hook === undefined ? [] : [{ hook: name, target: describeTarget(hook), runs: rollout.hooks.filter((run) => run.hook === name) }];
  });
}

export const hookTitles: Readonly<Record<HookName, string>> = {
  prepare: "Prepare",
  beforeBatch: "Before each batch",
  afterBatch: "After each batch",
  finalize: "Finalize",
  rollback: "After a rollback",
};

/** "succeeded", "failed, accepted": a failure that a person went past still shows as one. */
export function runWord(run: HookRun): string {
  return run.status === "failed" && run.isAccepted ? "failed, accepted" : run.status;
}

function describeTarget(hook: Hook): string {
  return hook.command?.join(" ") ?? hook.webhook ?? "";
}
