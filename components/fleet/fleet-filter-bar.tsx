"use client";

import { Search } from "lucide-react";
import { Button } from "#components/ui/button.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { type FleetFilter, type FleetState, fleetStateNames, fleetStates } from "./fleet-filter.ts";

interface FleetFilterBarProps {
  readonly filter: FleetFilter;
  readonly environments: readonly string[];
  readonly onChange: (change: Partial<FleetFilter>) => void;
}

const every = "every";

export function FleetFilterBar({ filter, environments, onChange }: FleetFilterBarProps) {
  const isSet = filter.text !== "" || filter.environment !== "" || filter.state !== "";
  return (
    <search className="flex flex-wrap items-center gap-2">
      <div className="relative w-full sm:w-64">
        <Search aria-hidden className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-ink-faint" />
        <Input
          data-filter
          type="search"
          aria-label="Filter fleets by name, service or release"
          placeholder="Name, service or release"
          className="pl-8.5"
          value={filter.text}
          onChange={(event) => onChange({ text: event.target.value })}
        />
      </div>
      <div className="min-w-36 flex-1 sm:flex-none">
        <Select<FleetState | typeof every>
          aria-label="State"
          value={filter.state || every}
          onValueChange={(state) => onChange({ state: state === every ? "" : state })}
          options={[{ value: every, label: "Every state" }, ...fleetStates.map((state) => ({ value: state, label: fleetStateNames[state] }))]}
        />
      </div>
      {environments.length > 1 ? (
        <div className="min-w-36 flex-1 sm:flex-none">
          <Select
            aria-label="Environment"
            value={filter.environment || every}
            onValueChange={(environment) => onChange({ environment: environment === every ? "" : environment })}
            options={[{ value: every, label: "Every environment" }, ...environments.map((name) => ({ value: name, label: name }))]}
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
