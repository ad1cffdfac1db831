"use client";

import { Button } from "#components/ui/button.tsx";
import type { Rollout } from "#domain/rollout.ts";
import { useMoment } from "#hooks/moment.ts";
import type { CommandControl } from "#hooks/use-command.ts";
import { useWhyNot } from "#hooks/use-why-not.ts";

interface InstanceDecisionProps {
  readonly rollout: Rollout;
  readonly instanceId: string;
  readonly command: CommandControl;
}

/** What a person can decide about an instance that failed: another attempt, or go on without it. */
export function InstanceDecision({ rollout, instanceId, command }: InstanceDecisionProps) {
  const reasonOf = useWhyNot(rollout);
  const { pending } = command;
  const inPast = useMoment() !== null;
  const button = (type: "retryInstance" | "skipInstance", label: string, title: string) => (
    <Button
      size="small"
      className="pointer-coarse:h-11 pointer-coarse:min-w-11"
      title={title}
      aria-label={`${label} ${instanceId}`}
      disabledReason={reasonOf(type) ?? (pending && pending.instanceId !== instanceId ? "Another command is under way." : null)}
      pending={pending?.type === type && pending.instanceId === instanceId}
      onClick={() => void command.send(type, { instanceId })}
    >
      {label}
    </Button>
  );
  if (inPast) return null;
  return (
    <span className="flex shrink-0 gap-1.5">
      {button("retryInstance", "Retry", "One more attempt, from the start")}
      {button("skipInstance", "Skip", "It stays out of rotation and counts as accepted")}
    </span>
  );
}
