"use client";

import { Plus, X } from "lucide-react";
import { useId, useMemo } from "react";
import { Controller, useFieldArray, useFormContext } from "react-hook-form";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { useNow } from "#components/ui/time.tsx";
import { Plan, type Window, weekdays } from "#domain/plan.ts";
import { DayToggles } from "./day-toggles.tsx";
import { ListProblem, RowCell, RowProblem } from "./field-rows.tsx";
import { PlanChoice, useFieldProblem } from "./plan-field.tsx";
import type { PlanForm } from "./plan-form.ts";
import { describeNextBatch } from "./window-words.ts";

const windowsMax = 20;
/** The sentence about the next opening is renewed this often, in milliseconds. */
const sentenceMs = 30_000;

/** When batches may start, and what becomes of a rollout that is active already. */
export function WindowsSection() {
  const { control } = useFormContext<PlanForm>();
  const { fields, append, remove } = useFieldArray({ control, name: "windows" });
  const zonesId = useId();
  const { error, advice } = useFieldProblem("windows");
  return (
    <Card title="Windows" description="When new batches may start. A rollback never waits for one.">
      <div data-field="windows" className="flex flex-col gap-3">
        <datalist id={zonesId}>
          {zones.map((zone) => (
            <option key={zone} value={zone} />
          ))}
        </datalist>
        <ul className="flex flex-col gap-3 empty:hidden">
          {fields.map((field, row) => (
            <li key={field.id}>
              <WindowRow row={row} zonesId={zonesId} onRemove={() => remove(row)} />
            </li>
          ))}
        </ul>
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <Button
            size="small"
            disabledReason={fields.length >= windowsMax ? `A plan has at most ${windowsMax} windows.` : null}
            onClick={() => append({ days: weekdays.slice(0, 5), from: "09:00", to: "17:00", zone: ownZone() })}
          >
            <Plus aria-hidden />
            Add window
          </Button>
          <NextBatch />
        </div>
        <ListProblem message={error} />
        {advice && !error ? <p className={advice.severity === "warning" ? "text-warn text-xs" : "text-ink-soft text-xs"}>{advice.message}</p> : null}
        <PlanChoice
          name="supersede"
          hint="Read from the new rollout; the start dialog can choose otherwise."
          options={[
            { value: "reject", label: "Refuse to start" },
            { value: "queue", label: "Queue behind it" },
            { value: "replace", label: "Replace it where it stands" },
          ]}
        />
      </div>
    </Card>
  );
}

function WindowRow({ row, zonesId, onRemove }: { row: number; zonesId: string; onRemove: () => void }) {
  const { control } = useFormContext<PlanForm>();
  const days = useFieldProblem(`windows.${row}.days`);
  return (
    <fieldset className="flex flex-col gap-2 rounded-md border border-line px-3 pt-2 pb-3">
      <legend className="sr-only">Window {row + 1}</legend>
      <div data-field={`windows.${row}.days`} className="flex items-center gap-2">
        <Controller
          control={control}
          name={`windows.${row}.days`}
          render={({ field }) => <DayToggles label={`Days of window ${row + 1}`} value={field.value} onChange={field.onChange} />}
        />
        <Button variant="ghost" size="icon-small" className="ml-auto" aria-label={`Remove window ${row + 1}`} onClick={onRemove}>
          <X aria-hidden />
        </Button>
      </div>
      <ListProblem message={days.error} />
      <div className="grid grid-cols-[5rem_5rem_minmax(0,1fr)] gap-x-3">
        <RowCell name={`windows.${row}.from`} label="From" placeholder="09:00" />
        <RowCell name={`windows.${row}.to`} label="To" placeholder="17:00" />
        <RowCell name={`windows.${row}.zone`} label="Time zone" placeholder="Europe/Berlin" mono={false} list={zonesId} />
      </div>
      <RowProblem name={`windows.${row}.from`} />
      <RowProblem name={`windows.${row}.to`} />
      <RowProblem name={`windows.${row}.zone`} />
    </fieldset>
  );
}

/** Said as soon as every window can be read. */
function NextBatch() {
  const now = useNow(sentenceMs);
  const { watch } = useFormContext<PlanForm>();
  const text = JSON.stringify(watch("windows"));
  const windows = useMemo(() => readWindows(JSON.parse(text) as PlanForm["windows"]), [text]);
  return (
    <p role="status" className="numbers min-w-0 flex-1 basis-48 text-ink-soft text-xs">
      {windows === null || now === null ? "" : describeNextBatch(windows, now)}
    </p>
  );
}

function readWindows(windows: PlanForm["windows"]): readonly Window[] | null {
  return Plan.shape.windows.safeParse(windows).data ?? null;
}

function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}

const zones = ["UTC", ...Intl.supportedValuesOf("timeZone")];
