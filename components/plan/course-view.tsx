"use client";

import { type ReactNode, useState } from "react";
import type { Instance } from "#domain/fleet.ts";
import type { Course } from "#domain/simulation/course.ts";
import { PreviewBatches } from "./preview-batches.tsx";
import { PreviewMatrix } from "./preview-matrix.tsx";
import { PreviewScrub } from "./preview-scrub.tsx";
import { PreviewTimeline, TimelineLegend, type TimeMark } from "./preview-timeline.tsx";

interface CourseViewProps {
  readonly course: Course;
  readonly instances: readonly Instance[];
  /** What happens at a moment, in words. */
  readonly momentAt: (atMs: number) => string;
  readonly marks?: readonly TimeMark[];
}

/** A run as a drawing over time, as a fleet at one moment, and as a table of its batches. */
export function CourseView({ course, instances, momentAt, marks }: CourseViewProps) {
  const [chosenMs, setChosenMs] = useState(0);
  const atMs = Math.min(chosenMs, course.durationMs);
  const desired = instances.length;
  return (
    <>
      <Part title="Timeline and serving capacity">
        <PreviewTimeline course={course} desired={desired} atMs={atMs} marks={marks} />
        <TimelineLegend course={course} />
      </Part>
      <Part title="Instances, by batch">
        <PreviewScrub course={course} desired={desired} atMs={atMs} moment={momentAt(atMs)} onMove={setChosenMs} />
        <PreviewMatrix course={course} instances={instances} atMs={atMs} />
      </Part>
      {course.batches.length > 0 ? <PreviewBatches course={course} /> : null}
    </>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="flex flex-col gap-3 px-4 py-3">
      <h3 className="font-medium text-ink-soft text-xs">{title}</h3>
      {children}
    </div>
  );
}

export interface FigureText {
  readonly label: string;
  readonly value: string;
  readonly detail: string;
}

/** Three headline numbers of a run. */
export function Figures({ figures }: { figures: readonly FigureText[] }) {
  return (
    <dl className="grid grid-cols-2 gap-px bg-line sm:grid-cols-3">
      {figures.map(({ label, value, detail }) => (
        <div key={label} className="bg-surface px-4 py-3 last:col-span-2 sm:last:col-span-1">
          <dt className="text-ink-faint text-xs">{label}</dt>
          <dd className="numbers">
            <span className="block font-semibold text-xl">{value}</span>
            <span className="text-ink-soft text-xs">{detail}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}
