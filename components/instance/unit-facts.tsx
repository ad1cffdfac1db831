"use client";

import type { ReactNode } from "react";
import { formatDuration } from "#domain/duration.ts";
import type { InstanceObservation, UnitView } from "#domain/engine/observation.ts";
import { useEngineNow } from "#hooks/use-engine-now.ts";

interface UnitFactsProps {
  readonly seen: InstanceObservation | undefined;
  readonly releaseNames: Readonly<Record<string, string>>;
}

/** What was last seen of an instance's unit; of a start-first update of both, side by side. */
export function UnitFacts({ seen, releaseNames }: UnitFactsProps) {
  const now = useEngineNow();
  if (!seen?.next)
    return (
      <>
        {rows.map(({ term, value }) => (
          <Fact key={term} term={term}>
            {seen ? value(seen, now, releaseNames) : "–"}
          </Fact>
        ))}
      </>
    );
  const { next } = seen;
  return (
    <div className="col-span-full overflow-x-auto rounded-md border border-line">
      <table className="numbers w-full text-left text-sm">
        <caption className="sr-only">The old and the new unit of this instance</caption>
        <thead>
          <tr className="border-line border-b text-ink-faint text-xs">
            <td className="px-3 py-1.5" />
            <th scope="col" className="px-3 py-1.5 font-medium">
              Old unit
            </th>
            <th scope="col" className="px-3 py-1.5 font-medium">
              New unit
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ term, value }) => (
            <tr key={term} className="border-line border-b last:border-b-0">
              <th scope="row" className="px-3 py-1 font-normal text-ink-faint text-xs">
                {term}
              </th>
              <td className="break-words px-3 py-1">{value(seen, now, releaseNames)}</td>
              <td className="break-words px-3 py-1">{value(next, now, releaseNames)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface UnitRow {
  readonly term: string;
  readonly value: (view: UnitView, now: number, releaseNames: Readonly<Record<string, string>>) => ReactNode;
}

const rotationWords = { in: "yes", draining: "draining", out: "no" } as const;

const rows: readonly UnitRow[] = [
  { term: "Release", value: ({ unit }, _now, names) => (unit ? (names[unit.releaseId] ?? "another release") : "nothing runs") },
  { term: "Unit started", value: ({ unit }, now) => (unit && now > 0 ? `${formatDuration(Math.max(0, now - unit.startedAt))} ago` : "–") },
  { term: "Last readiness answer", value: ({ probe }) => probe ?? "–" },
  {
    term: "Ready for",
    value: ({ readySince }, now) => (readySince === null || now === 0 ? "not ready" : formatDuration(Math.max(0, now - readySince))),
  },
  { term: "In rotation", value: ({ rotation }) => rotationWords[rotation] },
  { term: "Requests in flight", value: ({ inFlight, unverified }) => (unverified ? "cannot be seen" : inFlight) },
  { term: "Restarts", value: ({ unit }) => unit?.restarts ?? "–" },
  { term: "Address", value: ({ unit }) => unit?.address ?? "–" },
];

export function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-ink-faint text-xs">{term}</dt>
      <dd className="numbers break-words">{children}</dd>
    </div>
  );
}
