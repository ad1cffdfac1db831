import { hookNames } from "./hook-names.ts";
import type { Plan } from "./plan.ts";

/**
 * Whether a plan runs a program or calls a URL that `known`, the version on record, does not. Such a plan defines a
 * command, which has a permission of its own; giving one that is known another place or time-out does not.
 */
export function definesCommand(plan: Plan, known: Plan | null): boolean {
  const before = new Set(known === null ? [] : targetsOf(known));
  return targetsOf(plan).some((target) => !before.has(target));
}

function targetsOf({ hooks }: Plan): string[] {
  return hookNames.flatMap((name) => {
    const hook = hooks[name];
    return hook === undefined ? [] : [JSON.stringify(hook.command ?? hook.webhook)];
  });
}
