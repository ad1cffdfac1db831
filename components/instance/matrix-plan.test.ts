import { expect, test } from "vitest";
import type { CellState, MatrixCell } from "./instance-state.ts";
import { layoutMatrix, type MatrixLayout } from "./matrix-layout.ts";
import { DIMMED, dirtyCells, encodeCells, type Scene, visibleCells } from "./matrix-plan.ts";

const cell = (index: number, state: CellState = "old", release = "1.0"): MatrixCell => ({
  instanceId: `i${index}`,
  zone: "a",
  state,
  release,
  batch: null,
  since: null,
  note: null,
});
const fleet = (size: number, changed: Readonly<Record<number, CellState>> = {}) =>
  Array.from({ length: size }, (_, index) => cell(index, changed[index]));
const layoutOf = (count: number, step: number) => layoutMatrix([{ label: "a", count }], 1_000, { heightMax: 400, step });
const sceneOf = (layout: MatrixLayout, cells: readonly MatrixCell[], change: Partial<Scene> = {}): Scene => ({
  layout,
  cells,
  codes: encodeCells(cells, () => true),
  top: 0,
  height: 400,
  ...change,
});
const tiny = layoutOf(10_000, 10);
const tiles = layoutOf(12, 1);

test("a code says the state, and whether the filter leaves the cell out", () => {
  const codes = encodeCells([cell(0), cell(1, "failed"), cell(2)], ({ state }) => state === "failed");
  expect([...codes].map((code) => (code & DIMMED) !== 0)).toEqual([true, false, true]);
  expect(codes[0]).toBe(codes[2]);
});

test("200 changes among 10,000 are 200 cells to paint", () => {
  const changes = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [index * 13, "draining" as const]));
  const dirty = dirtyCells(sceneOf(tiny, fleet(10_000)), sceneOf(tiny, fleet(10_000, changes)));
  expect(dirty).toHaveLength(200);
  expect(dirty?.[1]).toBe(13);
});

test.each<[string, Partial<Scene>]>([
  ["another layout", { layout: layoutOf(10_000, 9) }],
  ["another part on the screen", { top: 40 }],
  ["another height", { height: 200 }],
])("%s is painted whole", (_name, change) => {
  const before = sceneOf(tiny, fleet(10_000));
  expect(dirtyCells(before, { ...before, ...change })).toBeNull();
});

test("most of the fleet at once is painted whole", () => {
  const all = fleet(10_000).map((each) => ({ ...each, state: "new" as const }));
  expect(dirtyCells(sceneOf(tiny, fleet(10_000)), sceneOf(tiny, all))).toBeNull();
});

test("tiles are painted again when the words of one change, small cells are not", () => {
  const renamed = fleet(12).map((each, index) => (index === 3 ? { ...each, release: "1.1" } : each));
  expect(dirtyCells(sceneOf(tiles, fleet(12)), sceneOf(tiles, renamed))).toBeNull();
  expect(dirtyCells(sceneOf(tiles, fleet(12)), sceneOf(tiles, fleet(12)))).toEqual([]);
  const small = layoutOf(12, 9);
  expect(dirtyCells(sceneOf(small, fleet(12)), sceneOf(small, renamed))).toEqual([]);
});

test("what is scrolled away is not painted", () => {
  const layout = layoutOf(10_000, 6);
  const before = sceneOf(layout, fleet(10_000), { top: 500, height: 100 });
  const after = sceneOf(layout, fleet(10_000, { 0: "failed", 9999: "failed" }), { top: 500, height: 100 });
  expect(dirtyCells(before, after)).toEqual([]);
  const rows = visibleCells(before).map((index) => layout.ys[index] ?? -1);
  expect(Math.min(...rows)).toBeGreaterThan(500 - 2 * layout.cell.height);
  expect(Math.max(...rows)).toBeLessThanOrEqual(600);
});

test("a layout that fits is on the screen as a whole", () => {
  const cells = fleet(10_000);
  expect(visibleCells(sceneOf(tiny, cells, { height: tiny.height }))).toEqual(cells.map((_, index) => index));
});
