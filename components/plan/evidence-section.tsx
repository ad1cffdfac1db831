"use client";

import { Controller, useFormContext } from "react-hook-form";
import { Card } from "#components/ui/card.tsx";
import { Switch } from "#components/ui/switch.tsx";
import { ComparedMetrics } from "./compared-metrics.tsx";
import { CustomMetrics } from "./custom-metrics.tsx";
import { PlanChoice, PlanField } from "./plan-field.tsx";
import type { PlanForm } from "./plan-form.ts";
import { PowerTable } from "./power-table.tsx";

/** How the new release is judged against the old one while both serve. */
export function EvidenceSection() {
  const { control, watch } = useFormContext<PlanForm>();
  const judged = watch("judged");
  return (
    <Card
      title="Evidence"
      actions={
        <div data-field="judged">
          <Controller
            control={control}
            name="judged"
            render={({ field }) => (
              <Switch checked={field.value} onCheckedChange={field.onChange}>
                Judge by evidence
              </Switch>
            )}
          />
        </div>
      }
    >
      {judged ? <EvidenceFields /> : <p className="text-ink-soft text-sm">Only health checks decide. A release that answers with errors passes.</p>}
    </Card>
  );
}

function EvidenceFields() {
  return (
    <div className="flex flex-col gap-4">
      <ComparedMetrics />
      <CustomMetrics />
      <PowerTable />
      <div className="grid gap-x-3 gap-y-4 sm:grid-cols-2">
        <PlanField name="metrics.alpha" hint="Chance that a harmless release is called bad, all metrics together: 0.001 is one in a thousand." />
        <PlanField name="metrics.smallestEffect" hint="What happens this many times as often must be found." />
        <PlanField name="metrics.margin.ratio" hint="Worse by this share still counts as equal: 0.1 is 10 %." />
        <PlanField name="metrics.margin.absolute" hint="Added to it: 0.0001 is one request in 10,000." />
        <PlanField name="metrics.warmUp" hint="Requests of a new instance that do not count." />
        <PlanField name="metrics.ceiling" hint='"auto", or a share of failed requests such as 0.05.' />
        <PlanChoice
          name="metrics.onInsufficient"
          hint="When the soak ends before enough was seen."
          options={[
            { value: "proceed", label: "Proceed, and say so" },
            { value: "hold", label: "Hold until there is enough" },
          ]}
        />
        <PlanChoice
          name="metrics.onBlind"
          hint="When the counts cannot be read."
          options={[
            { value: "hold", label: "Hold, then ask a person" },
            { value: "proceed", label: "Proceed without" },
          ]}
        />
        <PlanField name="metrics.patience" hint="How long to hold before a person is asked." />
      </div>
    </div>
  );
}
