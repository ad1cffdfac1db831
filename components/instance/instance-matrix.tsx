"use client";

import dynamic from "next/dynamic";
import { useCallback, useId, useMemo, useState } from "react";
import { useWidth } from "#components/charts/use-width.ts";
import { untilLoaded } from "#components/ui/until-loaded.ts";
import { type CellState, countStates, type MatrixCell } from "./instance-state.ts";
import { MatrixBars } from "./matrix-bars.tsx";
import { MatrixGrid, type ZoomKey } from "./matrix-grid.tsx";
import { type Grouping, groupCells, usefulGroupings } from "./matrix-groups.ts";
import { cellSizes, layoutMatrix, type MatrixGroup } from "./matrix-layout.ts";
import { legendName, MatrixLegend } from "./matrix-legend.tsx";
import { MARGIN } from "./matrix-paint.ts";
import { MatrixToolbar } from "./matrix-toolbar.tsx";

/** Loaded when it is chosen. */
const MatrixTable = dynamic(
  untilLoaded(() => import("./matrix-table.tsx").then((module) => module.MatrixTable)),
  { ssr: false },
);

/** Below this width a phone is assumed: proportional bars with counts instead of cells. */
const CELLS_WIDTH_MIN = 560;
const HEIGHT_MAX = 400;

interface InstanceMatrixProps {
  /** From `toCells` (instance-state.ts), in the fleet's order. What has not changed had better be the same object. */
  readonly cells: readonly MatrixCell[];
  /** Instance whose drawer is open. */
  readonly selectedId: string | null;
  /** `stay`: asked for by Space or an arrow, the focus is to stay on the cell. */
  readonly onSelect: (instanceId: string, stay?: boolean) => void;
  /** Only this batch is shown in full; the others are dimmed. */
  readonly batch?: number | null;
  /** Names of both releases, for the legend: "old release" becomes "on 1.0". */
  readonly oldRelease?: string | null;
  readonly newRelease?: string | null;
  /** A heading in the row of the legend, where no Card has one. */
  readonly title?: string;
}

/**
 * Every instance of a fleet in groups: canvas cells sized by the room there is, proportional bars on a narrow screen, or
 * a table. Used on the rollout page and on the fleet page. Stands inside a Card, brings no frame of its own.
 */
export function InstanceMatrix({ cells, selectedId, onSelect, batch = null, oldRelease, newRelease, title }: InstanceMatrixProps) {
  const [ref, width] = useWidth<HTMLDivElement>();
  const summaryId = useId();
  const [asTable, setAsTable] = useState(false);
  const [wanted, setWanted] = useState<Grouping>("zone");
  const [states, setStates] = useState<ReadonlySet<CellState>>(new Set());
  const groupings = useMemo(() => usefulGroupings(cells), [cells]);
  const by = groupings.includes(wanted) ? wanted : "zone";
  const nameOf = useCallback((state: CellState) => legendName(state, oldRelease, newRelease), [oldRelease, newRelease]);
  const groups = useMemo(() => groupCells(cells, by, nameOf), [cells, by, nameOf]);
  const ordered = useMemo(() => groups.flatMap((group) => group.cells), [groups]);
  const counts = useMemo(() => countStates(cells), [cells]);
  const chosen = useMemo(() => new Set([...states].filter((state) => counts.some((entry) => entry.state === state))), [states, counts]);
  const isShown = useCallback(
    (cell: MatrixCell) => (chosen.size === 0 || chosen.has(cell.state)) && (batch === null || cell.batch === batch),
    [chosen, batch],
  );
  const { layout, zoom } = useLayout(
    groups.map((group) => ({ label: group.title, count: group.cells.length })),
    width,
  );
  const view = asTable ? "table" : layout ? "cells" : "bars";

  return (
    <div className="space-y-3">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        {title ? <h2 className="font-semibold text-sm">{title}</h2> : null}
        <MatrixLegend counts={counts} chosen={chosen} onToggle={(state) => setStates(toggled(chosen, state))} nameOf={nameOf} />
        <MatrixToolbar
          groupings={view === "table" ? [] : groupings}
          by={by}
          onGroup={setWanted}
          asTable={asTable}
          onTable={setAsTable}
          zoom={view === "cells" ? zoom : null}
        />
      </div>
      <p id={summaryId} className="sr-only">
        {cells.length} instances: {counts.map(({ state, count }) => `${count} ${nameOf(state)}`).join(", ")}. In groups by {by}:{" "}
        {groups.map((group) => `${group.title} ${group.cells.length}`).join(", ")}.
      </p>
      <div ref={ref} className="min-h-12">
        {view === "table" ? <MatrixTable cells={ordered.filter(isShown)} selectedId={selectedId} onSelect={onSelect} /> : null}
        {view === "cells" && layout ? (
          <MatrixGrid
            layout={layout}
            cells={ordered}
            isShown={isShown}
            selectedId={selectedId}
            onSelect={onSelect}
            onZoom={zoom.onZoom}
            heightMax={HEIGHT_MAX}
            summaryId={summaryId}
          />
        ) : null}
        {view === "bars" && width > 0 ? <MatrixBars groups={groups} isShown={isShown} nameOf={nameOf} /> : null}
      </div>
    </div>
  );
}

/** The same object as long as the groups have the same sizes: then only what changed is painted. Null where there is no room for cells. */
function useLayout(groups: readonly MatrixGroup[], width: number) {
  const [step, setStep] = useState<number | null>(null);
  const shape = JSON.stringify(groups);
  const layout = useMemo(() => {
    if (width < CELLS_WIDTH_MIN) return null;
    return layoutMatrix(JSON.parse(shape) as MatrixGroup[], width - 2 * MARGIN, { heightMax: HEIGHT_MAX, step });
  }, [shape, width, step]);
  const current = layout?.step ?? 0;
  const last = cellSizes.length - 1;
  const onZoom = (key: ZoomKey) => setStep(key === "0" ? null : Math.min(last, Math.max(0, current + (key === "+" ? -1 : 1))));
  return { layout, zoom: { canGrow: current > 0, canShrink: current < last, isFit: step === null, onZoom } };
}

function toggled(states: ReadonlySet<CellState>, state: CellState): ReadonlySet<CellState> {
  const next = new Set(states);
  if (!next.delete(state)) next.add(state);
  return next;
}
