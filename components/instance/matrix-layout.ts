/** Pure geometry of the instance matrix: groups below or beside each other, cells wrapped in rows, in CSS pixels. */

interface SizeStep {
  readonly width: number;
  readonly height: number;
  readonly gap: number;
}

/** From roomy tiles with a name in them down to the smallest cell that can still be told apart. */
export const cellSizes: readonly SizeStep[] = [
  { width: 168, height: 52, gap: 8 },
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
  { width: 5, height: 5, gap: 1 },
  { width: 4, height: 4, gap: 1 },
];

/** From this width on a cell is a tile with the instance's name in it, and stretches to fill its row. */
export const TILE_WIDTH_MIN = 92;
const TILE_WIDTH_MAX = 300;
const GROUP_GAP = 10;
const SECTION_GAP = 20;
/** Zones of a small fleet stand side by side; more than these would be thin columns. */
const SECTIONS_MAX = 4;
/** Left of the cells, or above them where groups stand side by side: the group's name and its count. */
export const LABEL_WIDTH = 88;
const LABEL_HEIGHT = 24;
const LABEL_LINES_HEIGHT = 34;

export interface MatrixGroup {
  readonly label: string;
  readonly count: number;
}

export interface PlacedGroup extends MatrixGroup {
  /** Index of its first cell over the whole matrix. */
  readonly first: number;
  readonly left: number;
  readonly top: number;
  readonly columns: number;
  readonly rows: number;
}

export interface MatrixLayout {
  /** Index in `cellSizes`: zooming steps from it. */
  readonly step: number;
  readonly cell: SizeStep;
  readonly labels: "none" | "left" | "above";
  readonly groups: readonly PlacedGroup[];
  readonly width: number;
  readonly height: number;
  readonly count: number;
  /** Top left corner of each cell, by its index. */
  readonly xs: Int32Array;
  readonly ys: Int32Array;
}

/** The roomiest layout that fits; the smallest cells may be higher than the room, which then scrolls. A `step` is obeyed. */
export function layoutMatrix(
  groups: readonly MatrixGroup[],
  width: number,
  { heightMax, step }: { readonly heightMax: number; readonly step?: number | null },
): MatrixLayout {
  if (step != null) return arrange(groups, width, Math.min(Math.max(0, step), cellSizes.length - 1));
  for (let each = 0; each < cellSizes.length; each += 1) {
    const layout = arrange(groups, width, each);
    if (layout.height <= heightMax && layout.width <= width) return layout;
  }
  return arrange(groups, width, cellSizes.length - 1);
}

function arrange(groups: readonly MatrixGroup[], width: number, step: number): MatrixLayout {
  const size = cellSizes[step] as SizeStep;
  const sections = besideEachOther(groups, size, width) ? groups.length : 1;
  const labels = groups.length < 2 ? "none" : sections > 1 ? "above" : "left";
  const left = labels === "left" ? LABEL_WIDTH : 0;
  const room = (width - left - (sections - 1) * SECTION_GAP) / sections;
  const widest = Math.max(1, ...groups.map(({ count }) => count));
  const columns = columnsFor(widest, size, room);
  const cell = size.width < TILE_WIDTH_MIN ? size : { ...size, width: stretched(size, columns, room) };
  const placed: PlacedGroup[] = [];
  let first = 0;
  let top = labels === "above" ? LABEL_HEIGHT : 0;
  let bottom = 0;
  for (const [index, group] of groups.entries()) {
    const rows = Math.ceil(group.count / columns);
    const section = labels === "above" ? Math.round(index * (room + SECTION_GAP)) : left;
    placed.push({ ...group, first, left: section, top, columns, rows });
    first += group.count;
    // A label of two lines needs its room beside a single row of small cells.
    const high = Math.max(heightOf(rows, cell), labels === "left" ? LABEL_LINES_HEIGHT : 0);
    bottom = Math.max(bottom, top + high);
    if (labels !== "above") top += high + GROUP_GAP;
  }
  const used = Math.max(0, ...placed.map((group) => group.left + columns * (cell.width + cell.gap) - cell.gap));
  return { step, cell, labels, groups: placed, width: Math.max(width, used), height: bottom, count: first, ...cornersOf(placed, cell, first) };
}

/** Groups of about the same size, each with room for two tiles. */
function besideEachOther(groups: readonly MatrixGroup[], size: SizeStep, width: number): boolean {
  if (size.width < TILE_WIDTH_MIN || groups.length < 2 || groups.length > SECTIONS_MAX) return false;
  const counts = groups.map(({ count }) => count);
  const room = (width - (groups.length - 1) * SECTION_GAP) / groups.length;
  return Math.max(...counts) <= 2 * Math.min(...counts) && room >= 2 * size.width + size.gap;
}

/** Tiles are dealt evenly over their rows: six and six instead of seven and five. */
function columnsFor(count: number, size: SizeStep, room: number): number {
  const fit = Math.max(1, Math.floor((room + size.gap) / (size.width + size.gap)));
  return size.width < TILE_WIDTH_MIN ? Math.min(fit, count) : Math.ceil(count / Math.ceil(count / fit));
}

function stretched(size: SizeStep, columns: number, room: number): number {
  return Math.max(size.width, Math.min(TILE_WIDTH_MAX, Math.floor((room + size.gap) / columns) - size.gap));
}

function heightOf(rows: number, cell: SizeStep): number {
  return rows * (cell.height + cell.gap) - cell.gap;
}

function cornersOf(groups: readonly PlacedGroup[], cell: SizeStep, count: number): { xs: Int32Array; ys: Int32Array } {
  const xs = new Int32Array(count);
  const ys = new Int32Array(count);
  for (const group of groups)
    for (let offset = 0; offset < group.count; offset += 1) {
      xs[group.first + offset] = group.left + (offset % group.columns) * (cell.width + cell.gap);
      ys[group.first + offset] = group.top + Math.floor(offset / group.columns) * (cell.height + cell.gap);
    }
  return { xs, ys };
}

/** Index of the cell at a point. The gap after a cell belongs to it, so that no pixel between cells is dead. */
export function hitTest({ cell, groups }: MatrixLayout, x: number, y: number): number | null {
  for (const group of groups) {
    const column = Math.floor((x - group.left) / (cell.width + cell.gap));
    const row = Math.floor((y - group.top) / (cell.height + cell.gap));
    if (row < 0 || row >= group.rows || column < 0 || column >= group.columns) continue;
    const offset = row * group.columns + column;
    return offset < group.count ? group.first + offset : null;
  }
  return null;
}
