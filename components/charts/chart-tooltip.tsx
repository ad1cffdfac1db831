import type { ChartRow } from "./chart-series.ts";
import { formatClock } from "./format-figure.ts";
import { LineSample } from "./line-sample.tsx";
import type { ChartLine } from "./time-chart.tsx";

interface ChartTooltipProps {
  readonly lines: readonly ChartLine[];
  readonly unit: (value: number) => string;
  /** Given by the chart. */
  readonly active?: boolean;
  readonly payload?: readonly { readonly payload?: unknown }[];
}

/** The values under the crosshair. */
export function ChartTooltip({ lines, unit, active, payload }: ChartTooltipProps) {
  const row = payload?.[0]?.payload as ChartRow | undefined;
  if (!active || !row) return null;
  return (
    <div className="rounded-md border border-line bg-raised px-2 py-1.5 text-xs shadow-pop">
      <p className="numbers mb-0.5 text-ink-faint">{formatClock(row.at)}</p>
      {lines.map((line) => {
        const value = row[line.key];
        return (
          <p key={line.key} className="flex items-center gap-1.5">
            <LineSample line={line} />
            <span className="text-ink-soft">{line.name}</span>
            <span className="numbers ml-auto pl-3 font-medium">{value === null ? "–" : unit(value)}</span>
          </p>
        );
      })}
    </div>
  );
}
