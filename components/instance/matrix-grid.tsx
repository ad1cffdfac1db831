"use client";

import { type KeyboardEvent, type MouseEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { useEngineNow } from "#hooks/use-engine-now.ts";
import { describeCell } from "./describe-cell.ts";
import type { MatrixCell } from "./instance-state.ts";
import { gridPosition, isMatrixKey, moveFocus } from "./matrix-focus.ts";
import { hitTest, type MatrixLayout } from "./matrix-layout.ts";
import { MatrixLabels, Outline } from "./matrix-marks.tsx";
import { createMatrixPainter, MARGIN } from "./matrix-paint.ts";
import { usePalette } from "./matrix-palette.ts";
import { encodeCells } from "./matrix-plan.ts";

export type ZoomKey = "+" | "-" | "0";

interface MatrixGridProps {
  readonly layout: MatrixLayout;
  readonly cells: readonly MatrixCell[];
  readonly isShown: (cell: MatrixCell) => boolean;
  readonly selectedId: string | null;
  /** `stay`: the focus is to stay on the cell, whatever opens. */
  readonly onSelect: (instanceId: string, stay?: boolean) => void;
  readonly onZoom: (key: ZoomKey) => void;
  /** Of the part on the screen, in CSS pixels; what is higher scrolls. */
  readonly heightMax: number;
  /** Id of the sentence that says what there is. */
  readonly summaryId: string;
}

/** The canvas and, over it, one focusable grid whose one live cell follows the arrow keys. */
export function MatrixGrid({ layout, cells, isShown, selectedId, onSelect, onZoom, heightMax, summaryId }: MatrixGridProps) {
  const viewport = useRef<HTMLDivElement>(null);
  const cellId = useId();
  const [top, setTop] = useState(0);
  const [hovered, setHovered] = useState<number | null>(null);
  const [focusedId, setFocusedId] = useState<string | null>(null);
  const [hasFocus, setHasFocus] = useState(false);
  const focused = Math.max(0, indexOf(cells, focusedId ?? selectedId));
  const selected = indexOf(cells, selectedId);
  const active = hovered ?? (hasFocus ? focused : null);
  const height = Math.min(layout.height, heightMax);
  const canvas = useCanvas({ layout, cells, isShown, top: Math.max(0, Math.min(top, layout.height - height)), height });

  const indexAt = (event: MouseEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    return hitTest(layout, event.clientX - box.left - MARGIN, event.clientY - box.top - MARGIN);
  };
  const focus = (index: number) => {
    setFocusedId(cells[index]?.instanceId ?? null);
    scrollTo(viewport.current, layout, index);
  };
  const open = (index: number | null, stay: boolean) => {
    const cell = index === null ? undefined : cells[index];
    if (cell) onSelect(cell.instanceId, stay);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const zoom = event.key === "=" ? "+" : event.key;
    if (zoom === "+" || zoom === "-" || zoom === "0") onZoom(zoom);
    else if (event.key === "Enter" || event.key === " ") open(focused, event.key === " ");
    else if (isMatrixKey(event.key)) {
      const next = moveFocus(layout, focused, event.key);
      setHovered(null);
      focus(next);
      // While a drawer is open the arrows lead it along.
      if (selectedId !== null) open(next, true);
    } else return;
    event.preventDefault();
  };
  const current = cells[focused];
  const position = gridPosition(layout, focused);

  return (
    <div>
      <div
        ref={viewport}
        className="relative overflow-y-auto overflow-x-hidden rounded-sm has-focus-visible:outline-2 has-focus-visible:outline-accent has-focus-visible:outline-offset-2"
        style={{ height: height + 2 * MARGIN }}
        onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      >
        <div className="relative" style={{ height: layout.height + 2 * MARGIN }}>
          <canvas ref={canvas} aria-hidden className="sticky top-0 block" style={{ width: layout.width + 2 * MARGIN, height: height + 2 * MARGIN }} />
          <MatrixLabels layout={layout} />
          <Outline layout={layout} index={selected === -1 ? null : selected} look="selected" />
          <Outline layout={layout} index={active} look="active" />
          {/* biome-ignore lint/a11y/useSemanticElements: ten thousand table cells would be the table view */}
          <div
            role="grid"
            aria-label="Instances. Arrow keys move, Enter opens the details, plus and minus zoom."
            aria-describedby={summaryId}
            aria-rowcount={position.rows}
            aria-colcount={position.columns}
            aria-activedescendant={cellId}
            tabIndex={0}
            className="absolute inset-0 cursor-pointer outline-none"
            onKeyDown={onKeyDown}
            onFocus={() => setHasFocus(true)}
            onBlur={() => setHasFocus(false)}
            onPointerMove={(event) => setHovered(indexAt(event))}
            onPointerLeave={() => setHovered(null)}
            onClick={(event) => {
              const index = indexAt(event);
              if (index !== null) focus(index);
              // The first click leads into the details; with them open, the next ones only change them.
              open(index, selectedId !== null);
            }}
          >
            {/* biome-ignore lint/a11y/useSemanticElements: see above */}
            {/* biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus and names its live cell */}
            <div role="row" aria-rowindex={position.row} className="sr-only">
              {/* biome-ignore lint/a11y/useSemanticElements: see above */}
              {/* biome-ignore lint/a11y/useFocusableInteractive: see above */}
              <div
                role="gridcell"
                id={cellId}
                aria-colindex={position.column}
                aria-selected={current !== undefined && current.instanceId === selectedId}
              >
                {current ? <CellText cell={current} /> : null}
              </div>
            </div>
          </div>
        </div>
      </div>
      <p aria-hidden className="mt-2 h-5 truncate text-ink-faint text-xs">
        {active !== null && cells[active] ? (
          <CellText cell={cells[active]} />
        ) : (
          "Point at an instance for its state; click it for its path and its log."
        )}
      </p>
    </div>
  );
}

/** -1 where there is none. Looked for, not kept in an index: the cells change twenty times a second, the one asked for seldom. */
function indexOf(cells: readonly MatrixCell[], instanceId: string | null): number {
  return instanceId === null ? -1 : cells.findIndex((cell) => cell.instanceId === instanceId);
}

function CellText({ cell }: { cell: MatrixCell }) {
  return describeCell(cell, useEngineNow());
}

interface Shown {
  readonly layout: MatrixLayout;
  readonly cells: readonly MatrixCell[];
  readonly isShown: (cell: MatrixCell) => boolean;
  readonly top: number;
  readonly height: number;
}

/** Paints at the next frame, at most once a frame. */
function useCanvas({ layout, cells, isShown, top, height }: Shown) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const palette = usePalette();
  const painter = useMemo(() => {
    let made: ReturnType<typeof createMatrixPainter> | null = null;
    return () => {
      if (palette && canvas.current) made ??= createMatrixPainter(canvas.current, palette);
      return made;
    };
  }, [palette]);
  useEffect(() => {
    const frame = requestAnimationFrame(() => painter()?.paint({ layout, cells, codes: encodeCells(cells, isShown), top, height }));
    return () => cancelAnimationFrame(frame);
  }, [painter, layout, cells, isShown, top, height]);
  return canvas;
}

/** As little as brings the cell into view. */
function scrollTo(viewport: HTMLElement | null, layout: MatrixLayout, index: number): void {
  const y = layout.ys[index];
  if (!viewport || y === undefined) return;
  if (y < viewport.scrollTop) viewport.scrollTop = y;
  else if (y + layout.cell.height + 2 * MARGIN > viewport.scrollTop + viewport.clientHeight)
    viewport.scrollTop = y + layout.cell.height + 2 * MARGIN - viewport.clientHeight;
}
