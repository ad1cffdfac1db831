"use client";

import { FilterBar } from "#components/ui/filter-bar.tsx";
import { FilterSelect } from "#components/ui/filter-select.tsx";
import { SearchInput } from "#components/ui/search-input.tsx";
import { type FleetFilter, fleetStateNames, fleetStates, parseFleetState } from "./fleet-filter.ts";

interface FleetFilterBarProps {
  readonly filter: FleetFilter;
  readonly environments: readonly string[];
  readonly onChange: (change: Partial<FleetFilter>) => void;
}

/** What the fleets are narrowed to. */
export function FleetFilterBar({ filter, environments, onChange }: FleetFilterBarProps) {
  return (
    <FilterBar
      isNarrowed={filter.text !== "" || filter.environment !== "" || filter.state !== ""}
      onClear={() => onChange({ text: "", environment: "", state: "" })}
      search={
        <SearchInput
          label="Filter fleets by name, service or release"
          placeholder="Name, service or release…"
          value={filter.text}
          onChange={(text) => onChange({ text })}
        />
      }
    >
      <FilterSelect
        label="State"
        all="Any state"
        value={filter.state}
        onChange={(state) => onChange({ state: parseFleetState(state) })}
        options={fleetStates.map((state) => ({ value: state, label: fleetStateNames[state] }))}
        className="sm:w-40"
      />
      {environments.length > 1 ? (
        <FilterSelect
          label="Environment"
          all="All environments"
          value={filter.environment}
          onChange={(environment) => onChange({ environment })}
          options={environments.map((name) => ({ value: name, label: name }))}
          className="sm:w-44"
        />
      ) : null}
    </FilterBar>
  );
}
