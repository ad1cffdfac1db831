import type { InstanceUpdate, Rollout } from "./rollout.ts";
import { Table } from "./table.ts";

/** A rollout as JSON holds it: a list of updates, which keeps their order where an object's keys would be sorted anew. */
export type StoredRollout = Omit<Rollout, "updates"> & { readonly updates: readonly InstanceUpdate[] };

export function toStored(rollout: Rollout): StoredRollout {
  return { ...rollout, updates: rollout.updates.values() };
}

export function reviveRollout(stored: StoredRollout): Rollout {
  return { ...stored, updates: Table.from(stored.updates.map((update) => [update.instanceId, update])) };
}

type Json = string | number | boolean | null | undefined | Json[] | { [key: string]: Json };

/** How a table crosses a wire that knows only JSON: both ends register this with their serialiser. */
export const tableTransform = {
  isApplicable: (value: unknown): value is Table<Json> => value instanceof Table,
  serialize: (table: Table<Json>): [string, Json][] => table.entries(),
  deserialize: (entries: [string, Json][]): Table<Json> => Table.from(entries),
};
