import { clsx } from "clsx";

interface SparklineProps {
  /** Oldest first; null where nothing was measured: a gap stays a gap. */
  readonly values: readonly (number | null)[];
  /** A sentence: what it shows and where it stands. */
  readonly label: string;
  /** The value at the top, unless one is higher: keeps noise near zero flat. */
  readonly top?: number;
  readonly className?: string;
}

const width = 96;
const height = 20;

/** A line without axes for a table row: one SVG path. */
export function Sparkline({ values, label, top = 0, className }: SparklineProps) {
  const path = toPath(values, top);
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      className={clsx("shrink-0 border-line-strong border-b border-dotted", className)}
      fill="none"
    >
      {path ? <path d={path} stroke="currentColor" strokeWidth="1.5" strokeLinejoin="round" strokeLinecap="round" /> : null}
    </svg>
  );
}

/** The path, or null when nothing was measured. A lone value becomes a dot. */
export function toPath(values: readonly (number | null)[], top: number): string | null {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return null;
  const highest = Math.max(top, ...known, Number.MIN_VALUE);
  const step = (width - 4) / Math.max(1, values.length - 1);
  let drawing = false;
  const parts = values.map((value, position) => {
    if (value === null) {
      drawing = false;
      return "";
    }
    const point = `${round(2 + position * step)} ${round(height - 2 - (value / highest) * (height - 4))}`;
    const alone = !drawing && (values[position + 1] ?? null) === null;
    const command = drawing ? `L${point}` : `M${point}${alone ? "h0.01" : ""}`;
    drawing = true;
    return command;
  });
  return parts.join("");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
