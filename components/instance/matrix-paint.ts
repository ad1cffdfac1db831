import { cellLooks } from "./glyphs.ts";
import { type CellState, cellStates, type MatrixCell } from "./instance-state.ts";
import { type MatrixLayout, TILE_WIDTH_MIN } from "./matrix-layout.ts";
import type { Palette } from "./matrix-palette.ts";
import { DIMMED, dirtyCells, type Scene, visibleCells } from "./matrix-plan.ts";
import { drawGround, drawSprite } from "./matrix-sprites.ts";

/** Room around the cells for the outline of one at the edge. */
export const MARGIN = 2;

/** Paints one canvas and remembers what it shows. */
export interface MatrixPainter {
  /** Everything where the geometry has changed, else only cells that look other than before. Answers how many cells it painted. */
  paint(scene: Scene): number;
}

/**
 * Copies a ready picture of each cell's state into one buffer of pixels, which then goes to the screen at once: several
 * times faster than as many calls of the canvas, and as fast with a pattern as without. 10,000 cells take about 2 ms.
 */
export function createMatrixPainter(canvas: HTMLCanvasElement, palette: Palette): MatrixPainter {
  const { ratio } = palette;
  const context = canvas.getContext("2d", { alpha: false });
  const ground = drawGround(palette);
  /** By code, all of one size of cell. */
  let sprites: Uint32Array[] = [];
  let image = new ImageData(1, 1);
  let pixels = new Uint32Array(image.data.buffer);
  let before: Scene | null = null;

  function paint(scene: Scene): number {
    if (!context) return 0;
    const { width, height } = scene.layout.cell;
    if (before?.layout.cell.width !== width || before.layout.cell.height !== height) sprites = [];
    const dirty = resize(scene) ? null : dirtyCells(before, scene);
    before = scene;
    if (!dirty) pixels.fill(ground);
    const indexes = dirty ?? visibleCells(scene);
    copyCells(scene, indexes);
    if (indexes.length > 0 || !dirty) context.putImageData(image, 0, 0);
    if (indexes.length > 0 && scene.layout.cell.width >= TILE_WIDTH_MIN) for (const index of indexes) paintText(context, scene, index);
    return indexes.length;
  }

  function copyCells(scene: Scene, indexes: readonly number[]): void {
    const { layout, codes, top } = scene;
    const wide = Math.round(layout.cell.width * ratio);
    const high = Math.round(layout.cell.height * ratio);
    for (const index of indexes) {
      const sprite = sprites[codes[index] as number] ?? addSprite(codes[index] as number, layout.cell);
      const x = toPixels(layout.xs[index] as number);
      const y = toPixels((layout.ys[index] as number) - top);
      const lastRow = Math.min(high, image.height - y);
      for (let row = Math.max(0, -y); row < lastRow; row += 1) {
        const from = row * wide;
        const to = (y + row) * image.width + x;
        for (let column = 0; column < wide; column += 1) pixels[to + column] = sprite[from + column] as number;
      }
    }
  }

  function addSprite(code: number, cell: MatrixLayout["cell"]): Uint32Array {
    const sprite = drawSprite(stateOf(code), { cell, palette, isDimmed: (code & DIMMED) !== 0 });
    sprites[code] = sprite;
    return sprite;
  }

  function paintText(brush: CanvasRenderingContext2D, scene: Scene, index: number): void {
    const cell = scene.cells[index] as MatrixCell;
    const code = scene.codes[index] as number;
    const x = toPixels(scene.layout.xs[index] as number);
    const y = toPixels((scene.layout.ys[index] as number) - scene.top);
    const room = (scene.layout.cell.width - 46) * ratio;
    const middle = y + (scene.layout.cell.height / 2) * ratio;
    brush.globalAlpha = code & DIMMED ? 0.4 : 1;
    brush.fillStyle = palette.colour(cellLooks[stateOf(code)].ink);
    brush.textBaseline = "middle";
    brush.font = `600 ${13 * ratio}px ${palette.mono}`;
    brush.fillText(fitText(brush, cell.instanceId, room), x + 38 * ratio, middle - 9 * ratio);
    brush.font = `400 ${11.5 * ratio}px ${palette.mono}`;
    brush.fillText(fitText(brush, cell.release ?? "–", room), x + 38 * ratio, middle + 9 * ratio);
    brush.globalAlpha = 1;
  }

  /** In device pixels: whole ones, or a cell's edge would be a blur. */
  function toPixels(position: number): number {
    return Math.round((position + MARGIN) * ratio);
  }

  /** True when the canvas has another size than before, which empties it. */
  function resize({ layout, height }: Scene): boolean {
    const wide = Math.round((layout.width + 2 * MARGIN) * ratio);
    const high = Math.round((height + 2 * MARGIN) * ratio);
    if (image.width === wide && image.height === high && canvas.width === wide && canvas.height === high) return false;
    canvas.width = wide;
    canvas.height = high;
    image = new ImageData(wide, high);
    pixels = new Uint32Array(image.data.buffer);
    return true;
  }

  return { paint };
}

function stateOf(code: number): CellState {
  return cellStates[code & ~DIMMED] as CellState;
}

function fitText(context: CanvasRenderingContext2D, text: string, width: number): string {
  if (context.measureText(text).width <= width) return text;
  let length = text.length;
  while (length > 1 && context.measureText(`${text.slice(0, length)}…`).width > width) length -= 1;
  return `${text.slice(0, length)}…`;
}
