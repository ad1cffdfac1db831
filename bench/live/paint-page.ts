import { type CellState, cellStates, type MatrixCell } from "#components/instance/instance-state.ts";
import { layoutMatrix } from "#components/instance/matrix-layout.ts";
import { createMatrixPainter } from "#components/instance/matrix-paint.ts";
import type { Palette } from "#components/instance/matrix-palette.ts";
import { encodeCells } from "#components/instance/matrix-plan.ts";

const count = 10_000;
const changedCells = 200;
const width = 1_390;
const heightMax = 400;

export interface PaintTimes {
  /** Milliseconds of each round, with the pixels drawn and not only asked for. */
  readonly full: number[];
  readonly changed: number[];
  readonly cellWidth: number;
}

const palette: Palette = {
  accent: "#06c",
  ratio: window.devicePixelRatio,
  mono: "monospace",
  colour: (token) => ({ "--surface": "#fff", "--release-new": "#27c", "--release-old": "#888", "--bad": "#c22" })[token] ?? "#556",
};

/** Runs in the browser: the matrix of 10,000 instances in every state, painted whole and by its changes. `step` is the size of a cell. */
(window as unknown as { tidelinePaint: (rounds: number, step: number | null) => PaintTimes }).tidelinePaint = (rounds, step) => {
  const canvas = document.body.appendChild(document.createElement("canvas"));
  const context = canvas.getContext("2d", { alpha: false });
  const groups = ["a", "b", "c"].map((label, index) => ({ label, count: Math.ceil((count - index) / 3) }));
  // Another layout of the same size: everything is painted anew, as after a filter or a scroll.
  const layouts = [0, 1].map(() => layoutMatrix(groups, width, { heightMax, step }));
  const stateOf = (index: number, round: number): CellState => cellStates[(index + round) % cellStates.length] as CellState;
  const cells: MatrixCell[] = Array.from({ length: count }, (_, index) => ({ ...blank, instanceId: `i${index}`, state: stateOf(index, 0) }));
  const painter = createMatrixPainter(canvas, palette);

  function paint(round: number): number {
    const layout = layouts[round % 2] as (typeof layouts)[number];
    const startedAt = performance.now();
    painter.paint({ layout, cells, codes: encodeCells(cells, () => true), top: 0, height: Math.min(heightMax, layout.height) });
    // Until a pixel is read the browser may put the drawing off.
    context?.getImageData(0, 0, 1, 1);
    return performance.now() - startedAt;
  }

  const full: number[] = [];
  const changed: number[] = [];
  for (let round = 0; round < rounds; round += 1) full.push(paint(round));
  for (let round = 0; round < rounds; round += 1) {
    for (let each = 0; each < changedCells; each += 1) {
      const index = (each * 47 + round * 31) % count;
      cells[index] = { ...(cells[index] as MatrixCell), state: stateOf(index, round + 1) };
    }
    changed.push(paint(rounds - 1));
  }
  canvas.remove();
  return { full, changed, cellWidth: layouts[0]?.cell.width ?? 0 };
};

const blank = { zone: "a", release: "1.0", batch: null, since: null, note: null } as const;
