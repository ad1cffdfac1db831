"use client";

import { formatDuration } from "#domain/duration.ts";
import type { Course } from "#domain/simulation/course.ts";
import { formatCount } from "./plan-sentence.ts";
import { formatTick, type Lane, timeTicks, toLanes, type WorkPhase, workPhases } from "./preview-lanes.ts";
import { useWidth } from "./use-width.ts";

const gutter = 44;
const right = 10;
const capacityHeight = 84;
const axisHeight = 20;
const lanesMax = 60;
const tickWidth = 84;
/** An update of seconds beside a soak of minutes must still be seen. */
const segmentWidthMin = 1.5;

const phaseFill: Readonly<Record<WorkPhase, string>> = {
  starting: "fill-release-old",
  draining: "fill-warn",
  replacing: "fill-release-old",
  checking: "fill-progress",
  retiring: "fill-release-third",
  failed: "fill-bad",
};

const phaseWords: Readonly<Record<WorkPhase, string>> = {
  starting: "Start the new unit",
  draining: "Drain",
  replacing: "Replace",
  checking: "Check",
  retiring: "Stop the old unit",
  failed: "Failed",
};

interface PreviewTimelineProps {
  readonly course: Course;
  readonly desired: number;
  /** Where the scrub bar stands. */
  readonly atMs: number;
  /** When people or the world did something, in order. */
  readonly marks?: readonly TimeMark[];
}

export interface TimeMark {
  readonly label: string;
  readonly atMs: number;
}

const noMarks: readonly TimeMark[] = [];

/** One lane per batch over the serving capacity, on one axis of time. */
export function PreviewTimeline({ course, desired, atMs, marks = noMarks }: PreviewTimelineProps) {
  const [frame, width] = useWidth<HTMLDivElement>();
  const lanes = toLanes(course).slice(0, lanesMax);
  const laneHeight = lanes.length <= 8 ? 22 : Math.max(7, Math.floor(260 / lanes.length));
  const lanesHeight = lanes.length * laneHeight;
  const marksHeight = marks.length === 0 ? 0 : 16;
  const capacityTop = lanesHeight + 14 + marksHeight;
  const height = capacityTop + capacityHeight + axisHeight;
  const span = Math.max(1, width - gutter - right);
  const x = (ms: number) => gutter + (Math.min(ms, course.durationMs) / Math.max(1, course.durationMs)) * span;

  return (
    <div ref={frame} className="min-w-0">
      <svg width={width} height={height} role="img" aria-label={describe(course, desired)} className="numbers block">
        <HatchPattern />
        {timeTicks(course.durationMs, Math.max(2, Math.floor(span / tickWidth))).map((ms) => (
          <g key={ms}>
            <line x1={x(ms)} x2={x(ms)} y1={0} y2={height - axisHeight} className="stroke-line" />
            <text
              x={x(ms)}
              y={height - 5}
              textAnchor={ms === 0 ? "start" : x(ms) > width - 30 ? "end" : "middle"}
              className="fill-ink-faint text-[11px]"
            >
              {formatTick(ms)}
            </text>
          </g>
        ))}
        {lanes.map((lane, index) => (
          <LaneRow
            key={`${lane.batch.rolloutId} ${lane.batch.number}`}
            lane={lane}
            x={x}
            top={index * laneHeight}
            height={laneHeight}
            labelled={index % Math.ceil(14 / laneHeight) === 0}
          />
        ))}
        <CapacityLine course={course} desired={desired} x={x} top={capacityTop} />
        <Marks marks={marks} x={x} top={lanesHeight + 4} bottom={height - axisHeight} />
        <line x1={x(atMs)} x2={x(atMs)} y1={0} y2={height - axisHeight} className="stroke-accent" strokeWidth={1.5} />
      </svg>
      {course.batches.length > lanesMax ? (
        <p className="text-ink-faint text-xs">
          The first {lanesMax} of {course.batches.length} batches.
        </p>
      ) : null}
    </div>
  );
}

interface LaneRowProps {
  readonly lane: Lane;
  readonly x: (ms: number) => number;
  readonly top: number;
  readonly height: number;
  readonly labelled: boolean;
}

function LaneRow({ lane, x, top, height, labelled }: LaneRowProps) {
  const { batch } = lane;
  const padding = height > 12 ? 3 : 1;
  const inner = height - padding * 2;
  const rowHeight = inner / lane.rows;
  const soakFrom = x(batch.settledAtMs ?? batch.endsAtMs);
  const soakTo = x(batch.openedAtMs ?? batch.endsAtMs);
  return (
    <g>
      {labelled ? (
        <text x={0} y={top + height / 2} dominantBaseline="central" className="fill-ink-soft font-medium text-[11px]">
          {lane.name}
          <tspan className="fill-ink-faint font-normal" dx={6}>
            ×{batch.instanceIds.length}
          </tspan>
        </text>
      ) : null}
      {soakTo > soakFrom ? (
        <rect
          x={soakFrom}
          y={top + padding}
          width={soakTo - soakFrom}
          height={inner}
          fill="url(#tideline-soak)"
          className="stroke-line-strong"
          strokeWidth={0.75}
        />
      ) : null}
      {lane.tracks.map((track) =>
        track.segments.map((segment) => (
          <rect
            key={`${segment.phase} ${segment.fromMs} ${track.row}`}
            x={x(segment.fromMs)}
            y={top + padding + track.row * rowHeight}
            width={Math.max(segmentWidthMin, x(segment.toMs) - x(segment.fromMs))}
            height={Math.max(1, rowHeight - (lane.rows > 1 ? 0.5 : 0))}
            className={phaseFill[segment.phase]}
          />
        )),
      )}
      {batch.needsApproval && batch.openedAtMs !== null ? <ApprovalMark x={soakTo} y={top + height / 2} /> : null}
    </g>
  );
}

/** Marks this close together share one flag. */
const flagWidth = 20;

function Marks({ marks, x, top, bottom }: { marks: readonly TimeMark[]; x: (ms: number) => number; top: number; bottom: number }) {
  const flags: { at: number; first: string; last: string }[] = [];
  for (const { label, atMs } of marks) {
    const flag = flags.at(-1);
    if (flag && x(atMs) - flag.at < flagWidth) flag.last = label;
    else flags.push({ at: x(atMs), first: label, last: label });
  }
  return flags.map(({ at, first, last }) => (
    <g key={first}>
      <line x1={at} x2={at} y1={top} y2={bottom} className="stroke-ink-soft" strokeDasharray="2 3" />
      <text x={at + 4} y={top + 11} className="fill-ink font-semibold text-[11px]">
        {first === last ? first : `${first}–${last}`}
      </text>
    </g>
  ));
}

/** A person at the gate: a diamond, so that it is no bar. */
function ApprovalMark({ x, y }: { x: number; y: number }) {
  return <path d={`M${x} ${y - 6}l6 6l-6 6l-6 -6z`} className="fill-surface stroke-ink" strokeWidth={1.5} />;
}

function CapacityLine({ course, desired, x, top }: { course: Course; desired: number; x: (ms: number) => number; top: number }) {
  const y = (serving: number) => top + 8 + (1 - serving / Math.max(1, desired)) * (capacityHeight - 16);
  const steps = course.capacity.filter(([fromMs]) => fromMs <= course.durationMs);
  const line = steps.map(([fromMs, serving], index) => (index === 0 ? `M${x(fromMs)} ${y(serving)}` : `H${x(fromMs)}V${y(serving)}`)).join("");
  const lowest = steps.find(([, serving]) => serving === course.minInRotation);
  const end = x(course.durationMs);
  // At the right end it would run into the floor's label, at the left end out of the drawing.
  const isLeft = lowest !== undefined && x(lowest[0]) > Math.max(end - 140, gutter + 70);
  const below = course.minInRotation < course.floor;
  return (
    <g>
      <text x={0} y={y(desired)} dominantBaseline="central" className="fill-ink-soft text-[11px]">
        {desired}
      </text>
      <text x={0} y={y(0)} dominantBaseline="central" className="fill-ink-faint text-[11px]">
        0
      </text>
      <line x1={gutter} x2={end} y1={y(0)} y2={y(0)} className="stroke-line-strong" />
      <rect
        x={gutter}
        width={Math.max(0, end - gutter)}
        y={y(course.floor)}
        height={y(0) - y(course.floor)}
        className={below ? "fill-bad-soft" : "fill-sunken"}
      />
      <line x1={gutter} x2={end} y1={y(course.floor)} y2={y(course.floor)} className="stroke-bad" strokeDasharray="4 3" />
      <text x={end - 6} y={y(course.floor) + 14} textAnchor="end" className="fill-bad font-medium text-[11px]">
        floor {course.floor}
      </text>
      <path d={`${line}H${end}`} fill="none" className="stroke-release-new" strokeWidth={2} />
      {lowest ? (
        <g>
          <circle cx={x(lowest[0])} cy={y(lowest[1])} r={4} className="fill-surface stroke-release-new" strokeWidth={2} />
          <text
            x={x(lowest[0]) + (isLeft ? -8 : 8)}
            y={y(lowest[1]) + (lowest[1] * 4 < desired ? -8 : 14)}
            textAnchor={isLeft ? "end" : "start"}
            className="fill-ink font-medium text-[11px]"
          >
            lowest {lowest[1]}
          </text>
        </g>
      ) : null}
    </g>
  );
}

function HatchPattern() {
  return (
    <defs>
      <pattern id="tideline-soak" width={5} height={5} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width={5} height={5} className="fill-surface" />
        <line x1={0} x2={0} y1={0} y2={5} className="stroke-line-strong" strokeWidth={1.2} />
      </pattern>
    </defs>
  );
}

/** What the drawing stands for, without a mouse. */
export function TimelineLegend({ course }: { course: Course }) {
  const approvals = course.batches.some((batch) => batch.needsApproval);
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 text-ink-soft text-xs">
      {workPhases(course).map((phase) => (
        <li key={phase} className="flex items-center gap-1.5">
          <svg aria-hidden width={12} height={10}>
            <rect width={12} height={10} className={phaseFill[phase]} />
          </svg>
          {phaseWords[phase]}
        </li>
      ))}
      <li className="flex items-center gap-1.5">
        <svg aria-hidden width={12} height={10}>
          <rect x={0.5} y={0.5} width={11} height={9} fill="url(#tideline-soak)" className="stroke-line-strong" />
        </svg>
        Soak
      </li>
      {approvals ? (
        <li className="flex items-center gap-1.5">
          <svg aria-hidden width={14} height={14}>
            <ApprovalMark x={7} y={7} />
          </svg>
          A person approves
        </li>
      ) : null}
    </ul>
  );
}

function describe(course: Course, desired: number): string {
  return (
    `${formatCount(course.batches.length, "batch", "batches")} over ${formatDuration(course.durationMs)}. ` +
    `At least ${course.minInRotation} of ${desired} instances serve at every moment; the floor is ${course.floor}.`
  );
}
