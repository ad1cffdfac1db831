import { listAttention } from "#domain/attention.ts";
import type { FleetSummary } from "#domain/live.ts";

export const fleetStates = ["attention", "rolling", "steady"] as const;
export type FleetState = (typeof fleetStates)[number];

export const fleetStateNames: Readonly<Record<FleetState, string>> = {
  attention: "Needs a person",
  rolling: "Rolling out",
  steady: "Steady",
};

export interface FleetFilter {
  /** Every word is looked for in the fleet's name, its service and its releases. */
  readonly text: string;
  readonly state: FleetState | "";
}

export function filterFleets(fleets: readonly FleetSummary[], { text, state }: FleetFilter): FleetSummary[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return fleets.filter((fleet) => {
    if (state !== "" && !isIn(fleet, state)) return false;
    const said = [fleet.name, fleet.service, ...fleet.releases.map(({ name }) => name)].join(" ").toLowerCase();
    return words.every((word) => said.includes(word));
  });
}

function isIn(fleet: FleetSummary, state: FleetState): boolean {
  const needsPerson = listAttention([fleet]).length > 0;
  switch (state) {
    case "attention":
      return needsPerson;
    case "rolling":
      return fleet.activeRollout !== null;
    case "steady":
      return fleet.activeRollout === null && !needsPerson;
  }
}

/** In the order they have, but for those that stand first. */
export function favouritesFirst(fleets: readonly FleetSummary[], favourites: ReadonlySet<string>): FleetSummary[] {
  return [...fleets].sort((a, b) => Number(favourites.has(b.fleetId)) - Number(favourites.has(a.fleetId)));
}

/** What the address says, as far as it is a state. */
export function parseFleetState(value: string): FleetState | "" {
  return fleetStates.find((state) => state === value) ?? "";
}
