"use client";

import { Button } from "#components/ui/button.tsx";
import { Tooltip } from "#components/ui/tooltip.tsx";
import type { PlanInput } from "#domain/plan.ts";
import { planTemplates } from "./plan-templates.ts";

/** A beginning for a new plan; the name stays. */
export function TemplatePicker({ onPick }: { onPick: (plan: PlanInput) => void }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as one row of buttons
    <div role="group" aria-label="Begin with a template" className="mt-4 flex flex-wrap items-center gap-2">
      <span className="text-ink-soft text-xs">Begin with</span>
      {planTemplates.map((template) => (
        <Tooltip key={template.key} content={template.purpose}>
          <Button size="small" onClick={() => onPick(template.plan)}>
            {template.name}
          </Button>
        </Tooltip>
      ))}
    </div>
  );
}
