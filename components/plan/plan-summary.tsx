"use client";

import { Card } from "#components/ui/card.tsx";
import type { Plan } from "#domain/plan.ts";
import { diffPlans } from "./plan-diff.ts";
import { fieldLabel } from "./plan-fields.ts";
import { describeBatches, describeRest } from "./plan-sentence.ts";

const shown = [
  "maxUnavailable",
  "order",
  "minHealthyTime",
  "healthyDeadline",
  "drainTimeout",
  "retries",
  "maxFailures",
  "onFailure",
  "soak",
  "watch",
] as const;

/** Fields that have a line, or are said in the sentences above the lines. */
const said = [...shown, "batches", "windows", "supersede"] as const;

/** The plan to read: on a narrow screen nobody edits one. */
export function PlanSummary({ plan, isNew }: { plan: Plan; isNew: boolean }) {
  const others = diffPlans({}, plan).filter((change) => !(said as readonly string[]).includes(change.field));
  const rest = describeRest(plan);
  return (
    <Card
      title="Plan"
      description={
        isNew ? "A new plan begins like this. To write it, open this page on a wider screen." : "To change it, open this page on a wider screen."
      }
    >
      <p className="text-base">{describeBatches(plan)}</p>
      {rest.length > 0 ? <p className="mt-1 text-ink-soft text-sm">{rest.join(" ")}</p> : null}
      <dl className="mt-3 grid grid-cols-[minmax(0,9rem)_minmax(0,1fr)] gap-x-4 gap-y-1 text-sm">
        {shown.map((field) => (
          <Line key={field} label={fieldLabel(field)} value={typeof plan[field] === "object" ? `by ${plan[field].label}` : String(plan[field])} />
        ))}
        {others.map((change) => (
          <Line key={change.field} label={change.label} value={change.after} />
        ))}
      </dl>
    </Card>
  );
}

function Line({ label, value }: { label: string; value: string }) {
  return (
    <>
      <dt className="text-ink-faint">{label}</dt>
      <dd className="numbers break-words font-mono text-xs leading-5">{value}</dd>
    </>
  );
}
