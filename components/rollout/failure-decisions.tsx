"use client";

import { failuresOf } from "#domain/engine/judge.ts";
import type { Rollout } from "#domain/rollout.ts";
import type { CommandControl } from "#hooks/use-command.ts";
import { InstanceDecision } from "./instance-decision.tsx";
import { describeFailureBudget } from "./rollout-figures.ts";

/** More would push the rest of the page away; the matrix shows them all. */
const shownMax = 5;

interface FailureDecisionsProps {
  readonly rollout: Rollout;
  readonly command: CommandControl;
  readonly onSelect: (instanceId: string) => void;
}

/** Guided failure: each instance that failed, why, and what can be done about it. */
export function FailureDecisions({ rollout, command, onSelect }: FailureDecisionsProps) {
  const failed = rollout.status === "paused" && rollout.pausedFrom !== "rolling-back" ? failuresOf(rollout) : [];
  if (failed.length === 0) return null;
  return (
    <section aria-label="Failed instances" className="basis-full border-line border-t pt-2">
      <ul className="flex flex-col gap-1.5">
        {failed.slice(0, shownMax).map((update) => (
          <li key={update.instanceId} className="flex flex-wrap items-center gap-x-3 gap-y-1.5 text-sm max-sm:items-start">
            <button
              type="button"
              aria-label={`Instance ${update.instanceId}: details and log`}
              className="touch-target min-h-6 shrink-0 font-medium font-mono text-accent underline-offset-2 hover:underline"
              onClick={() => onSelect(update.instanceId)}
            >
              {update.instanceId}
            </button>
            <span className="min-w-0 flex-1 basis-52 break-words text-ink-soft">
              {withoutName(update.failure?.message ?? "No reason was recorded.", update.instanceId)}
              {update.wasUnhealthy ? " It was already unhealthy and does not count." : ""}
            </span>
            <InstanceDecision rollout={rollout} instanceId={update.instanceId} command={command} />
          </li>
        ))}
      </ul>
      {failed.length > shownMax ? (
        <p className="mt-1.5 text-ink-soft text-sm">And {failed.length - shownMax} more: open them in the matrix.</p>
      ) : null}
      <p className="numbers mt-2 text-ink-soft text-xs">
        {describeFailureBudget(rollout)} A skipped instance stays out of rotation and is accepted; resuming accepts them all.
      </p>
    </section>
  );
}

/** The instance's name stands before it already. */
function withoutName(message: string, instanceId: string): string {
  return message.startsWith(`${instanceId} `) ? message.slice(instanceId.length + 1) : message;
}
