"use client";

import { createContext, type ReactNode, use } from "react";
import { Controller, type FieldPathByValue, useFormContext } from "react-hook-form";
import { cn } from "#components/ui/cn.ts";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select, type SelectOption } from "#components/ui/select.tsx";
import { fieldLabel } from "./plan-fields.ts";
import type { PlanForm } from "./plan-form.ts";
import type { FieldProblem } from "./plan-problems.ts";

/** What is wrong right now, for every field to find its own sentence. */
export const PlanProblems = createContext<readonly FieldProblem[]>([]);

export function useFieldProblem(field: string): { error: string | null; advice: "warning" | "note" | null } {
  const problems = use(PlanProblems).filter((problem) => problem.field === field);
  const severities = new Set(problems.map((problem) => problem.severity));
  return {
    error: problems.find((problem) => problem.severity === "error")?.message ?? null,
    advice: severities.has("warning") ? "warning" : severities.has("note") ? "note" : null,
  };
}

type TextPath = Exclude<FieldPathByValue<PlanForm, string>, "order" | "onFailure" | "metrics.onInsufficient" | "metrics.onBlind">;

interface PlanFieldProps {
  readonly name: TextPath;
  readonly label?: ReactNode;
  readonly hint?: ReactNode;
  readonly placeholder?: string;
  readonly optional?: boolean;
  readonly className?: string;
  readonly mono?: boolean;
}

/** A line of text of the plan, with its sentence below when it is wrong or worth a thought. */
export function PlanField({ name, label, hint, placeholder, optional, className, mono = true }: PlanFieldProps) {
  const { register } = useFormContext<PlanForm>();
  const { error, advice } = useFieldProblem(name);
  return (
    <div data-field={name} className={cn("min-w-0", className)}>
      <Field label={label ?? fieldLabel(name)} error={error} hint={advice && !error ? <Advice severity={advice} /> : hint} optional={optional}>
        <Input {...register(name)} mono={mono} placeholder={placeholder} autoComplete="off" spellCheck={false} />
      </Field>
    </div>
  );
}

type ChoicePath = "order" | "onFailure" | "metrics.onInsufficient" | "metrics.onBlind";

interface PlanChoiceProps<Path extends ChoicePath> {
  readonly name: Path;
  readonly hint?: ReactNode;
  readonly options: readonly SelectOption<string>[];
  readonly className?: string;
}

/** One of a few words of the plan. */
export function PlanChoice<Path extends ChoicePath>({ name, hint, options, className }: PlanChoiceProps<Path>) {
  const { control } = useFormContext<PlanForm>();
  const { error, advice } = useFieldProblem(name);
  return (
    <div data-field={name} className={cn("min-w-0", className)}>
      <Field label={fieldLabel(name)} error={error} hint={advice && !error ? <Advice severity={advice} /> : hint}>
        <Controller
          control={control}
          name={name}
          render={({ field }) => <Select value={field.value} onValueChange={(value) => field.onChange(value)} options={options} />}
        />
      </Field>
    </div>
  );
}

/** The sentence itself is long and stands in the problem list. */
function Advice({ severity }: { severity: "warning" | "note" }) {
  return <span className={severity === "warning" ? "text-warn" : undefined}>Has a {severity}: see Problems.</span>;
}

/** Brings the field of a problem, or the nearest part of the form that holds it, into view and gives it the focus. */
export function focusField(field: string): void {
  for (let path = field; path !== ""; path = path.slice(0, Math.max(0, path.lastIndexOf(".")))) {
    const part = document.querySelector<HTMLElement>(`[data-field="${CSS.escape(path)}"]`);
    const control = part?.querySelector<HTMLElement>("input, textarea, button, [role=switch]");
    if (!control) continue;
    control.focus({ preventScroll: true });
    part?.scrollIntoView({ block: "center" });
    return;
  }
}
