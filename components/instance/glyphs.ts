import type { CellState } from "./instance-state.ts";

/** How a state is filled; what waits for its turn is quiet, for it is most of a large fleet. Pattern and lightness tell states apart where colour does not. */
export type Pattern = "quiet" | "plain" | "solid" | "holed" | "hatch" | "dots" | "dashed";

export interface CellLook {
  readonly pattern: Pattern;
  /** Names of CSS tokens. */
  readonly fill: string;
  readonly edge: string;
  readonly ink: string;
  /** A path in a 16 × 16 box, drawn as a stroke; null for none. */
  readonly glyph: string | null;
}

const glyphs = {
  check: "M3.5 8.5l3 3 6-7",
  down: "M8 3v9M4.5 8.5L8 12l3.5-3.5",
  swap: "M3 6h9.5M9.5 3l3 3-3 3M13 11H3.5M6.5 8.5L3.5 11l3 3",
  clock: "M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0-11M8 5v3.2l2.2 1.6",
  back: "M6 3L2.5 6.5L6 10M3 6.5h6.5a3.5 3.5 0 0 1 0 7H7",
  retry: "M13 8a5 5 0 1 1-1.6-3.7M12 1.5v3.2H8.8",
  cross: "M4 4l8 8M12 4l-8 8",
  dash: "M3.5 8h9",
  bang: "M8 3v6.2M8 12.2v.6",
  dot: "M7.4 8h1.2",
  plus: "M8 3.5v9M3.5 8h9",
  up: "M8 13V4M4.5 7.5L8 4l3.5 3.5",
  leave: "M7 3H3.5v10H7M6.5 8H13M10.5 5.5L13 8l-2.5 2.5",
} as const;

/** One look for each state, the same in the matrix, the legend, the bars and the table. */
export const cellLooks: Readonly<Record<CellState, CellLook>> = {
  old: { pattern: "quiet", fill: "--sunken", edge: "--release-old", ink: "--ink-soft", glyph: glyphs.dot },
  draining: { pattern: "hatch", fill: "--release-old", edge: "--release-old", ink: "--ink", glyph: glyphs.down },
  replacing: { pattern: "dots", fill: "--progress", edge: "--progress", ink: "--progress", glyph: glyphs.swap },
  starting: { pattern: "dots", fill: "--release-old", edge: "--progress", ink: "--progress", glyph: glyphs.plus },
  checking: { pattern: "plain", fill: "--progress-soft", edge: "--progress", ink: "--progress", glyph: glyphs.clock },
  retiring: { pattern: "hatch", fill: "--release-new", edge: "--release-new", ink: "--ink", glyph: glyphs.down },
  new: { pattern: "solid", fill: "--release-new", edge: "--release-new", ink: "--surface", glyph: glyphs.check },
  reverted: { pattern: "plain", fill: "--surface", edge: "--release-old", ink: "--ink-soft", glyph: glyphs.back },
  repairing: { pattern: "dots", fill: "--warn", edge: "--warn", ink: "--warn", glyph: glyphs.up },
  retry: { pattern: "hatch", fill: "--warn", edge: "--warn", ink: "--warn", glyph: glyphs.retry },
  out: { pattern: "dashed", fill: "--surface", edge: "--line-strong", ink: "--ink-soft", glyph: glyphs.dash },
  unhealthy: { pattern: "plain", fill: "--bad-soft", edge: "--bad", ink: "--bad", glyph: glyphs.bang },
  failed: { pattern: "holed", fill: "--bad", edge: "--bad", ink: "--on-bad", glyph: glyphs.cross },
  missing: { pattern: "dashed", fill: "--surface", edge: "--bad", ink: "--bad", glyph: glyphs.cross },
  removed: { pattern: "dashed", fill: "--sunken", edge: "--line-strong", ink: "--ink-faint", glyph: glyphs.leave },
};
