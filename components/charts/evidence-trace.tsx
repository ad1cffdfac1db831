import type { CoursePoint } from "#domain/evidence/course.ts";
import { formatFactor } from "./evidence-text.ts";
import { formatClock } from "./format-figure.ts";
import type { BatchMark } from "./time-chart.tsx";

interface EvidenceTraceProps {
  /** Oldest first. */
  readonly points: readonly CoursePoint[];
  /** Where it decides, ln(1/alpha). */
  readonly lnThreshold: number;
  readonly marks: readonly BatchMark[];
}

const WIDTH = 600;
const HEIGHT = 64;
/** What speaks for a release lies below 1×, down to a tenth of it. */
const LN_FLOOR = -Math.LN10;
/** Of the width: labels that are nearer than this to the one before are left out, their lines are not. */
const LABELS_APART = 0.05;

/** The evidence over time below the line at which it acts, with the moments at which batches opened. */
export function EvidenceTrace({ points, lnThreshold, marks }: EvidenceTraceProps) {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || last.at <= first.at) return null;
  const x = (at: number) => (at - first.at) / (last.at - first.at);
  const y = (ln: number) => {
    const part = (Math.min(lnThreshold, Math.max(LN_FLOOR, ln)) - LN_FLOOR) / (lnThreshold - LN_FLOOR);
    return HEIGHT - 2 - part * (HEIGHT - 5);
  };
  const placed = placeMarks(marks, x);
  return (
    <figure className="numbers text-ink-faint text-xs">
      <div aria-hidden className="relative h-4">
        {placed
          .filter(({ labelled }) => labelled)
          .map(({ mark, part }) => (
            <span
              key={`${mark.label} ${mark.at}`}
              className={`absolute -translate-x-1/2 font-medium ${mark.bad ? "text-bad" : "text-ink-soft"}`}
              style={{ left: `${part * 100}%` }}
            >
              {mark.label}
            </span>
          ))}
      </div>
      <svg
        role="img"
        aria-label={describeTrace(points, lnThreshold)}
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        className="block h-16 w-full"
        fill="none"
      >
        <line x1="0" x2={WIDTH} y1={y(0)} y2={y(0)} stroke="var(--line)" vectorEffect="non-scaling-stroke" />
        {placed.map(({ mark, part }) => (
          <line
            key={`${mark.label} ${mark.at}`}
            x1={part * WIDTH}
            x2={part * WIDTH}
            y1="0"
            y2={HEIGHT}
            stroke={mark.bad ? "var(--bad)" : "var(--line-strong)"}
            strokeDasharray="2 3"
            vectorEffect="non-scaling-stroke"
          />
        ))}
        <line x1="0" x2={WIDTH} y1={y(lnThreshold)} y2={y(lnThreshold)} stroke="var(--ink)" strokeWidth="1.5" vectorEffect="non-scaling-stroke" />
        <path
          d={toTracePath(points, (at) => x(at) * WIDTH, y)}
          stroke="var(--release-new)"
          strokeWidth="2"
          strokeLinejoin="round"
          vectorEffect="non-scaling-stroke"
        />
      </svg>
      <figcaption aria-hidden className="mt-0.5 flex justify-between">
        <span>{formatClock(first.at)}</span>
        <span>{formatClock(last.at)}</span>
      </figcaption>
    </figure>
  );
}

/** Where each mark lies, 0 to 1, and whether its label has room. Marks before the first point stand at the left edge. */
export function placeMarks(marks: readonly BatchMark[], x: (at: number) => number): { mark: BatchMark; part: number; labelled: boolean }[] {
  let before = Number.NEGATIVE_INFINITY;
  return marks.flatMap((mark) => {
    const part = Math.max(0, x(mark.at));
    if (part > 1) return [];
    const labelled = part - before >= LABELS_APART;
    if (labelled) before = part;
    return [{ mark, part, labelled }];
  });
}

/** A path in which a time without intervals stays a gap. */
export function toTracePath(points: readonly CoursePoint[], x: (at: number) => number, y: (ln: number) => number): string {
  const spans = points.slice(1).map(({ at }, index) => at - (points[index]?.at ?? at));
  const usual = [...spans].sort((a, b) => a - b)[Math.floor(spans.length / 2)] ?? 0;
  return points
    .map(({ at, lnSum }, index) => {
      const isBroken = index === 0 || (spans[index - 1] ?? 0) > Math.max(GAP_MS_MIN, GAP_STEPS * usual);
      return `${isBroken ? "M" : "L"}${x(at).toFixed(1)} ${y(lnSum).toFixed(1)}`;
    })
    .join("");
}

const GAP_MS_MIN = 5_000;
const GAP_STEPS = 4;

function describeTrace(points: readonly CoursePoint[], lnThreshold: number): string {
  const highest = points.reduce((best, point) => (point.lnSum > best.lnSum ? point : best));
  const now = points.at(-1) ?? highest;
  return `Evidence over time: highest ${formatFactor(highest.lnSum)} at ${formatClock(highest.at)}, last ${formatFactor(now.lnSum)} at ${formatClock(now.at)}; acts at ${formatFactor(lnThreshold)}.`;
}
