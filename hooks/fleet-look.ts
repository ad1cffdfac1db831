import type { InstanceObservation } from "#domain/engine/observation.ts";
import type { FleetLive, FleetNews } from "#domain/live.ts";
import { unpackInstances } from "#domain/pack-instances.ts";
import { Table } from "#domain/table.ts";

/** A fleet as this browser knows it. */
export interface FleetLook {
  readonly live: FleetLive;
  /** The same instances by name; what was not told again is the same object, and so are chunks in which nothing changed. */
  readonly seen: Table<InstanceObservation>;
  /** Of the last message that was taken in. */
  readonly number: number;
}

/** Takes a message in. Null when it does not follow what is known: ask for a whole look. */
export function takeNews(before: FleetLook | null, { number, whole, instances, ...live }: FleetNews): FleetLook | null {
  const told = unpackInstances(instances);
  if (whole) {
    // A whole look that crossed a newer message on its way is no newer than what is known.
    if (before && number < before.number && live.at <= before.live.at) return before;
    return toLook(Table.from(told.map((each) => [each.instanceId, each])), live, number);
  }
  if (!before || number !== before.number + 1) return null;
  return toLook(
    told.reduce((table, each) => table.set(each.instanceId, each), before.seen),
    live,
    number,
  );
}

function toLook(seen: Table<InstanceObservation>, live: Omit<FleetLive, "instances">, number: number): FleetLook {
  return { live: { ...live, instances: seen.values() }, seen, number };
}
