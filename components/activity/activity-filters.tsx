"use client";

import { useQuery } from "@tanstack/react-query";
import { FilterBar } from "#components/ui/filter-bar.tsx";
import { FilterSelect } from "#components/ui/filter-select.tsx";
import { Input } from "#components/ui/input.tsx";
import { SearchInput } from "#components/ui/search-input.tsx";
import { activityNames } from "#domain/activity.ts";
import { useTRPC } from "#hooks/trpc.tsx";
import { dayToInstant, describeAction, instantToDay } from "./activity-words.ts";

export type ActivityValues = Readonly<Record<(typeof activityNames)[number], string>>;
export type ActivityChange = Partial<ActivityValues>;
export const nothing: ActivityChange = Object.fromEntries(activityNames.map((name) => [name, ""]));

const outcomes = [
  { value: "done", label: "Done" },
  { value: "refused", label: "Refused" },
];

interface ActivityFiltersProps {
  readonly values: ActivityValues;
  readonly isNarrowed: boolean;
  readonly onChange: (change: ActivityChange) => void;
}

/** What the activity is narrowed to. */
export function ActivityFilters({ values, isNarrowed, onChange }: ActivityFiltersProps) {
  const trpc = useTRPC();
  const choices = useQuery(trpc.activity.choices.queryOptions(undefined, { staleTime: 30_000 })).data;
  return (
    <FilterBar
      className="mb-3"
      isNarrowed={isNarrowed}
      onClear={() => onChange(nothing)}
      search={<SearchInput label="Target" placeholder="Find by target…" value={values.target} onChange={(target) => onChange({ target })} />}
    >
      <FilterSelect
        label="Who"
        all="Anybody"
        value={values.who}
        options={(choices?.people ?? []).map((value) => ({ value, label: value }))}
        onChange={(who) => onChange({ who })}
        className="sm:w-40"
      />
      <FilterSelect
        label="Action"
        all="Any action"
        value={values.action}
        options={(choices?.actions ?? []).map((value) => ({ value, label: describeAction(value, {}) }))}
        onChange={(action) => onChange({ action })}
        className="sm:w-52"
      />
      <FilterSelect
        label="Outcome"
        all="Any outcome"
        value={values.outcome}
        options={outcomes}
        onChange={(outcome) => onChange({ outcome })}
        className="sm:w-36"
      />
      <span className="col-span-2 flex items-center gap-2 text-ink-soft text-sm">
        <Input
          type="date"
          aria-label="First day"
          value={instantToDay(values.since)}
          onChange={(event) => onChange({ since: dayToInstant(event.target.value) })}
          className="sm:w-36"
        />
        to
        <Input
          type="date"
          aria-label="Last day"
          value={instantToDay(values.until, -1)}
          onChange={(event) => onChange({ until: dayToInstant(event.target.value, 1) })}
          className="sm:w-36"
        />
      </span>
    </FilterBar>
  );
}
