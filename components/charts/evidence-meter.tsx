"use client";

import { useId } from "react";
import type { MetricEvidence } from "#domain/metric.ts";
import { type EvidenceTone, formatArm, formatFactor, readEvidence } from "./evidence-text.ts";

interface EvidenceMeterProps {
  /** Null before the first interval. */
  readonly evidence: MetricEvidence | null;
  /** The plan switched evidence off. */
  readonly off: boolean;
  readonly oldName: string | null;
  readonly newName: string;
  /** ln of the e-value over time, oldest first; drawn as a small trace. */
  readonly trace: readonly number[];
}

const fills: Readonly<Record<EvidenceTone, string>> = {
  ok: "bg-ok",
  bad: "bg-bad",
  warn: "bg-warn",
  progress: "bg-progress",
  neutral: "bg-ink-faint",
};
const chips: Readonly<Record<EvidenceTone, string>> = {
  ok: "bg-ok-soft text-ok",
  bad: "bg-bad-soft text-bad",
  warn: "bg-warn-soft text-warn",
  progress: "bg-progress-soft text-progress",
  neutral: "bg-sunken text-ink-soft",
};

/** How strongly the counts speak against the new release, on a log scale up to the point at which Tideline acts. */
export function EvidenceMeter({ evidence, off, oldName, newName, trace }: EvidenceMeterProps) {
  const labelId = useId();
  const reading = readEvidence(evidence, off);
  const decades = evidence ? decadesTo(evidence.lnThreshold) : [];
  return (
    <div className="space-y-2.5">
      <div className="flex items-baseline justify-between gap-2">
        <h2 id={labelId} className="font-semibold text-sm">
          Evidence on errors
        </h2>
        <span className={`inline-flex h-5 items-center rounded-sm px-1.5 font-medium text-xs ${chips[reading.tone]}`}>{reading.label}</span>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a <meter> cannot be given a log scale and a text of its own */}
      <div
        role="meter"
        aria-labelledby={labelId}
        aria-valuemin={0}
        aria-valuemax={1}
        aria-valuenow={Number(reading.filled.toFixed(3))}
        aria-valuetext={reading.text}
      >
        <div className="relative h-3 overflow-hidden rounded-sm bg-sunken">
          <div className={`h-full ${fills[reading.tone]}`} style={{ width: `${Math.max(reading.filled * 100, evidence && !off ? 1 : 0)}%` }} />
          {decades.map(({ at }) => (
            <span key={at} className="absolute inset-y-0 w-px bg-surface" style={{ left: `${at * 100}%` }} />
          ))}
          <span className="absolute inset-y-0 right-0 w-0.5 bg-ink" />
        </div>
        <div aria-hidden className="numbers mt-0.5 flex justify-between text-ink-faint text-xs">
          <span>1×</span>
          <span>{evidence ? `acts at ${formatFactor(evidence.lnThreshold)}` : "acts here"}</span>
        </div>
      </div>
      <p className="numbers text-sm">{reading.text}</p>
      {trace.length > 1 && evidence ? <Trace values={trace} top={evidence.lnThreshold} /> : null}
      {evidence && !off ? (
        <dl className="numbers grid grid-cols-[auto_1fr] gap-x-3 gap-y-0.5 text-ink-soft text-xs">
          <dt className="font-medium text-ink">{newName}</dt>
          <dd className="text-right">{formatArm(evidence.new)}</dd>
          <dt className="font-medium text-ink">{oldName ?? "Old release"}</dt>
          <dd className="text-right">{formatArm(evidence.old)}</dd>
        </dl>
      ) : null}
      {off ? null : (
        <p className="text-ink-faint text-xs">
          {evidence?.comparison === "ceiling"
            ? "No comparison left: no old release serves any more, only the ceiling judges."
            : "Compared second by second, so that it is valid at any moment you look."}
        </p>
      )}
    </div>
  );
}

const TRACE_WIDTH = 240;
const TRACE_HEIGHT = 36;

/** ln E over time below the line at which it acts; what is below 1× lies on the floor. */
function Trace({ values, top }: { values: readonly number[]; top: number }) {
  const x = (index: number) => (index / (values.length - 1)) * TRACE_WIDTH;
  const y = (value: number) => TRACE_HEIGHT - 1 - Math.min(1, Math.max(0, value / top)) * (TRACE_HEIGHT - 4);
  const path = values.map((value, index) => `${index === 0 ? "M" : "L"}${x(index).toFixed(1)} ${y(value).toFixed(1)}`).join("");
  return (
    <svg aria-hidden viewBox={`0 0 ${TRACE_WIDTH} ${TRACE_HEIGHT}`} preserveAspectRatio="none" className="h-9 w-full">
      <line x1="0" x2={TRACE_WIDTH} y1="3" y2="3" stroke="var(--line-strong)" strokeDasharray="3 3" vectorEffect="non-scaling-stroke" />
      <path d={path} fill="none" stroke="var(--ink-soft)" strokeWidth="1.5" vectorEffect="non-scaling-stroke" />
    </svg>
  );
}

/** Where 10×, 100×, … lie on the scale. */
function decadesTo(lnThreshold: number): { at: number }[] {
  const count = Math.floor(lnThreshold / Math.LN10 - 1e-9);
  return Array.from({ length: count }, (_, index) => ({ at: ((index + 1) * Math.LN10) / lnThreshold }));
}
