"use client";

import { memo } from "react";
import { Card } from "#components/ui/card.tsx";
import { BatchRows } from "./batch-rows.tsx";
import { EvidenceSection } from "./evidence-section.tsx";
import { PlanChoice, PlanField } from "./plan-field.tsx";

/** The plan as fields. Everything has a working default; only the batches say what makes this plan its own. */
export const PlanFormSections = memo(function PlanFormSections() {
  return (
    <div className="flex flex-col gap-4">
      <Card title="Batches" description="What moves between two gates.">
        <div className="flex flex-col gap-4">
          <BatchRows />
          <div className="grid grid-cols-2 gap-x-3 gap-y-4">
            <PlanField name="soak" hint="Wait after each batch, judging." />
            <PlanField name="watch" hint="Keep judging after the last batch." />
          </div>
        </div>
      </Card>
      <Card title="Limits" description="What may be missing at once, and who goes first.">
        <div className="grid grid-cols-2 gap-x-3 gap-y-4">
          <PlanField name="maxUnavailable" hint="A count or a percentage, rounded down." />
          <PlanField name="maxSurge" hint="Extra instances while updating." />
          <PlanChoice
            name="order"
            className="col-span-2"
            options={[
              { value: "spread", label: "Spread over the zones" },
              { value: "zone-by-zone", label: "Zone by zone" },
              { value: "oldest-first", label: "Oldest first" },
            ]}
          />
        </div>
      </Card>
      <Card title="Health" description="When an instance counts as updated.">
        <div className="grid grid-cols-2 gap-x-3 gap-y-4">
          <PlanField name="minHealthyTime" hint="Readiness must hold this long." />
          <PlanField name="healthyDeadline" hint="After it, the attempt has failed." />
          <PlanField name="drainTimeout" hint="For requests in flight; the rest is cut." />
          <PlanField name="progressDeadline" hint="Longest time without a completed update." />
        </div>
      </Card>
      <EvidenceSection />
      <Card title="Failure" description="What happens when it goes wrong.">
        <div className="grid grid-cols-2 gap-x-3 gap-y-4">
          <PlanField name="retries" hint="More attempts for an instance." />
          <PlanField name="maxFailures" hint="Failed instances that are tolerated." />
          <PlanChoice
            name="onFailure"
            className="col-span-2"
            options={[
              { value: "rollback", label: "Roll back by itself" },
              { value: "pause", label: "Pause for a person" },
              { value: "stop", label: "Stop, and leave it mixed" },
            ]}
          />
          <PlanField
            name="rollback.maxUnavailable"
            optional
            placeholder="as above"
            className="col-span-2"
            hint="How fast back; empty means Max unavailable."
          />
        </div>
      </Card>
    </div>
  );
});
