"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { RolloutStatus } from "#components/instance/rollout-status.tsx";
import { Card } from "#components/ui/card.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { ScrollArea } from "#components/ui/scroll-area.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { Ago } from "#components/ui/time.tsx";
import { formatDuration } from "#domain/duration.ts";
import type { RolloutSummary } from "#domain/live.ts";
import { paths } from "#domain/paths.ts";
import { failureOf } from "#hooks/failure.ts";
import { useTRPC } from "#hooks/trpc.tsx";

const shownMax = 20;

/** The fleet's last rollouts, newest first. */
export function HistoryCard({ fleetId }: { fleetId: string }) {
  const trpc = useTRPC();
  const rollouts = useQuery(trpc.rollouts.list.queryOptions({ fleetId, limit: shownMax }));
  return (
    <Card title="History" flush>
      {rollouts.isPending ? <SkeletonRows rows={4} label="rollouts" /> : null}
      {rollouts.isError && !rollouts.data ? (
        <div className="p-4">
          <ErrorState title="The history could not be read." failure={failureOf(rollouts.error)} onRetry={() => void rollouts.refetch()} />
        </div>
      ) : null}
      {rollouts.data?.length === 0 ? <EmptyState title="No rollout yet">Start one to move the fleet to another release.</EmptyState> : null}
      {rollouts.data && rollouts.data.length > 0 ? (
        <ScrollArea label="Rollouts, newest first" className="max-h-96">
          <ul className="divide-y divide-line">
            {rollouts.data.map((rollout) => (
              <HistoryRow key={rollout.rolloutId} rollout={rollout} />
            ))}
          </ul>
        </ScrollArea>
      ) : null}
    </Card>
  );
}

function HistoryRow({ rollout }: { rollout: RolloutSummary }) {
  return (
    <li className="relative grid gap-1 px-4 py-2.5 hover:bg-hover">
      <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
        <Link href={paths.rollout(rollout.rolloutId)} className="font-medium outline-offset-[-2px] after:absolute after:inset-0 hover:underline">
          {rollout.kind === "rollback" ? "Back to" : "To"} {rollout.releaseName}
        </Link>
        <RolloutStatus status={rollout.status} failed={rollout.failed} />
        <Ago at={rollout.startedAt} className="ml-auto text-ink-faint text-xs" />
      </div>
      <p className="numbers text-ink-soft text-xs">
        {rollout.updated} of {rollout.desired} updated · {rollout.planName} · {rollout.startedBy}
        {rollout.endedAt === null ? "" : ` · took ${formatDuration(rollout.endedAt - rollout.startedAt)}`}
      </p>
      {rollout.outcome ? <p className="break-words text-ink-soft text-xs">{rollout.outcome}</p> : null}
    </li>
  );
}
