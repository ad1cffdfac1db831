import { cellStates, type MatrixCell } from "./instance-state.ts";
import { type MatrixLayout, TILE_WIDTH_MIN } from "./matrix-layout.ts";

/** What is to be painted, decided without a canvas. */

/** Set in a code when the filter leaves the cell out: it is dimmed. */
export const DIMMED = 0x80;
const codes = new Map(cellStates.map((state, index) => [state, index]));

/** One byte for each cell: its state's place in `cellStates`, and whether it is dimmed. */
export function encodeCells(cells: readonly MatrixCell[], isShown: (cell: MatrixCell) => boolean): Uint8Array {
  const encoded = new Uint8Array(cells.length);
  for (let index = 0; index < cells.length; index += 1) {
    const cell = cells[index] as MatrixCell;
    encoded[index] = (codes.get(cell.state) ?? 0) | (isShown(cell) ? 0 : DIMMED);
  }
  return encoded;
}

export interface Scene {
  readonly layout: MatrixLayout;
  readonly cells: readonly MatrixCell[];
  readonly codes: Uint8Array;
  /** The part that is on the screen, in CSS pixels from the top of the layout. */
  readonly top: number;
  readonly height: number;
}

/** Beyond this share of changed cells everything is painted: to look for each would cost more. */
const DIRTY_SHARE_MAX = 0.4;

/** Cells that look other than before; null when everything has to be painted. */
export function dirtyCells(before: Scene | null, next: Scene): number[] | null {
  if (!before || before.layout !== next.layout || before.top !== next.top || before.height !== next.height) return null;
  if (before.codes.length !== next.codes.length) return null;
  const hasText = next.layout.cell.width >= TILE_WIDTH_MIN;
  const dirty: number[] = [];
  for (let index = 0; index < next.codes.length; index += 1)
    if (before.codes[index] !== next.codes[index] || (hasText && textOf(before.cells[index]) !== textOf(next.cells[index]))) dirty.push(index);
  // There are few tiles, and their words are drawn over the pixels that are put anew.
  if (dirty.length > (hasText ? 0 : DIRTY_SHARE_MAX * next.codes.length)) return null;
  return dirty.filter((index) => isVisible(next, index));
}

/** What stands in a tile. */
function textOf(cell: MatrixCell | undefined): string {
  return cell ? `${cell.instanceId}\n${cell.release ?? ""}` : "";
}

/** Indexes of the cells on the screen. */
export function visibleCells({ layout, top, height }: Scene): number[] {
  const visible: number[] = [];
  const step = layout.cell.height + layout.cell.gap;
  for (const group of layout.groups) {
    const firstRow = Math.max(0, Math.floor((top - group.top) / step));
    const lastRow = Math.min(group.rows - 1, Math.floor((top + height - group.top) / step));
    const end = Math.min(group.count, (lastRow + 1) * group.columns);
    for (let offset = firstRow * group.columns; offset < end; offset += 1) visible.push(group.first + offset);
  }
  return visible;
}

function isVisible({ layout, top, height }: Scene, index: number): boolean {
  const y = layout.ys[index] as number;
  return y + layout.cell.height >= top && y <= top + height;
}
