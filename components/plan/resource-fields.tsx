"use client";

import { Controller, useFormContext } from "react-hook-form";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { PlanField } from "./plan-field.tsx";
import type { PlanForm } from "./plan-form.ts";

/** What the new release may take of its machines before a person is asked. */
export function ResourceFields() {
  const { control, watch } = useFormContext<PlanForm>();
  return (
    <>
      <div data-field="metrics.resources" className="sm:col-span-2">
        <Controller
          control={control}
          name="metrics.resources.judged"
          render={({ field }) => (
            <Checkbox checked={field.value} onCheckedChange={field.onChange}>
              Pause when an instance takes much more than one of the old release
            </Checkbox>
          )}
        />
      </div>
      {watch("metrics.resources.judged") ? (
        <div className="grid gap-x-3 gap-y-4 sm:col-span-2 sm:grid-cols-3">
          <PlanField name="metrics.resources.cpu" hint="Times the old release's cores." />
          <PlanField name="metrics.resources.memory" hint="Times the old release's memory." />
          <PlanField name="metrics.resources.restarts" hint="Within 30 s, past their batch's gate." />
        </div>
      ) : null}
    </>
  );
}
