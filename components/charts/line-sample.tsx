import type { ChartLine } from "./time-chart.tsx";

export type LegendEntry = Pick<ChartLine, "name" | "colour" | "dash" | "width">;

/** A piece of a line, for legends. */
export function LineSample({ line }: { line: LegendEntry }) {
  return (
    <svg aria-hidden width="18" height="8" className="shrink-0">
      <line x1="0" y1="4" x2="18" y2="4" stroke={`var(${line.colour})`} strokeWidth={line.width ?? 1.5} strokeDasharray={line.dash} />
    </svg>
  );
}
