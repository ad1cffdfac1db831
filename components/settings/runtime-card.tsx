"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { AlertDialog } from "#components/ui/alert-dialog.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { formatCount } from "#components/ui/numbers.ts";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { toast } from "#components/ui/toast.ts";
import type { FleetSummary } from "#domain/live.ts";
import { failureOf } from "#hooks/failure.ts";
import { useTRPC } from "#hooks/trpc.tsx";
import { useFleets } from "#hooks/use-fleets.ts";
import { useWhyNotAllowed } from "#hooks/use-permission.ts";

/** The process beside Tideline that runs the local fleets and carries their traffic, and how to stop it. */
export function RuntimeCard() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const fleets = useFleets();
  const forbidden = useWhyNotAllowed("runtime.stop");
  const [asking, setAsking] = useState(false);
  const stop = useMutation(
    trpc.runtime.stop.mutationOptions({
      onSuccess: () => {
        setAsking(false);
        toast("ok", "The local runtime is stopped.", "Its instances have ended.");
        void queryClient.invalidateQueries(trpc.fleets.list.queryFilter());
      },
    }),
  );
  const change = (open: boolean) => {
    setAsking(open);
    stop.reset();
  };
  return (
    <Card title="Local runtime" description="Runs the local fleets and carries their traffic. It stays when Tideline stops.">
      {fleets.isPending ? <Skeleton className="h-8" label="the runtime" /> : null}
      {fleets.isError && !fleets.data ? (
        <ErrorState title="Its state could not be read." failure={failureOf(fleets.error)} onRetry={() => void fleets.refetch()} />
      ) : null}
      {fleets.data ? (
        <div className="flex flex-wrap items-center justify-between gap-3">
          <Status fleets={fleets.data} />
          <Button variant="danger-outline" disabledReason={forbidden} onClick={() => change(true)}>
            Stop local runtime…
          </Button>
        </div>
      ) : null}
      <AlertDialog
        open={asking}
        onOpenChange={change}
        title="Stop the local runtime?"
        description={`${describe(fleets.data ?? [])} Every instance ends and its traffic is refused, until Tideline starts them again with its next start. Rollouts that are under way wait.`}
        confirmLabel="Stop runtime and instances"
        danger
        pending={stop.isPending}
        problem={stop.error ? failureOf(stop.error).message : null}
        onConfirm={() => stop.mutate({})}
      />
    </Card>
  );
}

function Status({ fleets }: { fleets: readonly FleetSummary[] }) {
  const unreachable = fleets.find((fleet) => fleet.unreachable)?.unreachable;
  return (
    <div className="min-w-0 flex-1 basis-56 text-sm">
      {unreachable ? (
        <Badge tone="bad">Not answering</Badge>
      ) : (
        <Badge tone={fleets.length > 0 ? "ok" : "neutral"}>{fleets.length > 0 ? "Running" : "Idle"}</Badge>
      )}
      <p className="mt-1 text-ink-soft">{unreachable ?? describe(fleets)}</p>
    </div>
  );
}

function describe(fleets: readonly FleetSummary[]): string {
  if (fleets.length === 0) return "It runs no fleet.";
  const ready = fleets.reduce((sum, fleet) => sum + fleet.ready, 0);
  return `It runs ${formatCount(fleets.length, "fleet")} with ${formatCount(ready, "ready instance")}.`;
}
