"use client";

import { ChevronRight } from "lucide-react";
import Link from "next/link";
import { RolloutStatus } from "#components/instance/rollout-status.tsx";
import { formatCount } from "#components/ui/numbers.ts";
import { Ago } from "#components/ui/time.tsx";
import type { FigureRow, Insights } from "#domain/insights/insights.ts";
import { paths } from "#domain/paths.ts";

interface FigureRowsProps {
  readonly rows: readonly FigureRow[];
  readonly rollouts: Insights["rollouts"];
  /** Of the figure that they belong to, for those who hear it. */
  readonly label: string;
  readonly format?: (value: number) => string;
}

const shownMax = 50;

/** The rollouts that a figure is made of, behind a line that counts them. */
export function FigureRows({ rows, rollouts, label, format }: FigureRowsProps) {
  if (rows.length === 0) return null;
  return (
    <details className="group/rows mt-2">
      <summary className="touch-target flex min-h-6 w-fit cursor-pointer list-none items-center gap-1 text-accent text-xs underline-offset-2 hover:underline [&::-webkit-details-marker]:hidden">
        <ChevronRight aria-hidden className="size-3.5 transition-transform group-open/rows:rotate-90 motion-reduce:transition-none" />
        {formatCount(rows.length, "rollout")}
        <span className="sr-only"> behind {label}</span>
      </summary>
      <ul className="mt-1 max-h-60 space-y-0.5 overflow-y-auto text-sm">
        {rows.slice(0, shownMax).map((row) => {
          const rollout = rollouts[row.rolloutId];
          if (!rollout) return null;
          return (
            <li key={row.rolloutId} className="flex flex-wrap items-center gap-x-2 py-0.5">
              <Link
                href={paths.rollout(row.rolloutId)}
                className="min-h-6 min-w-0 content-center truncate text-accent underline-offset-2 hover:underline"
              >
                {rollout.fleetName} → <span className="font-mono">{rollout.releaseName}</span>
              </Link>
              <RolloutStatus status={rollout.status} />
              <span className="numbers ml-auto shrink-0 text-ink-soft text-xs">
                {row.value === null || !format ? <Ago at={rollout.startedAt} /> : format(row.value)}
              </span>
            </li>
          );
        })}
      </ul>
      {rows.length > shownMax ? <p className="text-ink-faint text-xs">The first {shownMax} of them.</p> : null}
    </details>
  );
}
