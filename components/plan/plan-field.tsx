"use client";

import { createContext, type ReactNode, use } from "react";
import { Controller, type FieldPathByValue, useFormContext } from "react-hook-form";
import { cn } from "#components/ui/cn.ts";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select, type SelectOption } from "#components/ui/select.tsx";
import type { HookName } from "#domain/hook-names.ts";
import { fieldLabel } from "./plan-fields.ts";
import type { PlanForm } from "./plan-form.ts";
import type { FieldProblem } from "./plan-problems.ts";

/** What is wrong right now, for every field to find its own sentence. */
export const PlanProblems = createContext<readonly FieldProblem[]>([]);

interface Advice {
  readonly severity: "warning" | "note";
  readonly message: string;
}

export function useFieldProblem(field: string): { error: string | null; advice: Advice | null } {
  const problems = use(PlanProblems).filter((problem) => problem.field === field);
  const messageOf = (severity: FieldProblem["severity"]) => problems.find((problem) => problem.severity === severity)?.message ?? null;
  const warning = messageOf("warning");
  const note = messageOf("note");
  const advice =
    warning !== null ? { severity: "warning" as const, message: warning } : note === null ? null : { severity: "note" as const, message: note };
  return { error: messageOf("error"), advice };
}

type ChoicePath =
  | "order"
  | "onFailure"
  | "supersede"
  | "metrics.onInsufficient"
  | "metrics.onBlind"
  | `metrics.custom.${number}.kind`
  | `hooks.${HookName}.kind`
  | `hooks.${HookName}.onFailure`;
type TextPath = Exclude<FieldPathByValue<PlanForm, string>, ChoicePath | `windows.${number}.days.${number}` | `metrics.latency.${number}`>;

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
      <Field label={label ?? fieldLabel(name)} error={error} hint={advice && !error ? <AdviceText advice={advice} /> : hint} optional={optional}>
        <Input {...register(name)} mono={mono} placeholder={placeholder} autoComplete="off" spellCheck={false} />
      </Field>
    </div>
  );
}

interface PlanChoiceProps<Path extends ChoicePath> {
  readonly name: Path;
  readonly label?: ReactNode;
  readonly hint?: ReactNode;
  readonly options: readonly SelectOption<string>[];
  readonly className?: string;
}

/** One of a few words of the plan. */
export function PlanChoice<Path extends ChoicePath>({ name, label, hint, options, className }: PlanChoiceProps<Path>) {
  const { control } = useFormContext<PlanForm>();
  const { error, advice } = useFieldProblem(name);
  return (
    <div data-field={name} className={cn("min-w-0", className)}>
      <Field label={label ?? fieldLabel(name)} error={error} hint={advice && !error ? <AdviceText advice={advice} /> : hint}>
        <Controller
          control={control}
          name={name}
          render={({ field }) => <Select value={field.value} onValueChange={(value) => field.onChange(value)} options={options} />}
        />
      </Field>
    </div>
  );
}

/** What speaks against the value, beside it; the problem list has room for all of it. */
function AdviceText({ advice }: { advice: Advice }) {
  return (
    <span className={cn("line-clamp-3", advice.severity === "warning" ? "text-warn" : "text-ink-soft")} title={advice.message}>
      {advice.message}
    </span>
  );
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
