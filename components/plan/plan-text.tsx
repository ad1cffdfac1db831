"use client";

import { useState } from "react";
import { Field } from "#components/ui/field.tsx";
import { Textarea } from "#components/ui/input.tsx";
import type { Plan } from "#domain/plan.ts";
import { formatPlan, readPlanText } from "./read-plan-text.ts";

interface PlanTextProps {
  /** What the fields say now; `unknown` because it may be half written. */
  readonly value: unknown;
  /** Called with every text that is a plan. */
  readonly onPlan: (plan: Plan) => void;
  /** Why the text is no plan, or null: until it is one, the fields say something else and nothing may be saved. */
  readonly onProblem: (problem: string | null) => void;
}

/** The same plan as text. What is a plan goes to the fields at once; what is none is told here and changes nothing. */
export function PlanText({ value, onPlan, onProblem }: PlanTextProps) {
  const [text, setText] = useState(() => formatPlan(value));
  const { error } = readPlanText(text);

  const change = (next: string) => {
    setText(next);
    const { plan, error: problem } = readPlanText(next);
    onProblem(problem);
    if (plan) onPlan(plan);
  };

  return (
    <div data-field="text">
      <Field label="Plan as YAML" error={error} hint="JSON is read too. Fields that are left out have their defaults.">
        <Textarea mono rows={34} spellCheck={false} value={text} onChange={(event) => change(event.target.value)} className="text-xs leading-5" />
      </Field>
    </div>
  );
}
