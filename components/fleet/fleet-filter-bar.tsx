"use client";

import { FilterBar } from "#components/ui/filter-bar.tsx";
import { FilterSelect } from "#components/ui/filter-select.tsx";
import { SearchInput } from "#components/ui/search-input.tsx";
import { type FleetFilter, fleetStateNames, fleetStates, parseFleetState } from "./fleet-filter.ts";

interface FleetFilterBarProps {
  readonly filter: FleetFilter;
  readonly onChange: (change: Partial<FleetFilter>) => void;
}

/** What the fleets are narrowed to. */
export function FleetFilterBar({ filter, onChange }: FleetFilterBarProps) {
  return (
    <FilterBar
      isNarrowed={filter.text !== "" || filter.state !== ""}
      onClear={() => onChange({ text: "", state: "" })}
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
    </FilterBar>
  );
}
