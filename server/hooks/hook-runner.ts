import type { HookName } from "#domain/hook-names.ts";
import type { Hook } from "#domain/plan.ts";
import { createUrlPolicy } from "#server/io/url-policy.ts";
import { postWebhook } from "./post-webhook.ts";
import { runCommand } from "./run-command.ts";

/** What a hook is told about the rollout that runs it. */
export interface HookSubject {
  readonly rolloutId: string;
  readonly fleetId: string;
  readonly fleet: string;
  readonly service: string;
  readonly environment: string;
  readonly release: string;
}

export interface HookCall extends HookSubject {
  /** The same again when a run is repeated after a crash: the program or receiver can tell by it. */
  readonly key: string;
  readonly name: HookName;
  readonly hook: Hook;
  readonly batch: number | null;
  readonly instanceIds: readonly string[];
}

export interface HookOutcome {
  readonly status: "succeeded" | "failed";
  readonly message: string;
  readonly output: string;
}

export interface HookRunner {
  /** Never throws. When the signal is aborted the hook is ended and nobody wants its outcome. */
  run(call: HookCall, signal: AbortSignal): Promise<HookOutcome>;
}

/** At once, over all fleets of this server; more wait for their turn. */
const runningMax = 16;

export function createHookRunner({ allowPrivateUrls }: { readonly allowPrivateUrls: readonly string[] }): HookRunner {
  const policy = createUrlPolicy(allowPrivateUrls);
  const waiting: (() => void)[] = [];
  let running = 0;

  async function takeTurn(): Promise<void> {
    if (running >= runningMax) await new Promise<void>((resolve) => waiting.push(resolve));
    running += 1;
  }

  return {
    run: async (call, signal) => {
      await takeTurn();
      try {
        if (signal.aborted) return { status: "failed", message: "It was not begun.", output: "" };
        return call.hook.command
          ? await runCommand(call, call.hook.command, signal)
          : await postWebhook(call, call.hook.webhook ?? "", policy, signal);
      } finally {
        running -= 1;
        waiting.shift()?.();
      }
    },
  };
}
