import type { InstanceObservation, Observation } from "#domain/engine/observation.ts";
import { toReleaseSamples } from "#domain/evidence/gather.ts";
import type { Fleet } from "#domain/fleet.ts";
import type { FleetLive } from "#domain/live.ts";
import type { FleetTick, MetricEvidence } from "#domain/metric.ts";
import { unreachableText } from "./observe.ts";

const tickMs = 1_000;
/** An older second is not "now" any more. */
const newestMsMax = 5_000;

export interface LiveInput {
  readonly fleet: Fleet;
  readonly at: number;
  readonly observation: Observation;
  /** Why the engine itself holds the fleet, in words. */
  readonly trouble: string | null;
  readonly tick: FleetTick | null;
  readonly evidence: Readonly<Record<string, MetricEvidence>>;
}

/** In the fleet's order; behind them what has left the fleet and is still there. */
function membersFirst(fleet: Fleet, { instances }: Observation): InstanceObservation[] {
  const members = fleet.instances.flatMap(({ id }) => instances.get(id) ?? []);
  if (instances.size <= members.length) return members;
  const ids = new Set(fleet.instances.map(({ id }) => id));
  return [...members, ...instances.values().filter(({ instanceId }) => !ids.has(instanceId))];
}

/** What everyone who watches a fleet gets once a second. */
export function toLive({ fleet, at, observation, trouble, tick, evidence }: LiveInput): FleetLive {
  return {
    fleetId: fleet.fleetId,
    at,
    unreachable: trouble ?? unreachableText(observation),
    instances: membersFirst(fleet, observation),
    samples: tick && at - tick.at <= newestMsMax ? toReleaseSamples([tick], { at: tick.at, widthMs: tickMs }) : [],
    evidence: Object.values(evidence),
  };
}
