"use client";

import { useQuery } from "@tanstack/react-query";
import { FilterBar } from "#components/ui/filter-bar.tsx";
import { FilterSelect } from "#components/ui/filter-select.tsx";
import { SearchInput } from "#components/ui/search-input.tsx";
import { results, type SearchRollouts } from "#domain/history/search.ts";
import { useTRPC } from "#hooks/trpc.tsx";
import { resultNames } from "./history-words.ts";

/** By what the history is narrowed, as its address names it. */
export const narrowing = ["text", "result", "fleet", "release", "who", "since"] as const;
export type HistoryChange = Readonly<Partial<Record<(typeof narrowing)[number], string>>>;
export const nothing: HistoryChange = Object.fromEntries(narrowing.map((name) => [name, ""]));

interface HistoryFiltersProps {
  readonly search: SearchRollouts;
  readonly isNarrowed: boolean;
  readonly onChange: (change: HistoryChange) => void;
}

/** What the history is narrowed to. */
export function HistoryFilters({ search, isNarrowed, onChange }: HistoryFiltersProps) {
  const trpc = useTRPC();
  const choices = useQuery(trpc.rollouts.choices.queryOptions(undefined, { staleTime: 30_000 })).data;
  const named = (values: readonly string[] = []) => values.map((value) => ({ value, label: value }));
  return (
    <FilterBar
      className="mb-3"
      isNarrowed={isNarrowed}
      onClear={() => onChange(nothing)}
      search={<SearchInput label="Text" placeholder="Find by name or outcome…" value={search.text ?? ""} onChange={(text) => onChange({ text })} />}
    >
      <FilterSelect
        label="Result"
        all="Any result"
        value={search.result ?? ""}
        options={results.map((value) => ({ value, label: resultNames[value] }))}
        onChange={(result) => onChange({ result })}
        className="sm:w-40"
      />
      <FilterSelect
        label="Fleet"
        all="All fleets"
        value={search.fleetId ?? ""}
        options={(choices?.fleets ?? []).map(({ fleetId, name }) => ({ value: fleetId, label: name }))}
        onChange={(fleet) => onChange({ fleet })}
        className="sm:w-40"
      />
      <FilterSelect
        label="Release"
        all="All releases"
        value={search.release ?? ""}
        options={named(choices?.releases)}
        onChange={(release) => onChange({ release })}
        className="sm:w-36"
      />
      <FilterSelect
        label="Started by"
        all="Anybody"
        value={search.who ?? ""}
        options={named(choices?.people)}
        onChange={(who) => onChange({ who })}
        className="sm:w-40"
      />
    </FilterBar>
  );
}
