"use client";

import { Card } from "#components/ui/card.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { Skeleton, SkeletonRows } from "#components/ui/skeleton.tsx";
import { failureOf } from "#hooks/failure.ts";
import { useFleets } from "#hooks/use-fleets.ts";
import { useWhyNotAllowed } from "#hooks/use-permission.ts";
import { AttentionList } from "./attention-list.tsx";
import { FirstRun } from "./first-run.tsx";
import { FleetCards, FleetTable } from "./fleet-table.tsx";

/** What needs a person, then every fleet. */
export function FleetsOverview({ onConnect }: { onConnect: () => void }) {
  const fleets = useFleets();
  const forbidden = useWhyNotAllowed("plan.read");
  if (fleets.isPending)
    return (
      <div className="grid gap-4">
        <Skeleton className="h-11 rounded-lg" />
        <Card flush>
          <SkeletonRows rows={6} label="fleets" />
        </Card>
      </div>
    );
  if (!fleets.data)
    return <ErrorState title="The fleets could not be read." failure={failureOf(fleets.error)} onRetry={() => void fleets.refetch()} />;
  if (forbidden) return <ErrorState title="No role yet." failure={{ code: "not-allowed", message: forbidden }} />;
  if (fleets.data.length === 0) return <FirstRun onConnect={onConnect} />;
  return (
    <div className="grid gap-4">
      {fleets.isError ? (
        <ErrorState title="The list may be out of date." failure={failureOf(fleets.error)} onRetry={() => void fleets.refetch()} />
      ) : null}
      <AttentionList fleets={fleets.data} />
      <div className="overflow-hidden rounded-lg border border-line bg-surface max-sm:hidden">
        <FleetTable fleets={fleets.data} />
      </div>
      <div className="sm:hidden">
        <FleetCards fleets={fleets.data} />
      </div>
    </div>
  );
}
