import { type Packed, packRows, unpackRows } from "./pack.ts";
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

/** A rollout as the socket carries it. */
export type PackedRollout = Omit<Rollout, "updates"> & { readonly updates: Packed };

export function packRollout(rollout: Rollout): PackedRollout {
  return { ...rollout, updates: packTable(rollout.updates).rows };
}

export function unpackRollout(packed: PackedRollout): Rollout {
  return reviveRollout({ ...packed, updates: unpackRows<InstanceUpdate>(packed.updates) });
}

/** A table in the answer of a call: its names, and its rows as columns. A type, not an interface: the serialiser takes plain JSON. */
type PackedTable = { names: string[]; rows: Packed };

/** How a table crosses a wire that knows only JSON: both ends register this with their serialiser. */
export const tableTransform = {
  isApplicable: (value: unknown): value is Table<object> => value instanceof Table,
  serialize: packTable,
  deserialize: ({ names, rows }: PackedTable): Table<object> => {
    const values = unpackRows(rows);
    return Table.from(names.map((name, index) => [name, values[index] ?? {}]));
  },
};

/** A table is never changed in place: many who ask for it are given what was packed for the first. */
const packedTables = new WeakMap<Table<object>, PackedTable>();

function packTable(table: Table<object>): PackedTable {
  const known = packedTables.get(table);
  if (known) return known;
  const packed = { names: table.keys(), rows: packRows(table.values()) };
  packedTables.set(table, packed);
  return packed;
}
