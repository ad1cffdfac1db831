"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { GitCompareArrows, History } from "lucide-react";
import { useState } from "react";
import { Button, ButtonLink } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { Page } from "#components/ui/page.tsx";
import { Pager } from "#components/ui/pager.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { rolloutsPerPage, SearchRollouts } from "#domain/history/search.ts";
import { paths } from "#domain/paths.ts";
import { useChosenEnvironment } from "#hooks/chosen-environment.ts";
import { failureOf } from "#hooks/failure.ts";
import { useTRPC } from "#hooks/trpc.tsx";
import { useAddress } from "#hooks/use-address.ts";
import { type HistoryChange, HistoryFilters, narrowing, nothing } from "./history-filters.tsx";
import { HistoryTable } from "./history-table.tsx";

/** While one runs its row ages; the shell reads the list again at every change. */
const LIST_MS = 10_000;
const comparedMax = 2;

const names = [...narrowing, "page"] as const;

function askedFor(values: Readonly<Record<(typeof names)[number], string>>, environment: string) {
  const { fleet, result, who, release, text, since, page } = values;
  const given = (value: string) => (value === "" ? undefined : value);
  return {
    fleetId: given(fleet),
    environment: given(environment),
    result: given(result),
    who: given(who),
    release: given(release),
    text: given(text),
    since: since === "" ? undefined : Date.parse(since),
    page: page === "" ? undefined : Number(page),
  };
}

/** Everything that was rolled in the chosen environment, newest first, narrowed to what the address says. */
export function HistoryPage() {
  const trpc = useTRPC();
  const { values, set } = useAddress(names);
  const { environment } = useChosenEnvironment();
  const asked = askedFor(values, environment);
  const parsed = SearchRollouts.safeParse(asked);
  // An address that somebody wrote by hand may ask for what there is not.
  const search = parsed.success ? parsed.data : SearchRollouts.parse({});
  const isNarrowed = narrowing.some((name) => values[name] !== "");
  /** A narrower list begins at its first page. */
  const narrow = (change: HistoryChange) => set({ page: "", ...change });
  const rollouts = useQuery(trpc.rollouts.search.queryOptions(search, { refetchInterval: LIST_MS, placeholderData: keepPreviousData }));
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const toggle = (rolloutId: string) =>
    setChosen((before) => (before.includes(rolloutId) ? before.filter((other) => other !== rolloutId) : [...before, rolloutId].slice(-comparedMax)));
  const [one, other] = chosen;
  return (
    <Page
      title="Rollouts"
      meta="Everything that was rolled, newest first."
      actions={
        one && other ? (
          <ButtonLink variant="primary" href={paths.compareRollouts(one, other)}>
            <GitCompareArrows aria-hidden />
            Compare the two
          </ButtonLink>
        ) : (
          <Button
            className="max-sm:hidden"
            disabledReason={one ? "Choose a second rollout to compare with." : "Choose two rollouts of the list first."}
          >
            <GitCompareArrows aria-hidden />
            Compare
          </Button>
        )
      }
    >
      <HistoryFilters search={search} isNarrowed={isNarrowed} onChange={narrow} />
      {parsed.success ? null : (
        <p role="alert" className="mb-3 rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">
          The address asks for something that cannot be searched for ({parsed.error.issues[0]?.path.join(".")}): all rollouts are shown.
        </p>
      )}
      {rollouts.isPending ? (
        <Card flush>
          <SkeletonRows rows={6} label="rollouts" />
        </Card>
      ) : null}
      {rollouts.error && !rollouts.data ? (
        <ErrorState title="The rollouts could not be read." failure={failureOf(rollouts.error)} onRetry={() => void rollouts.refetch()} />
      ) : null}
      {rollouts.data?.rows.length === 0 ? (
        <Empty isNarrowed={isNarrowed || search.page > 1} environment={environment} onClear={() => narrow(nothing)} />
      ) : null}
      {rollouts.data && rollouts.data.rows.length > 0 ? (
        <div className="space-y-3">
          <HistoryTable rollouts={rollouts.data.rows} chosen={chosen} onToggle={toggle} />
          <Pager
            page={search.page}
            perPage={rolloutsPerPage}
            total={rollouts.data.total}
            onPage={(page) => set({ page: page === 1 ? "" : String(page) })}
          />
        </div>
      ) : null}
    </Page>
  );
}

function Empty({ isNarrowed, environment, onClear }: { isNarrowed: boolean; environment: string; onClear: () => void }) {
  return (
    <Card>
      {isNarrowed ? (
        <EmptyState icon={<History />} title="No rollout fits." action={<Button onClick={onClear}>Show all rollouts</Button>}>
          Widen the filter, or clear it.
        </EmptyState>
      ) : (
        <EmptyState
          icon={<History />}
          title={environment === "" ? "Nothing has been rolled yet." : `Nothing has been rolled in ${environment} yet.`}
          action={
            <ButtonLink variant="primary" href={paths.home()}>
              Go to the fleets
            </ButtonLink>
          }
        >
          Open a fleet and start a rollout; it appears here with its result.
        </EmptyState>
      )}
    </Card>
  );
}
