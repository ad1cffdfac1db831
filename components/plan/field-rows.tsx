"use client";

import { type ReactNode, useId } from "react";
import { useFormContext } from "react-hook-form";
import { cn } from "#components/ui/cn.ts";
import { Input } from "#components/ui/input.tsx";
import { useFieldProblem } from "./plan-field.tsx";
import { fieldLabel } from "./plan-fields.ts";
import type { PlanForm } from "./plan-form.ts";

/** Two fields beside each other, again and again; what spans both says `col-span-2`. */
export function FieldGrid({ children }: { children: ReactNode }) {
  return <div className="grid grid-cols-2 gap-x-3 gap-y-4">{children}</div>;
}

type CellPath = `batches.${number}.${"size" | "soak"}` | `windows.${number}.${"from" | "to" | "zone"}`;

interface RowCellProps {
  readonly name: CellPath;
  /** Above the cell; without it the column has a heading, and the cell is named for those who do not see that. */
  readonly label?: string;
  readonly placeholder: string;
  readonly mono?: boolean;
  /** Id of a datalist with suggestions. */
  readonly list?: string;
}

/** One value of a row of a list. Its sentence stands below the whole row, where there is room for it: see RowProblem. */
export function RowCell({ name, label, placeholder, mono = true, list }: RowCellProps) {
  const { register } = useFormContext<PlanForm>();
  const inputId = useId();
  const { error } = useFieldProblem(name);
  return (
    <div data-field={name} className="flex min-w-0 flex-col gap-1">
      {label ? (
        <label htmlFor={inputId} className="font-medium text-sm">
          {label}
        </label>
      ) : null}
      <Input
        {...register(name)}
        id={inputId}
        mono={mono}
        list={list}
        invalid={error !== null}
        aria-label={label ? undefined : fieldLabel(name)}
        aria-describedby={error ? problemId(name) : undefined}
        placeholder={placeholder}
        autoComplete="off"
        spellCheck={false}
      />
    </div>
  );
}

/** What is wrong with a cell, or worth a thought. */
export function RowProblem({ name, className }: { name: CellPath; className?: string }) {
  const { error, advice } = useFieldProblem(name);
  if (!error && !advice) return null;
  const tone = error ? "text-bad text-sm" : advice?.severity === "warning" ? "text-warn text-xs" : "text-ink-soft text-xs";
  return (
    <p id={problemId(name)} className={cn(tone, className)}>
      {error ?? advice?.message}
    </p>
  );
}

/** What is wrong with a whole list, said as soon as it is. */
export function ListProblem({ message }: { message: string | null }) {
  if (!message) return null;
  return (
    <p role="alert" className="text-bad text-sm">
      {message}
    </p>
  );
}

function problemId(name: CellPath): string {
  return `${name.replaceAll(".", "-")}-problem`;
}
