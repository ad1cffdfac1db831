"use client";

import Link from "next/link";
import type { ReactNode } from "react";
import { RadioGroup } from "#components/ui/radio.tsx";
import type { RolloutSummary } from "#domain/live.ts";
import { paths } from "#domain/paths.ts";
import type { Plan } from "#domain/plan.ts";
import { describeActive, describeSupersede } from "./start-words.ts";

interface SupersedeChoiceProps {
  readonly active: RolloutSummary;
  readonly queued: RolloutSummary | null;
  /** Name of the release that would go out. */
  readonly target: string;
  readonly value: Plan["supersede"];
  readonly onChange: (value: Plan["supersede"]) => void;
}

/** Another rollout is under way: what becomes of it, and of this one. */
export function SupersedeChoice({ active, queued, target, value, onChange }: SupersedeChoiceProps) {
  const open = (
    <Link href={paths.rollout(active.rolloutId)} className="text-accent underline underline-offset-2">
      Open it
    </Link>
  );
  if (active.status === "watching")
    return (
      <Notice>
        {active.fleetName} runs {active.releaseName} and still watches it. A start now cuts the watch short, as succeeded. {open}
      </Notice>
    );
  return (
    <div className="flex flex-col gap-3 rounded-md border border-line border-l-4 border-l-warn px-4 py-3">
      <p className="numbers text-sm">
        <span className="font-medium">{describeActive(active)}</span> {open}
      </p>
      <RadioGroup
        label="What becomes of the active rollout"
        value={value}
        onValueChange={onChange}
        options={[
          { value: "reject", label: "Leave it alone", hint: describeSupersede("reject", active, target) },
          {
            value: "queue",
            label: "Queue behind it",
            hint: queued ? `${queued.releaseName} is queued already; cancel that one first.` : describeSupersede("queue", active, target),
          },
          { value: "replace", label: "Replace it", hint: describeSupersede("replace", active, target) },
        ]}
      />
    </div>
  );
}

/** Something to know before the start, which does not keep it from happening. */
export function Notice({ children }: { children: ReactNode }) {
  return <p className="numbers rounded-md border border-line border-l-4 border-l-warn bg-warn-soft px-4 py-2.5 text-sm">{children}</p>;
}
