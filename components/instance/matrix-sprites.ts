import { type CellLook, cellLooks, type Pattern } from "./glyphs.ts";
import type { CellState } from "./instance-state.ts";
import { type MatrixLayout, TILE_WIDTH_MIN } from "./matrix-layout.ts";
import type { Palette } from "./matrix-palette.ts";

type Cell = MatrixLayout["cell"];

/** From this cell height on a glyph can be read; below it the pattern tells. */
const GLYPH_HEIGHT_MIN = 12;
/** Below this there is no room for a pattern: a state is told by lightness, colour and what is left out of its square. */
const PATTERN_HEIGHT_MIN = 8;
const DIMMED_ALPHA = 0.22;
const QUIET_ALPHA = 0.45;
const DASH = [3, 2.5];

interface SpriteInput {
  readonly cell: Cell;
  readonly palette: Palette;
  readonly isDimmed: boolean;
}

/** Pixels of a cell of this state on the surface, without its text, row by row in device pixels. */
export function drawSprite(state: CellState, { cell, palette, isDimmed }: SpriteInput): Uint32Array {
  const look = cellLooks[state];
  return drawPixels(cell, palette, (context) => {
    if (isDimmed) context.globalAlpha = DIMMED_ALPHA;
    if (cell.height < PATTERN_HEIGHT_MIN) return drawSquares(context, look, cell, palette);
    drawCell(context, look, { cell, palette, isDimmed });
  });
}

/** The pixel of the surface between the cells. */
export function drawGround(palette: Palette): number {
  return drawPixels({ width: 1, height: 1, gap: 0 }, { ...palette, ratio: 1 }, () => {})[0] ?? 0;
}

function drawPixels({ width, height }: Cell, palette: Palette, draw: (context: CanvasRenderingContext2D) => void): Uint32Array {
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * palette.ratio);
  canvas.height = Math.round(height * palette.ratio);
  const context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
  if (!context) return new Uint32Array(canvas.width * canvas.height);
  context.fillStyle = palette.colour("--surface");
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.scale(canvas.width / width, canvas.height / height);
  draw(context);
  return new Uint32Array(context.getImageData(0, 0, canvas.width, canvas.height).data.buffer);
}

function drawCell(context: CanvasRenderingContext2D, look: CellLook, { cell, palette, isDimmed }: SpriteInput): void {
  const { width, height } = cell;
  const hollow = look.pattern === "hatch" || look.pattern === "dots";
  const box = new Path2D();
  box.roundRect(0.75, 0.75, width - 1.5, height - 1.5, height >= 20 ? 4 : height >= 12 ? 2 : 0);
  context.lineJoin = "round";
  context.lineCap = "round";
  context.fillStyle = palette.colour(hollow ? "--surface" : look.fill);
  context.fill(box);
  if (hollow) drawPattern(context, box, look.pattern === "hatch", { cell, colour: palette.colour(look.fill), isDimmed });
  context.strokeStyle = palette.colour(look.edge);
  context.lineWidth = 1.5;
  context.setLineDash(look.pattern === "dashed" ? DASH : []);
  context.stroke(box);
  context.setLineDash([]);
  if (look.glyph && height >= GLYPH_HEIGHT_MIN) drawGlyph(context, look.glyph, cell, palette.colour(look.ink));
  else if (look.pattern === "holed") drawHole(context, cell, palette);
}

function drawPattern(
  context: CanvasRenderingContext2D,
  box: Path2D,
  hatch: boolean,
  { cell: { width, height }, colour, isDimmed }: { readonly cell: Cell; readonly colour: string; readonly isDimmed: boolean },
): void {
  const step = height >= 20 ? 7 : 4;
  const marks = new Path2D();
  if (hatch)
    for (let offset = -height; offset < width; offset += step) {
      marks.moveTo(offset, height);
      marks.lineTo(offset + height, 0);
    }
  else
    for (let row = step / 2; row < height; row += step)
      for (let column = step / 2; column < width; column += step) {
        marks.moveTo(column, row);
        marks.lineTo(column + 0.1, row);
      }
  context.save();
  context.clip(box);
  // Behind a glyph the pattern steps back; where there is none it is all there is.
  context.globalAlpha = (isDimmed ? DIMMED_ALPHA : 1) * (height >= GLYPH_HEIGHT_MIN ? 0.35 : 1);
  context.strokeStyle = colour;
  context.lineWidth = hatch ? 1.5 : 2;
  context.stroke(marks);
  context.restore();
}

function drawGlyph(context: CanvasRenderingContext2D, glyph: string, { width, height }: Cell, ink: string): void {
  const size = Math.min(16, height - 4);
  context.save();
  context.translate(width >= TILE_WIDTH_MIN ? 12 : (width - size) / 2, (height - size) / 2);
  context.scale(size / 16, size / 16);
  context.strokeStyle = ink;
  context.lineWidth = 1.7;
  context.stroke(new Path2D(glyph));
  context.restore();
}

/** What failed is told from what is done where both are filled and no cross fits. */
function drawHole(context: CanvasRenderingContext2D, { width, height }: Cell, palette: Palette): void {
  const size = height < PATTERN_HEIGHT_MIN ? 2 : 3;
  context.fillStyle = palette.colour("--surface");
  context.fillRect((width - size) / 2, (height - size) / 2, size, size);
}

/** The patterns of larger cells, at the size of a few pixels. */
function drawSquares(context: CanvasRenderingContext2D, look: CellLook, cell: Cell, palette: Palette): void {
  const { width, height } = cell;
  const fill = (token: string, x: number, y: number, wide: number, high: number) => {
    context.fillStyle = palette.colour(token);
    context.fillRect(x, y, wide, high);
  };
  const drawings: Readonly<Record<Pattern, () => void>> = {
    quiet: () => {
      context.globalAlpha *= QUIET_ALPHA;
      fill(look.edge, 0, 0, width, height);
    },
    solid: () => fill(look.fill, 0, 0, width, height),
    holed: () => {
      fill(look.fill, 0, 0, width, height);
      drawHole(context, cell, palette);
    },
    plain: () => {
      fill(look.edge, 0, 0, width, height);
      fill(look.fill, 1, 1, width - 2, height - 2);
    },
    hatch: () => {
      fill(look.edge, 0, 0, width, height);
      fill("--surface", 1, 1, width - 2, Math.ceil(height / 2) - 1);
    },
    dots: () => fill(look.fill, 1, 1, width - 2, height - 2),
    dashed: () => fill(look.edge, 0, height - 1, width, 1),
  };
  drawings[look.pattern]();
}
