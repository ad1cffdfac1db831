"use client";

import { useFormContext } from "react-hook-form";
import { Card } from "#components/ui/card.tsx";
import { type HookName, hookNames } from "#domain/hook-names.ts";
import { FieldGrid } from "./field-rows.tsx";
import { PlanChoice, PlanField } from "./plan-field.tsx";
import { hookLabels } from "./plan-fields.ts";
import type { PlanForm } from "./plan-form.ts";

const purposes: Readonly<Record<HookName, string>> = {
  prepare: "A backup, a test of the release. Nothing is touched before it succeeds.",
  beforeBatch: "Runs before the instances of each batch are touched.",
  afterBatch: "Runs when a batch has settled, before its gate.",
  finalize: "Runs once when every batch has passed: the validation of the whole.",
  rollback: "Runs when every instance is back, before the rollback counts as done.",
};

/** Something of the user's own that the rollout waits for. */
export function HooksSection() {
  return (
    <Card title="Hooks" description="Programs of this machine or URLs that the rollout runs and waits for.">
      <ul className="-my-3 divide-y divide-line">
        {hookNames.map((hook) => (
          <li key={hook} className="py-3">
            <HookFields hook={hook} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function HookFields({ hook }: { hook: HookName }) {
  const { watch } = useFormContext<PlanForm>();
  const kind = watch(`hooks.${hook}.kind`);
  return (
    <fieldset data-field={`hooks.${hook}`}>
      <legend className="sr-only">Hook {hookLabels[hook]}</legend>
      <FieldGrid>
        <PlanChoice
          name={`hooks.${hook}.kind`}
          className="col-span-2"
          label={capital(hookLabels[hook])}
          hint={purposes[hook]}
          options={[
            { value: "none", label: "None" },
            { value: "command", label: "Run a command" },
            { value: "webhook", label: "Call a webhook" },
          ]}
        />
        {kind === "command" ? (
          <PlanField
            name={`hooks.${hook}.command`}
            className="col-span-2"
            label="Command"
            placeholder="/usr/local/bin/backup --all"
            hint="The program and its arguments; quotes hold a space together. No shell."
          />
        ) : null}
        {kind === "webhook" ? (
          <PlanField
            name={`hooks.${hook}.webhook`}
            className="col-span-2"
            label="URL"
            placeholder="https://example.org/hook"
            hint="A POST; an answer of 200–299 is success."
          />
        ) : null}
        {kind === "none" ? null : (
          <>
            <PlanField name={`hooks.${hook}.timeout`} label="Timeout" hint="After it, the hook has failed." />
            <PlanChoice
              name={`hooks.${hook}.onFailure`}
              label="If it fails"
              options={[
                { value: "plan", label: "As the plan's On failure" },
                { value: "rollback", label: "Roll back" },
                { value: "pause", label: "Pause for a person" },
                { value: "stop", label: "Stop" },
                { value: "continue", label: "Go on, and say so" },
              ]}
            />
          </>
        )}
      </FieldGrid>
    </fieldset>
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
