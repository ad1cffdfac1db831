"use client";

import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Ago } from "#components/ui/time.tsx";
import type { Plan } from "#domain/plan.ts";
import { PlanChanges } from "./plan-changes.tsx";
import { diffPlans } from "./plan-diff.ts";

export interface PlanVersion {
  readonly version: number;
  readonly plan: Plan;
  readonly savedAt: number;
  readonly savedBy: string;
}

interface PlanVersionsProps {
  /** Newest first. */
  readonly versions: readonly PlanVersion[];
  /** What the fields say; null while that is no plan. */
  readonly written: Plan | null;
  readonly onTake: (plan: Plan) => void;
}

/** Who saved what when. A version is never changed: rollouts that used it go on saying what they used. */
export function PlanVersions({ versions, written, onTake }: PlanVersionsProps) {
  const [openVersion, setOpenVersion] = useState<number | null>(null);
  return (
    <ol className="divide-y divide-line rounded-lg border border-line bg-surface">
      {versions.map((each, index) => {
        const isOpen = openVersion === each.version;
        const before = versions[index + 1];
        return (
          <li key={each.version} className="px-4 py-3">
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
              <span className="numbers font-medium">Version {each.version}</span>
              <span className="text-ink-soft">
                <Ago at={each.savedAt} /> by {each.savedBy}
              </span>
              <Button
                className="ml-auto"
                size="small"
                variant="ghost"
                aria-expanded={isOpen}
                onClick={() => setOpenVersion(isOpen ? null : each.version)}
              >
                {isOpen ? "Close" : "Compare"}
              </Button>
            </div>
            {isOpen ? (
              <div className="mt-3 grid gap-4">
                {before ? (
                  <section>
                    <h3 className="mb-1.5 text-ink-faint text-xs">What it changed in version {before.version}</h3>
                    <PlanChanges changes={diffPlans(before.plan, each.plan)} empty="Nothing but the name." />
                  </section>
                ) : null}
                <section>
                  <h3 className="mb-1.5 text-ink-faint text-xs">From it to what the fields say</h3>
                  <PlanChanges
                    changes={written ? diffPlans(each.plan, written) : []}
                    empty={written ? "They are the same." : "The fields hold errors."}
                  />
                </section>
                <div>
                  <Button size="small" onClick={() => onTake(each.plan)}>
                    Put version {each.version} into the fields
                  </Button>
                </div>
              </div>
            ) : null}
          </li>
        );
      })}
    </ol>
  );
}
