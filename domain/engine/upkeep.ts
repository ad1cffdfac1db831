import type { Fleet } from "../fleet.ts";
import type { Effect } from "./effect.ts";
import type { Observation } from "./observation.ts";

export interface UpkeepInput {
  readonly fleet: Fleet;
  /** The release that each instance should run. */
  readonly assigned: Readonly<Record<string, string>>;
  readonly observation: Observation;
  /** Instances a rollout is working on or has set aside: hands off. */
  readonly busy: ReadonlySet<string>;
}

/** Keeps a fleet whole between and beside rollouts: starts what is missing, puts back into rotation what is ready. */
export function fleetUpkeep({ fleet, assigned, observation, busy }: UpkeepInput): Effect[] {
  if (observation.driver !== null || observation.balancer !== null) return [];
  return fleet.instances.flatMap(({ id }): Effect[] => {
    const seen = observation.instances[id];
    const releaseId = assigned[id];
    if (busy.has(id) || seen === undefined || releaseId === undefined) return [];
    const key = `upkeep/${fleet.fleetId}/${id}/${releaseId}`;
    if (seen.unit === null) return [{ type: "instance.replace", instanceId: id, key, releaseId }];
    return seen.ready && seen.rotation === "out" ? [{ type: "instance.restore", instanceId: id, key }] : [];
  });
}
