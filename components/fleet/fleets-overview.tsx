"use client";

import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { Skeleton, SkeletonRows } from "#components/ui/skeleton.tsx";
import type { FleetSummary } from "#domain/live.ts";
import { chooseEnvironment, useChosenEnvironment } from "#hooks/chosen-environment.ts";
import { failureOf } from "#hooks/failure.ts";
import { useFavourites } from "#hooks/favourites.ts";
import { useAddress } from "#hooks/use-address.ts";
import { useFleets } from "#hooks/use-fleets.ts";
import { useWhyNotAllowed } from "#hooks/use-permission.ts";
import { AttentionList } from "./attention-list.tsx";
import { FirstRun } from "./first-run.tsx";
import { FirstSteps } from "./first-steps.tsx";
import { type FleetFilter, favouritesFirst, filterFleets, parseFleetState } from "./fleet-filter.ts";
import { FleetFilterBar } from "./fleet-filter-bar.tsx";
import { FleetCards, FleetTable } from "./fleet-table.tsx";

/** What needs a person, then every fleet. */
export function FleetsOverview({ onConnect }: { onConnect: () => void }) {
  const fleets = useFleets();
  const forbidden = useWhyNotAllowed("plan.read");
  const { environment } = useChosenEnvironment();
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
  const here = fleets.data.filter((fleet) => environment === "" || fleet.environment === environment);
  return (
    <div className="grid gap-4">
      {fleets.isError ? (
        <ErrorState title="The list may be out of date." failure={failureOf(fleets.error)} onRetry={() => void fleets.refetch()} />
      ) : null}
      <AttentionList environment={environment} />
      {here.length === 0 ? <NoneHere environment={environment} all={fleets.data.length} /> : <FilteredFleets fleets={here} />}
      <FirstSteps fleets={fleets.data} />
    </div>
  );
}

function NoneHere({ environment, all }: { environment: string; all: number }) {
  return (
    <Card>
      <EmptyState title={`No fleet is left in ${environment}.`} action={<Button onClick={() => chooseEnvironment("")}>Show all environments</Button>}>
        Other environments have {all}.
      </EmptyState>
    </Card>
  );
}

function FilteredFleets({ fleets }: { fleets: readonly FleetSummary[] }) {
  const address = useAddress(["text", "state"]);
  const filter: FleetFilter = { text: address.values.text, state: parseFleetState(address.values.state) };
  const favourites = useFavourites();
  const shown = favouritesFirst(filterFleets(fleets, filter), favourites);
  const clear = () => address.set({ text: "", state: "" });
  return (
    <>
      {fleets.length > 1 || shown.length < fleets.length ? <FleetFilterBar filter={filter} onChange={address.set} /> : null}
      {shown.length === 0 ? (
        <Card>
          <EmptyState title="No fleet passes the filter." action={<Button onClick={clear}>Clear the filter</Button>}>
            {fleets.length} {fleets.length === 1 ? "fleet is" : "fleets are"} left out.
          </EmptyState>
        </Card>
      ) : (
        <>
          <div className="overflow-hidden rounded-lg border border-line bg-surface max-sm:hidden">
            <FleetTable fleets={shown} />
          </div>
          <div className="sm:hidden">
            <FleetCards fleets={shown} />
          </div>
        </>
      )}
    </>
  );
}
