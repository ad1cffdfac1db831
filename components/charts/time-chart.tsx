"use client";

import { memo } from "react";
import { CartesianGrid, Line, LineChart, ReferenceLine, Tooltip, XAxis, YAxis } from "recharts";
import type { ChartRow, SeriesKey } from "./chart-series.ts";
import { ChartTooltip } from "./chart-tooltip.tsx";
import { formatClock, formatMinute } from "./format-figure.ts";
import { ticksOf } from "./y-domain.ts";

/** A line of a chart: the release is told by colour, the percentile by stroke. */
export interface ChartLine {
  readonly key: SeriesKey;
  readonly name: string;
  /** A CSS token. */
  readonly colour: string;
  readonly dash?: string;
  readonly width?: number;
}

/** The moment a batch opened. */
export interface BatchMark {
  readonly at: number;
  /** Short: a batch number, or a sign such as "↩" for the rollback. */
  readonly label: string;
  /** A mark that tells of trouble, such as the start of a rollback. */
  readonly bad?: boolean;
}

export interface TimeChartProps {
  readonly title: string;
  readonly width: number;
  readonly height: number;
  readonly rows: readonly ChartRow[];
  readonly lines: readonly ChartLine[];
  readonly marks: readonly BatchMark[];
  /** Engine time at the left and the right edge. */
  readonly from: number;
  readonly until: number;
  readonly max: number;
  readonly unit: (value: number) => string;
  /** Along the axis, where there is no room for the whole unit. */
  readonly axisUnit?: (value: number) => string;
  /** Charts of one group share their crosshair. */
  readonly group: string;
}

const margin = { top: 16, right: 10, bottom: 0, left: 0 };
const tick = { fill: "var(--ink-faint)", fontSize: 11 };
const cursor = { stroke: "var(--ink-faint)", strokeWidth: 1 };
/** At most this many labels along the time axis, at round times. */
const X_TICKS_MAX = 4;
const roundSteps = [15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000, 3_600_000, 7_200_000, 21_600_000, 86_400_000];
const Y_AXIS_WIDTH = 52;

/** The seam to the drawing library: nothing else knows Recharts. Lines only, no animation, no dots; gaps stay gaps. */
export const TimeChart = memo(function TimeChart(props: TimeChartProps) {
  const { width, height, rows, lines, marks, from, until, max, unit, group } = props;
  const shown = marks.filter((mark) => mark.at >= from && mark.at <= until);
  return (
    <LineChart
      width={width}
      height={height}
      data={rows as ChartRow[]}
      margin={margin}
      syncId={group}
      syncMethod={nearestMoment}
      title={props.title}
      accessibilityLayer
    >
      <CartesianGrid vertical={false} stroke="var(--line)" />
      <XAxis
        dataKey="at"
        type="number"
        scale="time"
        domain={[from, until]}
        allowDataOverflow
        ticks={roundTimes(from, until)}
        tickFormatter={until - from > X_TICKS_MAX * 30_000 ? formatMinute : formatClock}
        tick={tick}
        tickLine={false}
        axisLine={{ stroke: "var(--line-strong)" }}
        height={22}
      />
      <YAxis
        domain={[0, max]}
        allowDataOverflow
        ticks={ticksOf(max)}
        tickFormatter={props.axisUnit ?? unit}
        tick={tick}
        tickLine={false}
        axisLine={false}
        width={Y_AXIS_WIDTH}
      />
      {shown.map((mark) => (
        <ReferenceLine
          key={`${mark.label} ${mark.at}`}
          x={mark.at}
          stroke={mark.bad ? "var(--bad)" : "var(--line-strong)"}
          strokeDasharray="2 3"
          label={{ value: mark.label, position: "top", fill: mark.bad ? "var(--bad)" : "var(--ink-soft)", fontSize: 11, fontWeight: 600 }}
        />
      ))}
      <Tooltip content={<ChartTooltip lines={lines} unit={unit} />} cursor={cursor} isAnimationActive={false} filterNull={false} />
      {lines.map((line) => (
        <Line
          key={line.key}
          dataKey={line.key}
          name={line.name}
          type="linear"
          stroke={`var(${line.colour})`}
          strokeWidth={line.width ?? 1.5}
          strokeDasharray={line.dash}
          isAnimationActive={false}
          dot={false}
          activeDot={{ r: 2.5, strokeWidth: 0 }}
          connectNulls={false}
        />
      ))}
    </LineChart>
  );
});

function roundTimes(from: number, until: number): number[] {
  const step = roundSteps.find((candidate) => (until - from) / candidate <= X_TICKS_MAX) ?? DAY_MS;
  const first = Math.ceil(from / step) * step;
  return Array.from({ length: Math.max(0, Math.floor((until - first) / step) + 1) }, (_, index) => first + index * step);
}

const DAY_MS = 86_400_000;

/** Charts of one group may have rows of different width: the crosshair goes to the nearest. */
function nearestMoment(ticks: readonly { readonly value?: unknown }[], state: { readonly activeLabel?: unknown }): number {
  const at = Number(state.activeLabel);
  let nearest = -1;
  let distance = Number.POSITIVE_INFINITY;
  for (const [index, tick] of ticks.entries()) {
    const here = Math.abs(Number(tick.value) - at);
    if (here >= distance) continue;
    nearest = index;
    distance = here;
  }
  return nearest;
}
