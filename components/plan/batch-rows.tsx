"use client";

import { ArrowDown, ArrowUp, Plus, X } from "lucide-react";
import { useRef } from "react";
import { Controller, useFieldArray, useFormContext } from "react-hook-form";
import { Button } from "#components/ui/button.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { cn } from "#components/ui/cn.ts";
import { ListProblem, RowCell, RowProblem } from "./field-rows.tsx";
import { useFieldProblem } from "./plan-field.tsx";
import type { PlanForm } from "./plan-form.ts";

const batchesMax = 100;
const columns = "grid grid-cols-[1.25rem_minmax(0,1fr)_minmax(0,1fr)_5.5rem_6rem] items-start gap-x-2 gap-y-1";

/** The plan's batches, one row each, in their order; the last one repeats until the fleet is done. */
export function BatchRows() {
  const { control, watch } = useFormContext<PlanForm>();
  const soak = watch("soak");
  const { fields, append, remove, move } = useFieldArray({ control, name: "batches" });
  const list = useRef<HTMLOListElement>(null);
  const { error } = useFieldProblem("batches");
  const full = fields.length >= batchesMax;

  /** After a row moved or went, the focus stays with what the person was working on. */
  const refocus = (row: number, action: string) =>
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>(`[data-row="${row}"] [data-action="${action}"]`)?.focus());

  return (
    <div data-field="batches" className="flex flex-col gap-2">
      <div aria-hidden className={cn(columns, "text-ink-faint text-xs")}>
        <span />
        <span>Size</span>
        <span>Soak</span>
        <span>Gate</span>
      </div>
      <ol ref={list} className="flex flex-col gap-2">
        {fields.map((field, row) => (
          <li key={field.id} data-row={row} className={columns}>
            <span aria-hidden className="numbers mt-1.5 text-center text-ink-soft text-xs leading-5">
              {row + 1}
            </span>
            <RowCell name={`batches.${row}.size`} placeholder="1 or 25%" />
            <RowCell name={`batches.${row}.soak`} placeholder={soak} />
            <div className="pt-1.5">
              <Controller
                control={control}
                name={`batches.${row}.approval`}
                render={({ field: approval }) => (
                  <Checkbox checked={approval.value} onCheckedChange={approval.onChange}>
                    <span className="sr-only">Batch {row + 1}: </span>
                    Approval
                  </Checkbox>
                )}
              />
            </div>
            <div className="flex">
              <Button
                variant="ghost"
                size="icon"
                data-action="up"
                aria-label={`Move batch ${row + 1} up`}
                disabledReason={row === 0 ? "This is the first batch." : null}
                onClick={() => {
                  move(row, row - 1);
                  refocus(row - 1, "up");
                }}
              >
                <ArrowUp aria-hidden />
              </Button>
              <Button
                variant="ghost"
                size="icon"
                data-action="down"
                aria-label={`Move batch ${row + 1} down`}
                disabledReason={row === fields.length - 1 ? "This is the last batch." : null}
                onClick={() => {
                  move(row, row + 1);
                  refocus(row + 1, "down");
                }}
              >
                <ArrowDown aria-hidden />
              </Button>
              <Button
                variant="ghost"
                size="icon"
                data-action="remove"
                aria-label={`Remove batch ${row + 1}`}
                disabledReason={fields.length === 1 ? "A plan has at least one batch." : null}
                onClick={() => {
                  remove(row);
                  refocus(Math.max(0, row - 1), "remove");
                }}
              >
                <X aria-hidden />
              </Button>
            </div>
            <RowProblem name={`batches.${row}.size`} className="col-span-4 col-start-2" />
            <RowProblem name={`batches.${row}.soak`} className="col-span-4 col-start-2" />
          </li>
        ))}
      </ol>
      <ListProblem message={error} />
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Button
          size="small"
          disabledReason={full ? `A plan has at most ${batchesMax} batches; the last one repeats.` : null}
          onClick={() => append({ size: "25%", soak: "", approval: false }, { shouldFocus: true, focusName: `batches.${fields.length}.size` })}
        >
          <Plus aria-hidden />
          Add batch
        </Button>
        <p className="text-ink-faint text-xs">The last batch repeats until the fleet is done.</p>
      </div>
    </div>
  );
}
