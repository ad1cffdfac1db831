"use client";

import { useState } from "react";
import { Field } from "#components/ui/field.tsx";
import { Textarea } from "#components/ui/input.tsx";
import { type Plan, Plan as PlanSchema } from "#domain/plan.ts";
import { fieldLabel } from "./plan-fields.ts";
import { compactPlan, parsePlan } from "./plan-form.ts";

interface PlanJsonProps {
  /** What the fields say now; `unknown` because it may be half written. */
  readonly value: unknown;
  /** Called with every text that is a plan. */
  readonly onPlan: (plan: Plan) => void;
  /** Why the text is no plan, or null: until it is one, the fields say something else and nothing may be saved. */
  readonly onProblem: (problem: string | null) => void;
}

/** The same plan as text. What is a plan goes to the fields at once; what is none is told here and changes nothing. */
export function PlanJson({ value, onPlan, onProblem }: PlanJsonProps) {
  const [text, setText] = useState(() => format(value));
  const { error } = readJson(text);

  const change = (next: string) => {
    setText(next);
    const { plan, error: problem } = readJson(next);
    onProblem(problem);
    if (plan) onPlan(plan);
  };

  return (
    <div data-field="json">
      <Field label="Plan as JSON" error={error} hint="The schema is the API's; fields that are left out have their defaults.">
        <Textarea mono rows={34} spellCheck={false} value={text} onChange={(event) => change(event.target.value)} className="text-xs leading-5" />
      </Field>
    </div>
  );
}

/** A plan, or why the text is none: where it stops being JSON, or which field is wrong. */
export function readJson(text: string): { plan: Plan | null; error: string | null } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { plan: null, error: `This is not JSON yet: ${error instanceof Error ? error.message : "it cannot be read"}.` };
  }
  const { plan, problems } = parsePlan(value);
  const [first] = problems;
  if (!first) return { plan, error: null };
  const more = problems.length > 1 ? ` And ${problems.length - 1} more.` : "";
  return { plan: null, error: `${first.field ? `${fieldLabel(first.field)}: ` : ""}${first.message}${more}` };
}

function format(value: unknown): string {
  const parsed = PlanSchema.safeParse(value);
  return JSON.stringify(parsed.success ? compactPlan(parsed.data) : value, null, 2);
}
