"use client";

import { type KeyboardEvent, type PointerEvent, useEffect, useId, useRef, useState } from "react";
import { useEngineNow } from "#hooks/use-engine-now.ts";
import { describeCell } from "./describe-cell.ts";
import type { MatrixCell } from "./instance-state.ts";
import { gridPosition, hitTest, isMatrixKey, LABEL_WIDTH, type MatrixLayout, moveFocus } from "./matrix-layout.ts";
import { type Palette, paintMatrix, readPalette } from "./matrix-paint.ts";

interface MatrixGridProps {
  readonly layout: MatrixLayout;
  readonly cells: readonly MatrixCell[];
  readonly isShown: (cell: MatrixCell) => boolean;
  readonly selectedId: string | null;
  readonly onSelect: (instanceId: string) => void;
}

/** The canvas and, over it, one focusable grid whose one live cell follows the arrow keys. */
export function MatrixGrid({ layout, cells, isShown, selectedId, onSelect }: MatrixGridProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const palette = usePalette();
  const cellId = useId();
  const [hovered, setHovered] = useState<number | null>(null);
  const [focused, setFocused] = useState(0);
  const [hasFocus, setHasFocus] = useState(false);
  const active = hovered ?? (hasFocus ? Math.min(focused, layout.count - 1) : null);

  useEffect(() => {
    if (!canvas.current || !palette) return;
    const frame = requestAnimationFrame(() => {
      if (canvas.current) paintMatrix(canvas.current, { layout, cells, isShown, selectedId, activeIndex: active }, palette);
    });
    return () => cancelAnimationFrame(frame);
  });

  const indexAt = (event: PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    return hitTest(layout, event.clientX - box.left - 2, event.clientY - box.top - 2);
  };
  const open = (index: number | null) => {
    const cell = index === null ? undefined : cells[index];
    if (cell) onSelect(cell.instanceId);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      return open(focused);
    }
    if (!isMatrixKey(event.key)) return;
    event.preventDefault();
    setHovered(null);
    const next = moveFocus(layout, focused, event.key);
    setFocused(next);
    // While a drawer is open the arrows lead it along.
    if (selectedId !== null) open(next);
  };
  const current = cells[Math.min(focused, cells.length - 1)];
  const position = gridPosition(layout, Math.min(focused, layout.count - 1));

  return (
    <div>
      <div className="relative" style={{ height: layout.height + 4 }}>
        <canvas ref={canvas} aria-hidden className="block" style={{ width: layout.width, height: layout.height + 4 }} />
        {layout.left > 0
          ? layout.groups.map((group) => (
              <p key={group.label} className="absolute left-0 truncate pt-0.5 text-xs" style={{ top: group.top, width: LABEL_WIDTH - 8 }}>
                <span className="font-medium">Zone {group.label}</span>
                <span className="numbers block text-ink-faint">{group.count}</span>
              </p>
            ))
          : null}
        {/* biome-ignore lint/a11y/useSemanticElements: ten thousand table cells would be the table view */}
        <div
          role="grid"
          aria-label="Instances. Arrow keys move, Enter opens the details."
          aria-rowcount={position.rows}
          aria-colcount={layout.columns}
          aria-activedescendant={cellId}
          tabIndex={0}
          className="absolute inset-0 cursor-pointer rounded-sm"
          onKeyDown={onKeyDown}
          onFocus={() => setHasFocus(true)}
          onBlur={() => setHasFocus(false)}
          onPointerMove={(event) => setHovered(indexAt(event))}
          onPointerLeave={() => setHovered(null)}
          onPointerUp={(event) => {
            const index = indexAt(event);
            if (index !== null) setFocused(index);
            open(index);
          }}
        >
          {/* biome-ignore lint/a11y/useSemanticElements: see above */}
          {/* biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus and names its live cell */}
          <div role="row" aria-rowindex={position.row} className="sr-only">
            {/* biome-ignore lint/a11y/useSemanticElements: see above */}
            {/* biome-ignore lint/a11y/useFocusableInteractive: see above */}
            <div role="gridcell" id={cellId} aria-colindex={position.column} aria-selected={current?.instanceId === selectedId}>
              {current ? <CellText cell={current} /> : null}
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

function CellText({ cell }: { cell: MatrixCell }) {
  return describeCell(cell, useEngineNow());
}

/** Read once, and again when the theme changes, by hand or by the system. */
function usePalette(): Palette | null {
  const [palette, setPalette] = useState<Palette | null>(null);
  useEffect(() => {
    const read = () => setPalette(readPalette());
    read();
    const system = window.matchMedia("(prefers-color-scheme: dark)");
    window.addEventListener("tideline:theme", read);
    system.addEventListener("change", read);
    return () => {
      window.removeEventListener("tideline:theme", read);
      system.removeEventListener("change", read);
    };
  }, []);
  return palette;
}
