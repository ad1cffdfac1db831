import { expect, test } from "vitest";
import type { CellState, MatrixCell } from "./instance-state.ts";
import { type Grouping, groupCells, usefulGroupings } from "./matrix-groups.ts";

const cell = (instanceId: string, change: Partial<MatrixCell> = {}): MatrixCell => ({
  instanceId,
  zone: "a",
  state: "old",
  release: "1.0",
  batch: null,
  since: null,
  note: null,
  ...change,
});
const cells = [
  cell("i0", { zone: "z10", batch: 10, state: "new", release: "1.1" }),
  cell("i1", { zone: "z2", batch: 2, state: "failed", release: null }),
  cell("i2", { zone: "z10" }),
  cell("i3", { zone: "z2", batch: 2, state: "draining" }),
];
const nameOf = (state: CellState) => (state === "old" ? "on 1.0" : state);
const grouped = (by: Grouping) =>
  groupCells(cells, by, nameOf).map(({ title, cells: within }) => `${title}: ${within.map((each) => each.instanceId)}`);

test.each<[Grouping, string[]]>([
  ["zone", ["Zone z2: i1,i3", "Zone z10: i0,i2"]],
  ["batch", ["Batch 2: i1,i3", "Batch 10: i0", "No batch yet: i2"]],
  ["release", ["1.0: i2,i3", "1.1: i0", "Nothing runs: i1"]],
  ["state", ["on 1.0: i2", "draining: i3", "new: i0", "failed: i1"]],
])("by %s, in an order a person expects, each group in the fleet's order", (by, expected) => {
  expect(grouped(by)).toEqual(expected);
});

test("a grouping that would make one group of everything is not offered", () => {
  expect(usefulGroupings([cell("i0"), cell("i1")])).toEqual(["zone"]);
  expect(usefulGroupings([cell("i0"), cell("i1", { state: "new" })])).toEqual(["zone", "state"]);
  expect(usefulGroupings([])).toEqual(["zone"]);
});
