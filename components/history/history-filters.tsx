"use client";

import { useQuery } from "@tanstack/react-query";
import { SlidersHorizontal } from "lucide-react";
import { useEffect, useId, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { cn } from "#components/ui/cn.ts";
import { FilterSelect } from "#components/ui/filter-select.tsx";
import { Input } from "#components/ui/input.tsx";
import { results, type SearchRollouts } from "#domain/history/search.ts";
import { useTRPC } from "#hooks/trpc.tsx";
import type { AddressChange } from "#hooks/use-address.ts";
import { resultNames } from "./history-words.ts";

interface HistoryFiltersProps {
  readonly search: SearchRollouts;
  readonly isNarrowed: boolean;
  readonly onChange: (change: AddressChange) => void;
}

/** While one types the list is asked for again only this often. */
const TYPING_MS = 300;

/** What the history is narrowed to. */
export function HistoryFilters({ search, isNarrowed, onChange }: HistoryFiltersProps) {
  const trpc = useTRPC();
  const choices = useQuery(trpc.rollouts.choices.queryOptions(undefined, { staleTime: 30_000 })).data;
  const filtersId = useId();
  const [open, setOpen] = useState(false);
  const named = (values: readonly string[] = []) => values.map((value) => ({ value, label: value }));
  return (
    <search className="mb-3 flex flex-wrap items-center gap-2">
      <TextFilter text={search.text ?? ""} onChange={(text) => onChange({ text })} />
      <Button className="sm:hidden" aria-expanded={open} aria-controls={filtersId} onClick={() => setOpen(!open)}>
        <SlidersHorizontal aria-hidden />
        Filter
      </Button>
      <div id={filtersId} className={cn("grid basis-full grid-cols-2 gap-2 sm:contents", !open && "max-sm:hidden")}>
        <FilterSelect
          label="Result"
          all="Any result"
          value={search.result}
          options={results.map((value) => ({ value, label: resultNames[value] }))}
          onChange={(result) => onChange({ result })}
          className="sm:w-40"
        />
        <FilterSelect
          label="Fleet"
          all="All fleets"
          value={search.fleetId}
          options={(choices?.fleets ?? []).map(({ fleetId, name }) => ({ value: fleetId, label: name }))}
          onChange={(fleet) => onChange({ fleet })}
          className="sm:w-40"
        />
        <FilterSelect
          label="Environment"
          all="All environments"
          value={search.environment}
          options={named(choices?.environments)}
          onChange={(environment) => onChange({ environment })}
          className="sm:w-44"
        />
        <FilterSelect
          label="Release"
          all="All releases"
          value={search.release}
          options={named(choices?.releases)}
          onChange={(release) => onChange({ release })}
          className="sm:w-36"
        />
        <FilterSelect
          label="Started by"
          all="Anybody"
          value={search.who}
          options={named(choices?.people)}
          onChange={(who) => onChange({ who })}
          className="sm:w-40"
        />
      </div>
      {isNarrowed ? (
        <Button variant="ghost" onClick={() => onChange(nothing)}>
          Clear
        </Button>
      ) : null}
    </search>
  );
}

export const nothing: AddressChange = { text: null, result: null, fleet: null, environment: null, release: null, who: null, since: null };

function TextFilter({ text, onChange }: { text: string; onChange: (text: string) => void }) {
  const [typed, setTyped] = useState(text);
  const [before, setBefore] = useState(text);
  if (before !== text) {
    // The address changed from outside: a link, or the button that clears.
    setBefore(text);
    setTyped(text);
  }
  useEffect(() => {
    if (typed === text) return;
    const timer = setTimeout(() => onChange(typed), TYPING_MS);
    return () => clearTimeout(timer);
  });
  return (
    <div className="flex-1 sm:w-52 sm:flex-none">
      <Input
        type="search"
        aria-label="Text"
        placeholder="Find by name or outcome…"
        maxLength={100}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
    </div>
  );
}
