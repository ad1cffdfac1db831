import type { MatrixLayout, PlacedGroup } from "./matrix-layout.ts";

/** How keys lead through the matrix, and how its cells are numbered. */

const matrixKeys = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown"] as const;
export type MatrixKey = (typeof matrixKeys)[number];

export function isMatrixKey(key: string): key is MatrixKey {
  return (matrixKeys as readonly string[]).includes(key);
}

/** Where a key takes the focus: arrows by cell and row, Home and End within the row, PageUp and PageDown by group. */
export function moveFocus(layout: MatrixLayout, index: number, key: MatrixKey): number {
  const group = groupOf(layout, index);
  if (!group) return 0;
  const { row, column } = within(group, index);
  const rowStart = group.first + row * group.columns;
  switch (key) {
    case "ArrowLeft":
      return Math.max(0, index - 1);
    case "ArrowRight":
      return Math.min(layout.count - 1, index + 1);
    case "Home":
      return rowStart;
    case "End":
      return Math.min(rowStart + group.columns, group.first + group.count) - 1;
    case "ArrowUp":
      return row > 0 ? index - group.columns : cellInRow(neighbour(layout, group, -1), "last", column, index);
    case "ArrowDown":
      return row < group.rows - 1
        ? Math.min(index + group.columns, group.first + group.count - 1)
        : cellInRow(neighbour(layout, group, 1), "first", column, index);
    case "PageUp":
      return neighbour(layout, group, -1)?.first ?? 0;
    case "PageDown":
      return neighbour(layout, group, 1)?.first ?? layout.count - 1;
  }
}

/** Row and column over the whole matrix, from 1, as a grid's cells are numbered for assistive technology. */
export function gridPosition(layout: MatrixLayout, index: number): { row: number; column: number; rows: number; columns: number } {
  const rows = layout.groups.reduce((sum, group) => sum + group.rows, 0);
  const columns = Math.max(1, ...layout.groups.map((group) => group.columns));
  let above = 0;
  for (const group of layout.groups) {
    if (index < group.first + group.count) {
      const { row, column } = within(group, index);
      return { row: above + row + 1, column: column + 1, rows, columns };
    }
    above += group.rows;
  }
  return { row: 1, column: 1, rows, columns };
}

function groupOf(layout: MatrixLayout, index: number): PlacedGroup | null {
  return layout.groups.find((group) => index >= group.first && index < group.first + group.count) ?? null;
}

function within(group: PlacedGroup, index: number): { row: number; column: number } {
  const offset = index - group.first;
  return { row: Math.floor(offset / group.columns), column: offset % group.columns };
}

function neighbour(layout: MatrixLayout, group: PlacedGroup, step: 1 | -1): PlacedGroup | undefined {
  return layout.groups[layout.groups.indexOf(group) + step];
}

function cellInRow(group: PlacedGroup | undefined, which: "first" | "last", column: number, stay: number): number {
  if (!group) return stay;
  const row = which === "first" ? 0 : group.rows - 1;
  return Math.min(group.first + row * group.columns + column, group.first + group.count - 1);
}
