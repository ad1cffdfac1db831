"use client";

import dynamic from "next/dynamic";
import { useEffect, useId, useRef, useState } from "react";
import { untilLoaded } from "#components/ui/until-loaded.ts";
import type { ChartRow } from "./chart-series.ts";
import { largest } from "./chart-series.ts";
import { formatClock } from "./format-figure.ts";
import { type LegendEntry, LineSample } from "./line-sample.tsx";
import type { TimeChartProps } from "./time-chart.tsx";
import { useOnScreen, useWidth } from "./use-width.ts";
import { nextDomain, type YDomain } from "./y-domain.ts";

/** A quarter of the page's programs is for drawing: loaded when the first chart comes near the screen. */
const TimeChart = dynamic(
  untilLoaded(() => import("./time-chart.tsx").then((module) => module.TimeChart)),
  { ssr: false },
);

const HEIGHT = 176;
/** Rows of the data table: the newest. */
const TABLE_ROWS_MAX = 60;

type ChartPanelProps = Omit<TimeChartProps, "width" | "height" | "max"> & {
  /** What the chart says now, in one sentence. */
  readonly summary: string;
  /** Instead of one entry for each line. */
  readonly legend?: readonly LegendEntry[];
  /** The axis never ends below this. */
  readonly floor: number;
  /** Place in the row of charts: each is drawn one frame after the one before it. */
  readonly order: number;
  readonly asTable: boolean;
  /** Samples are still being read: an empty chart is not yet a chart of nothing. */
  readonly isReading: boolean;
};

/** One chart with its title, legend and sentence; or the same numbers as a table. */
export function ChartPanel({ summary, floor, order, asTable, isReading, legend, ...chart }: ChartPanelProps) {
  const titleId = useId();
  const [frame, width] = useWidth<HTMLDivElement>();
  const [place, onScreen] = useOnScreen<HTMLElement>();
  const rows = useLater(chart.rows, order);
  const max = useDomain(rows, chart, floor);
  const empty = rows.length === 0;
  return (
    <figure ref={place} aria-labelledby={titleId} className="min-w-0">
      <figcaption className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5">
        <span id={titleId} className="font-medium text-sm">
          {chart.title}
        </span>
        <span className="flex flex-wrap gap-x-2.5 text-ink-soft text-xs">
          {(legend ?? chart.lines).map((entry) => (
            <span key={entry.name} className="flex items-center gap-1 whitespace-nowrap">
              <LineSample line={entry} />
              {entry.name}
            </span>
          ))}
        </span>
      </figcaption>
      {asTable ? <FigureTable {...chart} rows={rows} /> : null}
      <div ref={frame} className="relative mt-1" style={{ height: asTable ? 0 : HEIGHT }}>
        {!asTable && !empty && onScreen && width > 0 ? <TimeChart {...chart} rows={rows} max={max} width={width} height={HEIGHT} /> : null}
        {!asTable && empty && !isReading ? (
          <p className="absolute inset-x-0 top-1/3 text-center text-ink-faint text-sm">No traffic has been seen in this window.</p>
        ) : null}
      </div>
      <p className="numbers text-ink-soft text-xs">{summary}</p>
    </figure>
  );
}

/**
 * The rows of a later frame, so that the charts of a row never draw in one. Rows that come while it waits are shown in
 * their place: on a slow machine the last chart is late, never left behind.
 */
function useLater(rows: readonly ChartRow[], frames: number): readonly ChartRow[] {
  const [shown, setShown] = useState(rows);
  const newest = useRef(rows);
  const waiting = useRef(0);
  useEffect(() => {
    newest.current = rows;
    if (waiting.current !== 0) return;
    let left = frames;
    const step = () => {
      waiting.current = left > 0 ? requestAnimationFrame(step) : 0;
      if (left === 0) setShown(newest.current);
      left -= 1;
    };
    step();
  }, [rows, frames]);
  useEffect(
    () => () => {
      cancelAnimationFrame(waiting.current);
      waiting.current = 0;
    },
    [],
  );
  return shown;
}

/** Keeps the axis from jittering; see y-domain.ts. */
function useDomain(rows: readonly ChartRow[], { lines, until }: Pick<TimeChartProps, "lines" | "until">, floor: number): number {
  const domain = useRef<YDomain | null>(null);
  domain.current = nextDomain(
    domain.current,
    largest(
      rows,
      lines.map((line) => line.key),
    ),
    floor,
    until,
  );
  return domain.current.max;
}

function FigureTable({ title, rows, lines, unit }: Pick<TimeChartProps, "title" | "rows" | "lines" | "unit">) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section aria-label={`${title}, as a table`} tabIndex={0} className="mt-1 max-h-56 overflow-auto rounded-md border border-line">
      <table className="w-full text-left text-xs">
        <caption className="sr-only">{title}, newest first</caption>
        <thead className="sticky top-0 bg-surface">
          <tr>
            <th scope="col" className="px-2 py-1 font-medium text-ink-faint">
              Time
            </th>
            {lines.map((line) => (
              <th key={line.key} scope="col" className="whitespace-nowrap px-2 py-1 text-right font-medium text-ink-faint">
                {line.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows
            .slice(-TABLE_ROWS_MAX)
            .reverse()
            .map((row) => (
              <tr key={row.at} className="border-line border-t">
                <td className="px-2 py-0.5">{formatClock(row.at)}</td>
                {lines.map((line) => {
                  const value = row[line.key];
                  return (
                    <td key={line.key} className="whitespace-nowrap px-2 py-0.5 text-right">
                      {value === null ? "–" : unit(value)}
                    </td>
                  );
                })}
              </tr>
            ))}
        </tbody>
      </table>
    </section>
  );
}
