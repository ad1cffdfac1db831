"use client";

import { ArrowRight } from "lucide-react";
import type { PlanChange } from "./plan-diff.ts";

/** What a save would change, field by field. */
export function PlanChanges({ changes, empty }: { changes: readonly PlanChange[]; empty: string }) {
  if (changes.length === 0) return <p className="text-ink-soft text-sm">{empty}</p>;
  return (
    <dl className="flex flex-col gap-1.5 text-sm">
      {changes.map((change) => (
        <div key={change.field} className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5">
          <dt className="w-44 shrink-0 text-ink-soft">{change.label}</dt>
          <dd className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-2 font-mono text-xs leading-5">
            <del className="break-all text-ink-faint">{change.before}</del>
            <ArrowRight role="img" aria-label="becomes" className="size-3 shrink-0 self-center text-ink-faint" />
            <ins className="break-all font-medium text-ink no-underline">{change.after}</ins>
          </dd>
        </div>
      ))}
    </dl>
  );
}
