"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { RolloutStatus } from "#components/instance/rollout-status.tsx";
import { Card } from "#components/ui/card.tsx";
import { paths } from "#domain/paths.ts";
import { isTerminal, type Rollout } from "#domain/rollout.ts";
import { useTRPC } from "#hooks/trpc.tsx";

/** Of a rollout that has touched nothing yet: which one it waits for, and what it will do then. */
export function QueueCard({ rollout }: { rollout: Rollout }) {
  const trpc = useTRPC();
  const rollouts = useQuery(trpc.rollouts.list.queryOptions({ fleetId: rollout.fleetId }));
  const before = rollouts.data?.find(({ rolloutId }) => rolloutId === rollout.queue?.behind) ?? null;
  const target = rollout.releaseNames[rollout.releaseId] ?? "the release";
  return (
    <Card title={isTerminal(rollout.status) ? "It was in the queue" : "In the queue"}>
      <dl className="grid gap-x-6 gap-y-1 text-sm sm:gap-y-3 sm:grid-cols-[8rem_minmax(0,1fr)]">
        <dt className="text-ink-faint max-sm:not-first:mt-2">Behind</dt>
        <dd className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
          {rollout.queue?.behind ? (
            <Link href={paths.rollout(rollout.queue.behind)} className="touch-target font-medium text-accent underline-offset-2 hover:underline">
              {before ? `${before.kind === "rollback" ? "the rollback" : "the rollout"} to ${before.releaseName}` : "the rollout before it"}
            </Link>
          ) : (
            "nothing"
          )}
          {before ? (
            <>
              <RolloutStatus status={before.status} failed={before.failed} />
              <span className="numbers text-ink-soft">
                {before.updated} of {before.desired} updated
              </span>
            </>
          ) : null}
        </dd>
        {isTerminal(rollout.status) ? null : (
          <>
            <dt className="text-ink-faint max-sm:not-first:mt-2">Starts</dt>
            <dd>{startsWhen(rollout)}</dd>
            <dt className="text-ink-faint max-sm:not-first:mt-2">Then</dt>
            <dd>
              To {target} with plan {rollout.planName}.
            </dd>
          </>
        )}
      </dl>
    </Card>
  );
}

function startsWhen({ queue }: Rollout): string {
  const approved = queue?.approval && !queue.approval.approvedBy ? "When a second person has approved it" : null;
  if (!queue?.behind) return `${approved ?? "At once"}.`;
  const after = queue.isReleased ? "as soon as that one has ended, whatever it came to." : "when that one has succeeded. Otherwise it asks.";
  return approved ? `${approved}, and ${after}` : after.charAt(0).toUpperCase() + after.slice(1);
}
