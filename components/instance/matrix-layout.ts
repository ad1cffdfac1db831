/** Pure geometry of the instance matrix: groups one below the other, cells wrapped in rows, in CSS pixels. */

/** From roomy tiles with a name in them down to the smallest cell that can still be told apart. */
const cellSizes = [
  { width: 168, height: 48, gap: 6 },
  { width: 116, height: 48, gap: 6 },
  { width: 92, height: 44, gap: 6 },
  { width: 60, height: 36, gap: 5 },
  { width: 44, height: 28, gap: 4 },
  { width: 26, height: 26, gap: 4 },
  { width: 20, height: 20, gap: 3 },
  { width: 16, height: 16, gap: 2 },
  { width: 12, height: 12, gap: 2 },
  { width: 8, height: 8, gap: 1 },
  { width: 6, height: 6, gap: 1 },
  { width: 4, height: 4, gap: 1 },
] as const;
export type CellSize = (typeof cellSizes)[number];

const GROUP_GAP = 10;
/** Left of the cells: the group's name and its count. */
export const LABEL_WIDTH = 76;

export interface MatrixGroup {
  readonly label: string;
  readonly count: number;
}

export interface PlacedGroup extends MatrixGroup {
  /** Index of its first cell over the whole matrix. */
  readonly first: number;
  readonly top: number;
  readonly rows: number;
}

export interface MatrixLayout {
  readonly cell: CellSize;
  readonly left: number;
  readonly columns: number;
  readonly groups: readonly PlacedGroup[];
  readonly width: number;
  readonly height: number;
  readonly count: number;
}

/** The roomiest layout within the given room; null when not even the smallest cells fit: then bars are shown. */
export function layoutMatrix(groups: readonly MatrixGroup[], width: number, heightMax: number): MatrixLayout | null {
  const left = groups.length > 1 ? LABEL_WIDTH : 0;
  for (const cell of cellSizes) {
    const columns = Math.floor((width - left + cell.gap) / (cell.width + cell.gap));
    if (columns < 1) continue;
    const placed = place(groups, cell, columns);
    const last = placed.at(-1);
    const height = last ? last.top + heightOf(last.rows, cell) : 0;
    if (height > heightMax) continue;
    const widest = Math.max(0, ...groups.map((group) => Math.min(columns, group.count)));
    return { cell, left, columns: widest, groups: placed, width, height, count: groups.reduce((sum, group) => sum + group.count, 0) };
  }
  return null;
}

/** Top left corner of a cell; null when there is none of that index. */
export function positionOf(layout: MatrixLayout, index: number): { x: number; y: number } | null {
  const group = groupOf(layout, index);
  if (!group) return null;
  const { row, column } = within(layout, group, index);
  const { cell } = layout;
  return { x: layout.left + column * (cell.width + cell.gap), y: group.top + row * (cell.height + cell.gap) };
}

/** Index of the cell at a point. The gap after a cell belongs to it, so that no pixel between cells is dead. */
export function hitTest(layout: MatrixLayout, x: number, y: number): number | null {
  const { cell } = layout;
  const column = Math.floor((x - layout.left) / (cell.width + cell.gap));
  if (column < 0 || column >= layout.columns) return null;
  for (const group of layout.groups) {
    const row = Math.floor((y - group.top) / (cell.height + cell.gap));
    if (row < 0 || row >= group.rows) continue;
    const offset = row * layout.columns + column;
    return offset < group.count ? group.first + offset : null;
  }
  return null;
}

export type MatrixKey = "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown" | "Home" | "End" | "PageUp" | "PageDown";
const matrixKeys: ReadonlySet<string> = new Set<MatrixKey>(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown"]);

export function isMatrixKey(key: string): key is MatrixKey {
  return matrixKeys.has(key);
}

/** Where a key takes the focus: arrows by cell and row, Home and End within the row, PageUp and PageDown by group. */
export function moveFocus(layout: MatrixLayout, index: number, key: MatrixKey): number {
  const group = groupOf(layout, index);
  if (!group) return 0;
  const { row, column } = within(layout, group, index);
  const rowStart = group.first + row * layout.columns;
  const rowEnd = Math.min(rowStart + layout.columns, group.first + group.count) - 1;
  switch (key) {
    case "ArrowLeft":
      return Math.max(0, index - 1);
    case "ArrowRight":
      return Math.min(layout.count - 1, index + 1);
    case "Home":
      return rowStart;
    case "End":
      return rowEnd;
    case "ArrowUp":
      return row > 0 ? index - layout.columns : cellInRow(layout, before(layout, group), "last", column, index);
    case "ArrowDown":
      return row < group.rows - 1
        ? Math.min(index + layout.columns, group.first + group.count - 1)
        : cellInRow(layout, after(layout, group), "first", column, index);
    case "PageUp":
      return before(layout, group)?.first ?? 0;
    case "PageDown":
      return after(layout, group)?.first ?? layout.count - 1;
  }
}

/** Row and column over the whole matrix, from 1, as a grid's cells are numbered for assistive technology. */
export function gridPosition(layout: MatrixLayout, index: number): { row: number; column: number; rows: number } {
  const rows = layout.groups.reduce((sum, group) => sum + group.rows, 0);
  let above = 0;
  for (const group of layout.groups) {
    if (index < group.first + group.count) {
      const { row, column } = within(layout, group, index);
      return { row: above + row + 1, column: column + 1, rows };
    }
    above += group.rows;
  }
  return { row: 1, column: 1, rows };
}

function place(groups: readonly MatrixGroup[], cell: CellSize, columns: number): PlacedGroup[] {
  const widest = Math.max(1, ...groups.map((group) => Math.min(columns, group.count)));
  let first = 0;
  let top = 0;
  return groups.map((group) => {
    const rows = Math.ceil(group.count / widest);
    const placed = { ...group, first, top, rows };
    first += group.count;
    top += heightOf(rows, cell) + GROUP_GAP;
    return placed;
  });
}

function heightOf(rows: number, cell: CellSize): number {
  return rows * (cell.height + cell.gap) - cell.gap;
}

function groupOf(layout: MatrixLayout, index: number): PlacedGroup | null {
  return layout.groups.find((group) => index >= group.first && index < group.first + group.count) ?? null;
}

function within(layout: MatrixLayout, group: PlacedGroup, index: number): { row: number; column: number } {
  const offset = index - group.first;
  return { row: Math.floor(offset / layout.columns), column: offset % layout.columns };
}

function before(layout: MatrixLayout, group: PlacedGroup): PlacedGroup | undefined {
  return layout.groups[layout.groups.indexOf(group) - 1];
}

function after(layout: MatrixLayout, group: PlacedGroup): PlacedGroup | undefined {
  return layout.groups[layout.groups.indexOf(group) + 1];
}

function cellInRow(layout: MatrixLayout, group: PlacedGroup | undefined, which: "first" | "last", column: number, stay: number): number {
  if (!group) return stay;
  const row = which === "first" ? 0 : group.rows - 1;
  return Math.min(group.first + row * layout.columns + column, group.first + group.count - 1);
}
