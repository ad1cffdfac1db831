"use client";

import { cn } from "#components/ui/cn.ts";
import type { Instance } from "#domain/fleet.ts";
import type { Course, CoursePhase } from "#domain/simulation/course.ts";
import { phaseAt, workPhases } from "./preview-lanes.ts";

interface PreviewMatrixProps {
  readonly course: Course;
  readonly instances: readonly Instance[];
  readonly atMs: number;
}

const looks: Readonly<Record<CoursePhase, { className: string; word: string }>> = {
  absent: { className: "border-dashed border-line bg-transparent text-ink-faint", word: "Not there" },
  old: { className: "border-line-strong bg-surface text-ink-soft", word: "Old release" },
  starting: { className: "border-dashed border-progress bg-surface text-progress", word: "New unit starting" },
  draining: { className: "border-warn bg-warn-soft text-warn", word: "Draining" },
  replacing: { className: "border-dashed border-line-strong bg-sunken text-ink-soft", word: "Replacing" },
  checking: { className: "border-progress bg-progress-soft text-progress", word: "Checking" },
  retiring: { className: "border-release-new bg-accent-soft text-accent", word: "Old unit leaving" },
  updated: { className: "border-release-new bg-release-new text-on-accent", word: "New release" },
  failed: { className: "border-bad bg-bad-soft text-bad", word: "Failed" },
};

/** More cells than this nobody tells apart, and a page cannot redraw while the plan plays. */
const cellsMax = 1_000;

/** The fleet by zone at one moment, each instance with the number of its batch. */
export function PreviewMatrix({ course, instances, atMs }: PreviewMatrixProps) {
  const numbers = new Map(course.batches.flatMap((batch) => batch.instanceIds.map((instanceId) => [instanceId, batch.number] as const)));
  const cells = instances.map((instance) => ({ ...instance, number: numbers.get(instance.id), phase: phaseAt(course, instance.id, atMs) }));
  const zones = groupByZone(cells.slice(0, cellsMax));
  const counts = new Map<CoursePhase, number>();
  for (const cell of cells) counts.set(cell.phase, (counts.get(cell.phase) ?? 0) + 1);
  return (
    <div className="flex flex-col gap-3">
      <dl className="flex flex-col gap-1.5">
        {[...zones].map(([zone, members]) => (
          <div key={zone} className="flex items-start gap-3">
            <dt className="w-14 shrink-0 truncate pt-1.5 text-ink-faint text-xs">Zone {zone}</dt>
            <dd className="min-w-0 flex-1">
              <ul className="flex flex-wrap gap-1">
                {members.map((cell) => (
                  <li
                    key={cell.id}
                    data-mark
                    title={`${cell.id}, batch ${cell.number ?? "none"}: ${looks[cell.phase].word}`}
                    className={cn(
                      "numbers flex h-7 min-w-8 items-center justify-center rounded-sm border px-1 font-medium text-xs",
                      looks[cell.phase].className,
                    )}
                  >
                    <span className="sr-only">{cell.id}, batch </span>
                    {cell.number ?? "–"}
                    <span className="sr-only">, {looks[cell.phase].word}</span>
                  </li>
                ))}
              </ul>
            </dd>
          </div>
        ))}
      </dl>
      {cells.length > cellsMax ? (
        <p className="text-ink-faint text-xs">
          The first {cellsMax.toLocaleString("en-US")} of {cells.length.toLocaleString("en-US")} instances; the counts are of all.
        </p>
      ) : null}
      <ul className="flex flex-wrap gap-x-4 gap-y-1 text-ink-soft text-xs">
        {(["old", ...workPhases(course), "updated"] satisfies CoursePhase[]).map((phase) => (
          <li key={phase} className="flex items-center gap-1.5">
            <span aria-hidden data-mark className={cn("size-3 rounded-sm border", looks[phase].className)} />
            {looks[phase].word} <span className="numbers font-medium text-ink">{counts.get(phase) ?? 0}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function groupByZone<Cell extends { readonly zone: string }>(cells: readonly Cell[]): Map<string, Cell[]> {
  const zones = new Map<string, Cell[]>();
  for (const cell of cells) zones.set(cell.zone, [...(zones.get(cell.zone) ?? []), cell]);
  return zones;
}
