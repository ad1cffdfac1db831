"use client";

import { Controller, useFormContext } from "react-hook-form";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { formatPercent } from "#components/ui/numbers.ts";
import { weightsOf } from "#domain/evidence/verdict.ts";
import { type MetricName, type QuantileName, quantileNames } from "#domain/metric.ts";
import { Metrics } from "#domain/plan.ts";
import { ListProblem } from "./field-rows.tsx";
import { useFieldProblem } from "./plan-field.tsx";
import type { PlanForm } from "./plan-form.ts";

/** What is compared, each with the part of the false-alarm bound that it has. */
export function ComparedMetrics() {
  const { control, watch } = useFormContext<PlanForm>();
  const { error, advice } = useFieldProblem("metrics.errors");
  const errors = watch("metrics.errors");
  const partOf = usePart();
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 flex w-full justify-between gap-3 font-medium text-sm">
        Compared, new release against old
        <span className="font-normal text-ink-faint text-xs leading-5">part of the bound</span>
      </legend>
      <div data-field="metrics.errors" className="flex items-start justify-between gap-3">
        <Controller
          control={control}
          name="metrics.errors"
          render={({ field }) => (
            <Checkbox checked={field.value} onCheckedChange={field.onChange}>
              Failed requests
            </Checkbox>
          )}
        />
        <Part>{partOf("errors")}</Part>
      </div>
      <div data-field="metrics.latency">
        <Controller
          control={control}
          name="metrics.latency"
          render={({ field }) => (
            <fieldset className="grid grid-cols-4 gap-x-2">
              <legend className="mb-1 text-sm">Answers slower than the old release's</legend>
              {quantileNames.map((name) => (
                <div key={name}>
                  <Checkbox checked={field.value.includes(name)} onCheckedChange={(checked) => field.onChange(toggled(field.value, name, checked))}>
                    {name}
                  </Checkbox>
                  <span className="block pl-6">
                    <Part>{partOf(`latency-${name}`)}</Part>
                  </span>
                </div>
              ))}
            </fieldset>
          )}
        />
      </div>
      {errors ? (
        <div className="flex items-start justify-between gap-3">
          <p className="text-ink-soft text-sm">Share of the traffic, always with failed requests</p>
          <Part>{partOf("traffic")}</Part>
        </div>
      ) : null}
      <ListProblem message={error} />
      {advice && !error ? <p className={advice.severity === "warning" ? "text-warn text-xs" : "text-ink-soft text-xs"}>{advice.message}</p> : null}
    </fieldset>
  );
}

function Part({ children }: { children: string }) {
  return <span className="numbers text-ink-faint text-xs leading-6">{children}</span>;
}

function toggled(names: readonly QuantileName[], name: QuantileName, checked: boolean): QuantileName[] {
  return quantileNames.filter((each) => (each === name ? checked : names.includes(each)));
}

/** The part of alpha that a metric has, in words; a dash where it is not compared. Half-written queries change no part. */
export function usePart(): (metric: MetricName) => string {
  const { watch } = useFormContext<PlanForm>();
  const { errors, latency, custom } = watch("metrics");
  const counted = custom.filter(({ kind }) => kind === "counts").map(({ name }) => ({ name, bad: "-", total: "-" }));
  const weights = weightsOf({ ...defaults, errors, custom: counted }, latency);
  return (metric) => {
    const weight = (weights[metric] ?? 0) + (metric === "errors" ? (weights.ceiling ?? 0) : 0);
    return weight > 0 ? formatPercent(weight) : "–";
  };
}

const defaults = Metrics.parse({});
