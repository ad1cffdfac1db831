"use client";

import { Button } from "#components/ui/button.tsx";
import { FilterSelect } from "#components/ui/filter-select.tsx";
import { SearchInput } from "#components/ui/search-input.tsx";
import { type FleetFilter, fleetStateNames, fleetStates, parseFleetState } from "./fleet-filter.ts";

interface FleetFilterBarProps {
  readonly filter: FleetFilter;
  readonly environments: readonly string[];
  readonly onChange: (change: Partial<FleetFilter>) => void;
}

export function FleetFilterBar({ filter, environments, onChange }: FleetFilterBarProps) {
  const isSet = filter.text !== "" || filter.environment !== "" || filter.state !== "";
  return (
    <search className="flex flex-wrap items-center gap-2">
      <div className="w-full sm:w-64">
        <SearchInput
          label="Filter fleets by name, service or release"
          placeholder="Name, service or release…"
          value={filter.text}
          onChange={(text) => onChange({ text })}
        />
      </div>
      <div className="min-w-36 flex-1 sm:flex-none">
        <FilterSelect
          label="State"
          all="Any state"
          value={filter.state}
          onChange={(state) => onChange({ state: parseFleetState(state) })}
          options={fleetStates.map((state) => ({ value: state, label: fleetStateNames[state] }))}
        />
      </div>
      {environments.length > 1 ? (
        <div className="min-w-36 flex-1 sm:flex-none">
          <FilterSelect
            label="Environment"
            all="All environments"
            value={filter.environment}
            onChange={(environment) => onChange({ environment })}
            options={environments.map((name) => ({ value: name, label: name }))}
          />
        </div>
      ) : null}
      {isSet ? (
        <Button variant="ghost" onClick={() => onChange({ text: "", environment: "", state: "" })}>
          Clear
        </Button>
      ) : null}
    </search>
  );
}
