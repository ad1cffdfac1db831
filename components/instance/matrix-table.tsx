"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import { Th } from "#components/ui/table.tsx";
import { formatDuration } from "#domain/duration.ts";
import { useEngineNow } from "#hooks/use-engine-now.ts";
import { cellStateNames, type MatrixCell } from "./instance-state.ts";
import { StateMark } from "./state-mark.tsx";

const ROW_HEIGHT = 36;
const HEIGHT_MAX = 420;

interface MatrixTableProps {
  readonly cells: readonly MatrixCell[];
  readonly selectedId: string | null;
  readonly onSelect: (instanceId: string) => void;
}

/** The same instances as rows; only those on the screen are in the document. */
export function MatrixTable({ cells, selectedId, onSelect }: MatrixTableProps) {
  const frame = useRef<HTMLElement>(null);
  const now = useEngineNow();
  const rows = useVirtualizer({ count: cells.length, getScrollElement: () => frame.current, estimateSize: () => ROW_HEIGHT, overscan: 12 });
  const items = rows.getVirtualItems();
  const above = items[0]?.start ?? 0;
  const below = rows.getTotalSize() - (items.at(-1)?.end ?? 0);
  return (
    <section
      ref={frame}
      aria-label="Instances"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      className="overflow-auto rounded-md border border-line"
      style={{ maxHeight: HEIGHT_MAX }}
    >
      <table className="w-full border-collapse text-left text-sm" aria-rowcount={cells.length + 1}>
        <caption className="sr-only">Instances with their state, release and batch</caption>
        <thead className="sticky top-0 z-10 bg-surface">
          <tr>
            <Th>Instance</Th>
            <Th>Zone</Th>
            <Th>State</Th>
            <Th>Release</Th>
            <Th number>Batch</Th>
            <Th number>Since</Th>
            <Th>Last answer</Th>
          </tr>
        </thead>
        <tbody>
          {above > 0 ? <tr aria-hidden style={{ height: above }} /> : null}
          {items.map((item) => {
            const cell = cells[item.index] as MatrixCell;
            return (
              <tr key={cell.instanceId} aria-rowindex={item.index + 2} className="border-line border-t hover:bg-hover" style={{ height: ROW_HEIGHT }}>
                <td className="px-3">
                  <button
                    type="button"
                    className="font-medium font-mono text-accent underline-offset-2 hover:underline"
                    aria-current={cell.instanceId === selectedId || undefined}
                    onClick={() => onSelect(cell.instanceId)}
                  >
                    {cell.instanceId}
                  </button>
                </td>
                <td className="px-3">{cell.zone}</td>
                <td className="px-3">
                  <span className="flex items-center gap-1.5 whitespace-nowrap">
                    <StateMark state={cell.state} size={14} />
                    {cellStateNames[cell.state]}
                  </span>
                </td>
                <td className="px-3 font-mono">{cell.release ?? "–"}</td>
                <td className="px-3 text-right">{cell.batch ?? "–"}</td>
                <td className="whitespace-nowrap px-3 text-right">
                  {cell.since === null || now === 0 ? "–" : formatDuration(Math.max(0, now - cell.since))}
                </td>
                <td className="max-w-64 truncate px-3 text-ink-soft">{cell.note ?? "–"}</td>
              </tr>
            );
          })}
          {below > 0 ? <tr aria-hidden style={{ height: below }} /> : null}
        </tbody>
      </table>
    </section>
  );
}
