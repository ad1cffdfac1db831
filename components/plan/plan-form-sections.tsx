"use client";

import { memo } from "react";
import { useFormContext } from "react-hook-form";
import { Card } from "#components/ui/card.tsx";
import { BatchRows } from "./batch-rows.tsx";
import { EvidenceSection } from "./evidence-section.tsx";
import { FieldGrid } from "./field-rows.tsx";
import { HooksSection } from "./hooks-section.tsx";
import { PlanChoice, PlanField } from "./plan-field.tsx";
import type { PlanForm } from "./plan-form.ts";
import { WindowsSection } from "./windows-section.tsx";

/** The plan as fields. Everything has a working default; only the batches say what makes this plan its own. */
export const PlanFormSections = memo(function PlanFormSections() {
  return (
    <div className="flex flex-col gap-4">
      <Card title="Batches" description="What moves between two gates.">
        <div className="flex flex-col gap-4">
          <BatchRows />
          <FieldGrid>
            <PlanField name="soak" hint="Wait after each batch, judging." />
            <PlanField name="watch" hint="Keep judging after the last batch." />
          </FieldGrid>
        </div>
      </Card>
      <Card title="Limits" description="What may be missing at once, and who goes first.">
        <FieldGrid>
          <PlanField name="maxUnavailable" hint={<UnavailableHint />} />
          <PlanField name="maxSurge" hint={<SurgeHint />} />
          <PlanChoice
            name="order"
            className="col-span-2"
            options={[
              { value: "spread", label: "Spread over the zones" },
              { value: "zone-by-zone", label: "Zone by zone" },
              { value: "oldest-first", label: "Oldest first" },
              { value: "label", label: "By a label's values" },
            ]}
          />
          <OrderByLabel />
        </FieldGrid>
      </Card>
      <Card title="Health" description="When an instance counts as updated.">
        <FieldGrid>
          <PlanField name="minHealthyTime" hint="Readiness must hold this long." />
          <PlanField name="healthyDeadline" hint="After it, the attempt has failed." />
          <PlanField name="drainTimeout" hint="For requests in flight; the rest is cut." />
          <PlanField name="progressDeadline" hint="Longest time without a completed update." />
        </FieldGrid>
      </Card>
      <EvidenceSection />
      <Card title="Failure" description="What happens when it goes wrong.">
        <FieldGrid>
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
            hint="How fast back; empty means Max unavailable. With surge a rollback goes start-first."
          />
        </FieldGrid>
      </Card>
      <WindowsSection />
      <HooksSection />
    </div>
  );
});

/** Whether the fleet is updated start-first, which is what a surge above 0 means. */
function useSurge(): boolean {
  const { watch } = useFormContext<PlanForm>();
  return !/^\s*0+(\.0+)?\s*%?\s*$/.test(watch("maxSurge"));
}

function SurgeHint() {
  return useSurge()
    ? "Start-first: so many new units run beside the old ones, and each is healthy before its old one leaves. Rounded up."
    : "0: an instance leaves before its new unit starts. Above 0, the new unit starts first.";
}

function UnavailableHint() {
  return useSurge()
    ? "With surge it only serves instances that are unhealthy anyway."
    : "How many may be missing at once. A percentage is rounded down.";
}

function OrderByLabel() {
  const { watch } = useFormContext<PlanForm>();
  if (watch("order") !== "label") return null;
  return (
    <>
      <PlanField name="orderLabel" placeholder="tier" hint="A label of the instances." />
      <PlanField name="orderValues" placeholder="canary edge core" hint="Parted by spaces; what has none of them goes last." />
    </>
  );
}
