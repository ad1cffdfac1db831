import { formatClock } from "./format-figure.ts";

export interface PeerPoint {
  readonly at: number;
  readonly own: number | null;
  readonly band: { readonly quarter: number; readonly median: number; readonly threeQuarters: number } | null;
}

interface PeerChartProps {
  readonly title: string;
  /** Oldest first, at equal distances. */
  readonly points: readonly PeerPoint[];
  readonly format: (value: number) => string;
  readonly instanceId: string;
  readonly release: string;
}

const width = 360;
const height = 56;

/** One instance's line over the middle half of its release: an SVG of three paths, and the newest figures in words. */
export function PeerChart({ title, points, format, instanceId, release }: PeerChartProps) {
  const top = Math.max(Number.MIN_VALUE, ...points.flatMap(({ own, band }) => [own ?? 0, band?.threeQuarters ?? 0]));
  const x = (index: number) => round((index / Math.max(1, points.length - 1)) * width);
  const y = (value: number) => round(height - 2 - (value / top) * (height - 4));
  const newest = points.findLast(({ own }) => own !== null);
  const band = points.findLast((point) => point.band !== null)?.band ?? null;
  const words = [
    newest?.own == null ? `${instanceId}: nothing known` : `${instanceId} ${format(newest.own)}`,
    band === null
      ? `no other of ${release} to compare with`
      : `${release} ${format(band.median)} (${format(band.quarter)} to ${format(band.threeQuarters)})`,
  ];
  return (
    <figure className="space-y-1">
      <figcaption className="text-sm">
        <span className="font-medium">{title}</span>
        <span className="numbers block text-ink-soft text-xs">{words.join(" · ")}</span>
      </figcaption>
      <svg aria-hidden viewBox={`0 0 ${width} ${height}`} className="h-14 w-full border-line border-b" preserveAspectRatio="none" fill="none">
        <path d={bandPath(points, x, y)} className="fill-release-old" opacity="0.22" />
        <path
          d={linePath(
            points.map((point) => point.band?.median ?? null),
            x,
            y,
          )}
          className="stroke-release-old"
          strokeWidth="1.5"
          strokeDasharray="4 3"
          vectorEffect="non-scaling-stroke"
        />
        <path
          d={linePath(
            points.map(({ own }) => own),
            x,
            y,
          )}
          className="stroke-accent"
          strokeWidth="2"
          vectorEffect="non-scaling-stroke"
        />
      </svg>
      {points.length > 1 ? (
        <p aria-hidden className="flex justify-between text-ink-faint text-xs">
          <span>{formatClock(points[0]?.at ?? 0)}</span>
          <span>{formatClock(points.at(-1)?.at ?? 0)}</span>
        </p>
      ) : null}
    </figure>
  );
}

type Scale = (value: number) => number;

/** Gaps stay gaps; a lone value is a dot. */
function linePath(values: readonly (number | null)[], x: Scale, y: Scale): string {
  return values
    .map((value, index) => {
      if (value === null) return "";
      const isFirst = index === 0 || values[index - 1] === null;
      return `${isFirst ? "M" : "L"}${x(index)} ${y(value)}${isFirst && (values[index + 1] ?? null) === null ? "h0.01" : ""}`;
    })
    .join("");
}

function bandPath(points: readonly PeerPoint[], x: Scale, y: Scale): string {
  const known = points.flatMap(({ band }, index) => (band ? [{ index, band }] : []));
  if (known.length < 2) return "";
  const upper = known.map(({ index, band }) => `${x(index)} ${y(band.threeQuarters)}`);
  const lower = known.map(({ index, band }) => `${x(index)} ${y(band.quarter)}`).reverse();
  return `M${[...upper, ...lower].join("L")}Z`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
