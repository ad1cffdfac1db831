import { cellLooks } from "./glyphs.ts";
import { type CellState, cellStates, type MatrixCell } from "./instance-state.ts";
import { type MatrixLayout, positionOf } from "./matrix-layout.ts";

/** From this cell height on a glyph can be read; below it the pattern tells, below 8 only fill and lightness. */
const GLYPH_HEIGHT_MIN = 12;
const PATTERN_HEIGHT_MIN = 8;
/** From this cell width on the instance's name stands beside its glyph. */
const NAME_WIDTH_MIN = 92;
const DIMMED = 0.22;
const DASH = [3, 2.5];

/** Resolved colours and fonts of the current theme; read again when the theme changes. */
export interface Palette {
  readonly surface: string;
  readonly accent: string;
  readonly colour: (token: string) => string;
  readonly mono: string;
}

export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const known = new Map<string, string>();
  const colour = (token: string) => {
    let value = known.get(token);
    if (value === undefined) known.set(token, (value = style.getPropertyValue(token).trim()));
    return value;
  };
  return { surface: colour("--surface"), accent: colour("--accent"), colour, mono: style.getPropertyValue("--font-mono").trim() || "monospace" };
}

export interface Scene {
  readonly layout: MatrixLayout;
  readonly cells: readonly MatrixCell[];
  readonly isShown: (cell: MatrixCell) => boolean;
  readonly selectedId: string | null;
  /** Index of the cell under the pointer or the keyboard. */
  readonly activeIndex: number | null;
}

/** Draws everything, one pass for each state so that brushes change seldom. 10,000 cells take about 2 ms. */
export function paintMatrix(canvas: HTMLCanvasElement, scene: Scene, palette: Palette): void {
  const { layout } = scene;
  const ratio = window.devicePixelRatio || 1;
  const width = Math.round(layout.width * ratio);
  const height = Math.round((layout.height + 4) * ratio);
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext("2d", { alpha: false });
  if (!context) return;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.fillStyle = palette.surface;
  context.fillRect(0, 0, layout.width, layout.height + 4);
  context.translate(2, 2);
  for (const [state, indexes] of indexByState(scene.cells)) paintState(context, state, indexes, scene, palette);
  paintOutlines(context, scene, palette);
}

function indexByState(cells: readonly MatrixCell[]): Map<CellState, number[]> {
  const byState = new Map<CellState, number[]>(cellStates.map((state) => [state, []]));
  for (const [index, cell] of cells.entries()) byState.get(cell.state)?.push(index);
  return byState;
}

function paintState(context: CanvasRenderingContext2D, state: CellState, indexes: readonly number[], scene: Scene, palette: Palette) {
  if (indexes.length === 0) return;
  const look = cellLooks[state];
  const { cell: size } = scene.layout;
  const patterned = size.height >= PATTERN_HEIGHT_MIN;
  const radius = size.height >= 20 ? 4 : size.height >= 12 ? 2 : 0;
  const glyph = look.glyph && size.height >= GLYPH_HEIGHT_MIN ? new Path2D(look.glyph) : null;
  const fill = palette.colour(look.fill);
  const hollow = patterned && (look.pattern === "hatch" || look.pattern === "dots");
  context.lineJoin = "round";
  context.lineCap = "round";
  for (const index of indexes) {
    const cell = scene.cells[index] as MatrixCell;
    const at = positionOf(scene.layout, index);
    if (!at) continue;
    context.globalAlpha = scene.isShown(cell) ? 1 : DIMMED;
    context.beginPath();
    context.roundRect(at.x + 0.75, at.y + 0.75, size.width - 1.5, size.height - 1.5, radius);
    context.fillStyle = hollow ? palette.surface : fill;
    context.fill();
    if (hollow) paintPattern(context, look.pattern === "hatch", at.x, at.y, size.width, size.height, fill);
    if (patterned) {
      context.strokeStyle = palette.colour(look.edge);
      context.lineWidth = 1.5;
      context.setLineDash(look.pattern === "dashed" ? DASH : []);
      context.stroke();
      context.setLineDash([]);
    }
    if (glyph) paintContent(context, glyph, cell, at, scene, palette.colour(look.ink), palette);
  }
  context.globalAlpha = 1;
}

/** Clipped to the path that is current; leaves that path current for its outline. */
function paintPattern(context: CanvasRenderingContext2D, hatch: boolean, x: number, y: number, width: number, height: number, colour: string) {
  const alpha = context.globalAlpha;
  const step = height >= 20 ? 7 : 4;
  context.save();
  context.clip();
  context.globalAlpha = alpha * 0.35;
  const marks = new Path2D();
  if (hatch)
    for (let offset = -height; offset < width; offset += step) {
      marks.moveTo(x + offset, y + height);
      marks.lineTo(x + offset + height, y);
    }
  else
    for (let row = step / 2; row < height; row += step)
      for (let column = step / 2; column < width; column += step) {
        marks.moveTo(x + column, y + row);
        marks.lineTo(x + column + 0.1, y + row);
      }
  context.strokeStyle = colour;
  context.lineWidth = hatch ? 1.5 : 2;
  context.stroke(marks);
  context.restore();
}

function paintContent(
  context: CanvasRenderingContext2D,
  glyph: Path2D,
  cell: MatrixCell,
  at: { x: number; y: number },
  scene: Scene,
  ink: string,
  palette: Palette,
) {
  const { cell: size } = scene.layout;
  const named = size.width >= NAME_WIDTH_MIN;
  const glyphSize = Math.min(16, size.height - 4);
  context.save();
  context.translate(named ? at.x + 10 : at.x + (size.width - glyphSize) / 2, at.y + (size.height - glyphSize) / 2);
  context.scale(glyphSize / 16, glyphSize / 16);
  context.strokeStyle = ink;
  context.lineWidth = 1.7;
  context.stroke(glyph);
  context.restore();
  if (!named) return;
  const room = size.width - 40;
  context.fillStyle = ink;
  context.textBaseline = "middle";
  context.font = `600 12px ${palette.mono}`;
  context.fillText(fitText(context, cell.instanceId, room), at.x + 34, at.y + size.height / 2 - 8);
  context.font = `400 11px ${palette.mono}`;
  context.fillText(fitText(context, cell.release ?? "–", room), at.x + 34, at.y + size.height / 2 + 8);
}

function fitText(context: CanvasRenderingContext2D, text: string, width: number): string {
  if (context.measureText(text).width <= width) return text;
  let length = text.length;
  while (length > 1 && context.measureText(`${text.slice(0, length)}…`).width > width) length -= 1;
  return `${text.slice(0, length)}…`;
}

function paintOutlines(context: CanvasRenderingContext2D, scene: Scene, palette: Palette) {
  const selected = scene.selectedId === null ? -1 : scene.cells.findIndex((cell) => cell.instanceId === scene.selectedId);
  outline(context, scene, selected, palette.colour("--ink"), 2);
  if (scene.activeIndex !== null) outline(context, scene, scene.activeIndex, palette.accent, 2);
}

function outline(context: CanvasRenderingContext2D, scene: Scene, index: number, colour: string, width: number) {
  const at = positionOf(scene.layout, index);
  if (!at) return;
  const { cell: size } = scene.layout;
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.beginPath();
  context.roundRect(at.x - 1, at.y - 1, size.width + 2, size.height + 2, size.height >= 20 ? 5 : 2);
  context.stroke();
}
