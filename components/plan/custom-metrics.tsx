"use client";

import { Plus, X } from "lucide-react";
import { useId } from "react";
import { useFieldArray, useFormContext } from "react-hook-form";
import { Button } from "#components/ui/button.tsx";
import { cn } from "#components/ui/cn.ts";
import { Input } from "#components/ui/input.tsx";
import { usePart } from "./compared-metrics.tsx";
import { ListProblem } from "./field-rows.tsx";
import { PlanChoice, useFieldProblem } from "./plan-field.tsx";
import type { PlanForm } from "./plan-form.ts";

const customMax = 5;
const blankRow: PlanForm["metrics"]["custom"][number] = { name: "", kind: "counts", bad: "", total: "", value: "", max: "" };

/** Metrics of the fleet's own source, one row each. */
export function CustomMetrics() {
  const { control } = useFormContext<PlanForm>();
  const { fields, append, remove } = useFieldArray({ control, name: "metrics.custom" });
  const { error } = useFieldProblem("metrics.custom");
  return (
    <div data-field="metrics.custom" className="flex flex-col gap-2">
      <ul className="flex flex-col gap-2 empty:hidden">
        {fields.map((field, row) => (
          <li key={field.id}>
            <CustomRow row={row} onRemove={() => remove(row)} />
          </li>
        ))}
      </ul>
      <ListProblem message={error} />
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Button
          size="small"
          disabledReason={fields.length >= customMax ? `A plan has at most ${customMax} metrics of its own.` : null}
          onClick={() => append(blankRow, { shouldFocus: true, focusName: `metrics.custom.${fields.length}.name` })}
        >
          <Plus aria-hidden />
          Add a metric of your own
        </Button>
        {fields.length === 0 ? <p className="text-ink-faint text-xs">Queries to the fleet's metrics source.</p> : null}
      </div>
    </div>
  );
}

const parts = { counts: ["bad", "total"], value: ["value", "max"] } as const;
type Part = "name" | "bad" | "total" | "value" | "max";

const labels: Readonly<Record<Part, string>> = {
  name: "Name",
  bad: "Query: bad events",
  total: "Query: all events",
  value: "Query: a number",
  max: "At most",
};

function CustomRow({ row, onRemove }: { row: number; onRemove: () => void }) {
  const { watch } = useFormContext<PlanForm>();
  const { name, kind } = watch(`metrics.custom.${row}`);
  const partOf = usePart();
  const [left, right] = parts[kind];
  return (
    <fieldset data-field={`metrics.custom.${row}`} className="rounded-md border border-line px-3 pt-2 pb-3">
      <legend className="sr-only">Metric {row + 1} of your own</legend>
      <div className="grid grid-cols-[minmax(0,1fr)_minmax(0,1fr)_2rem] items-end gap-x-3 gap-y-2">
        <CustomCell row={row} part="name" placeholder="checkout" />
        <PlanChoice
          name={`metrics.custom.${row}.kind`}
          label="Kind"
          options={[
            { value: "counts", label: "Bad of all events" },
            { value: "value", label: "A number and its bound" },
          ]}
        />
        <Button variant="ghost" size="icon" aria-label={`Remove metric ${row + 1}`} onClick={onRemove}>
          <X aria-hidden />
        </Button>
        <CustomCell row={row} part={left} placeholder={kind === "counts" ? "sum(increase(bad_total[…]))" : "max(queue_length)"} />
        <CustomCell row={row} part={right} placeholder={kind === "counts" ? "sum(increase(all_total[…]))" : "100"} className="col-span-2" />
      </div>
      {(["name", left, right] as const).map((part) => (
        <CellProblem key={part} row={row} part={part} />
      ))}
      <p className="mt-1.5 text-ink-faint text-xs">
        {kind === "counts"
          ? `Compared like errors, but weaker: plain counts are taken with care. Part of the bound: ${partOf(`custom-${name}`)}.`
          : "May hold a gate and then pause; a plain number never rolls back."}
      </p>
    </fieldset>
  );
}

interface CustomCellProps {
  readonly row: number;
  readonly part: Part;
  readonly placeholder: string;
  readonly className?: string;
}

/** One value of a row. Its sentence stands below the whole row, where there is room for it. */
function CustomCell({ row, part, placeholder, className }: CustomCellProps) {
  const { register } = useFormContext<PlanForm>();
  const inputId = useId();
  const path = `metrics.custom.${row}.${part}` as const;
  const error = useDueError(row, part);
  return (
    <div data-field={path} className={cn("flex min-w-0 flex-col gap-1", className)}>
      <label htmlFor={inputId} className="font-medium text-sm">
        {labels[part]}
      </label>
      <Input
        {...register(path)}
        id={inputId}
        mono
        invalid={error !== null}
        aria-describedby={error ? problemId(row, part) : undefined}
        placeholder={placeholder}
        autoComplete="off"
        spellCheck={false}
      />
    </div>
  );
}

/** What is wrong with a value; one that nobody came to yet is missing, but not wrong. */
function useDueError(row: number, part: Part): string | null {
  const path = `metrics.custom.${row}.${part}` as const;
  const { watch, getFieldState, formState } = useFormContext<PlanForm>();
  const { error } = useFieldProblem(path);
  const isDue = watch(path) !== "" || getFieldState(path, formState).isTouched || formState.submitCount > 0;
  return isDue ? error : null;
}

function CellProblem({ row, part }: { row: number; part: Part }) {
  const error = useDueError(row, part);
  if (!error) return null;
  return (
    <p id={problemId(row, part)} className="mt-1 text-bad text-sm">
      {labels[part]}: {error}
    </p>
  );
}

function problemId(row: number, part: Part): string {
  return `metric-${row}-${part}-problem`;
}
