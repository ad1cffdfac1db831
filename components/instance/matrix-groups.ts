import { type CellState, cellStates, type MatrixCell } from "./instance-state.ts";

export const groupings = ["zone", "batch", "release", "state"] as const;
export type Grouping = (typeof groupings)[number];

export const groupingNames: Readonly<Record<Grouping, string>> = { zone: "Zone", batch: "Batch", release: "Release", state: "State" };

/** Cells that stand together: a block of the matrix, a bar on a phone. */
export interface CellGroup {
  readonly key: string;
  readonly title: string;
  readonly cells: readonly MatrixCell[];
}

interface Sorting {
  readonly keyOf: (cell: MatrixCell) => string;
  readonly titleOf: (key: string, nameOf: (state: CellState) => string) => string;
  readonly compare: (a: string, b: string) => number;
}

const byName = (a: string, b: string) => a.localeCompare(b, "en", { numeric: true });
/** What has none yet, or nothing, comes last. */
const namelessLast = (a: string, b: string) => Number(a === "") - Number(b === "") || byName(a, b);

const sortings: Readonly<Record<Grouping, Sorting>> = {
  zone: { keyOf: ({ zone }) => zone, titleOf: (key) => `Zone ${key}`, compare: byName },
  batch: {
    keyOf: ({ batch }) => (batch === null ? "" : String(batch)),
    titleOf: (key) => (key === "" ? "No batch yet" : `Batch ${key}`),
    compare: namelessLast,
  },
  release: { keyOf: ({ release }) => release ?? "", titleOf: (key) => (key === "" ? "Nothing runs" : key), compare: namelessLast },
  state: {
    keyOf: ({ state }) => state,
    titleOf: (key, nameOf) => nameOf(key as CellState),
    compare: (a, b) => cellStates.indexOf(a as CellState) - cellStates.indexOf(b as CellState),
  },
};

/** Within a group the cells keep the fleet's order. `nameOf` says what the legend says. */
export function groupCells(cells: readonly MatrixCell[], by: Grouping, nameOf: (state: CellState) => string): CellGroup[] {
  const { keyOf, titleOf, compare } = sortings[by];
  const byKey = new Map<string, MatrixCell[]>();
  for (const cell of cells) {
    const key = keyOf(cell);
    const group = byKey.get(key);
    if (group) group.push(cell);
    else byKey.set(key, [cell]);
  }
  return [...byKey].sort(([a], [b]) => compare(a, b)).map(([key, inGroup]) => ({ key, title: titleOf(key, nameOf), cells: inGroup }));
}

/** Groupings that tell something apart; "Zone" of a fleet in one zone does not. */
export function usefulGroupings(cells: readonly MatrixCell[]): Grouping[] {
  return groupings.filter((by) => {
    if (by === "zone") return true;
    const { keyOf } = sortings[by];
    const first = cells[0];
    return first !== undefined && cells.some((cell) => keyOf(cell) !== keyOf(first));
  });
}
