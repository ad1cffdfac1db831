"use client";

import { Button } from "#components/ui/button.tsx";
import type { Rollout } from "#domain/rollout.ts";
import { useMoment } from "#hooks/moment.ts";
import type { CommandControl } from "#hooks/use-command.ts";
import { useWhyNot } from "#hooks/use-why-not.ts";
import { describeFailureBudget } from "./rollout-figures.ts";

interface InstanceActionsProps {
  readonly rollout: Rollout;
  readonly instanceId: string;
  readonly command: CommandControl;
}

const actions = [
  { type: "retryInstance", label: "Retry", meaning: "One more attempt, from the start: drain, replace, check, back into rotation." },
  { type: "skipInstance", label: "Skip", meaning: "It stays out of rotation and counts as accepted; the rollout goes on without it." },
] as const;

/** What a person can have done to this instance, and where it is not possible, why. */
export function InstanceActions({ rollout, instanceId, command }: InstanceActionsProps) {
  const reasonOf = useWhyNot(rollout);
  const { pending, refused } = command;
  const inPast = useMoment() !== null;
  const update = rollout.updates.get(instanceId);
  const hasFailed = update?.phase === "failed" && update.direction === "forward";
  const reasonFor = (type: (typeof actions)[number]["type"]) => {
    if (inPast) return "You are looking at the past. Go back to now first.";
    if (!hasFailed) return `${instanceId} has not failed in this rollout.`;
    return reasonOf(type) ?? (pending && pending.instanceId !== instanceId ? "Another command is under way." : null);
  };
  return (
    <div className="space-y-4">
      <ul className="space-y-3">
        {actions.map(({ type, label, meaning }) => {
          const reason = reasonFor(type);
          return (
            <li key={type} className="flex items-start gap-3 text-sm">
              <Button
                className="w-20"
                aria-label={`${label} ${instanceId}`}
                disabledReason={reason}
                pending={pending?.type === type && pending.instanceId === instanceId}
                onClick={() => void command.send(type, { instanceId })}
              >
                {label}
              </Button>
              <p className="min-w-0 flex-1 pt-1.5 text-ink-soft">
                {meaning}
                {reason === null ? null : <span className="mt-0.5 block text-ink-faint text-xs">{reason}</span>}
              </p>
            </li>
          );
        })}
      </ul>
      {refused?.type === "retryInstance" || refused?.type === "skipInstance" ? (
        <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad text-sm">
          {refused.failure.message}
        </p>
      ) : null}
      <p className="numbers text-ink-soft text-xs">{describeFailureBudget(rollout)}</p>
    </div>
  );
}
