"use client";

import { Grid3x3, Rows3 } from "lucide-react";
import { useMemo, useState } from "react";
import { useWidth } from "#components/charts/use-width.ts";
import { Button } from "#components/ui/button.tsx";
import { type CellState, countStates, type MatrixCell, type ZoneCells } from "./instance-state.ts";
import { MatrixBars } from "./matrix-bars.tsx";
import { MatrixGrid } from "./matrix-grid.tsx";
import { layoutMatrix } from "./matrix-layout.ts";
import { MatrixLegend } from "./matrix-legend.tsx";
import { MatrixTable } from "./matrix-table.tsx";

/** Below this width a phone is assumed: proportional bars with counts instead of cells. */
const CELLS_WIDTH_MIN = 560;
const HEIGHT_MAX = 320;

interface InstanceMatrixProps {
  /** From `toCells` (instance-state.ts), in the fleet's order; any order of zones. */
  readonly cells: readonly MatrixCell[];
  /** Instance whose drawer is open. */
  readonly selectedId: string | null;
  readonly onSelect: (instanceId: string) => void;
  /** Only this batch is shown in full; the others are dimmed. */
  readonly batch?: number | null;
  /** Names of both releases, for the legend: "old release" becomes "on 1.0". */
  readonly oldRelease?: string | null;
  readonly newRelease?: string | null;
  /** A heading in the row of the legend, where no Card has one. */
  readonly title?: string;
}

/**
 * Every instance of a fleet, grouped by zone: canvas cells sized by the room there is, proportional bars on a narrow
 * screen, or a table. Used on the rollout page and on the fleet page. Stands inside a Card, brings no frame of its own.
 */
export function InstanceMatrix({ cells, selectedId, onSelect, batch = null, oldRelease, newRelease, title }: InstanceMatrixProps) {
  const [ref, width] = useWidth<HTMLDivElement>();
  const [asTable, setAsTable] = useState(false);
  const [states, setStates] = useState<ReadonlySet<CellState>>(new Set());
  const groups = useMemo(() => groupByZone(cells), [cells]);
  const ordered = useMemo(() => groups.flatMap((group) => group.cells), [groups]);
  const counts = useMemo(() => countStates(cells), [cells]);
  const present = useMemo(() => new Set([...states].filter((state) => counts.some((entry) => entry.state === state))), [states, counts]);
  const layout = useMemo(() => {
    if (width < CELLS_WIDTH_MIN) return null;
    return layoutMatrix(
      groups.map((group) => ({ label: group.zone, count: group.cells.length })),
      width - 4,
      HEIGHT_MAX,
    );
  }, [groups, width]);
  const isShown = (cell: MatrixCell) => (present.size === 0 || present.has(cell.state)) && (batch === null || cell.batch === batch);
  const toggle = (state: CellState) => setStates(toggled(present, state));

  return (
    <div className="space-y-3">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        {title ? <h2 className="font-semibold text-sm">{title}</h2> : null}
        <MatrixLegend counts={counts} chosen={present} onToggle={toggle} oldRelease={oldRelease} newRelease={newRelease} />
        <Button size="small" variant="ghost" className="ml-auto" onClick={() => setAsTable(!asTable)}>
          {asTable ? <Grid3x3 aria-hidden /> : <Rows3 aria-hidden />}
          {asTable ? "View as matrix" : "View as table"}
        </Button>
      </div>
      <div ref={ref} className="min-h-12">
        {asTable ? <MatrixTable cells={ordered.filter(isShown)} selectedId={selectedId} onSelect={onSelect} /> : null}
        {!asTable && layout ? <MatrixGrid layout={layout} cells={ordered} isShown={isShown} selectedId={selectedId} onSelect={onSelect} /> : null}
        {!asTable && !layout && width > 0 ? <MatrixBars groups={groups} isShown={isShown} oldRelease={oldRelease} newRelease={newRelease} /> : null}
      </div>
    </div>
  );
}

function groupByZone(cells: readonly MatrixCell[]): ZoneCells[] {
  const byZone = new Map<string, MatrixCell[]>();
  for (const cell of cells) {
    const zone = byZone.get(cell.zone);
    if (zone) zone.push(cell);
    else byZone.set(cell.zone, [cell]);
  }
  return [...byZone].sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true })).map(([zone, inZone]) => ({ zone, cells: inZone }));
}

function toggled(states: ReadonlySet<CellState>, state: CellState): ReadonlySet<CellState> {
  const next = new Set(states);
  if (!next.delete(state)) next.add(state);
  return next;
}
