"use client";

import { Save } from "lucide-react";
import { Button } from "#components/ui/button.tsx";
import { useWhyNotAllowed } from "#hooks/use-permission.ts";
import { fieldLabel } from "./plan-fields.ts";
import type { FieldProblem } from "./plan-problems.ts";
import { formatCount } from "./plan-sentence.ts";

interface SaveBarProps {
  /** Of the saved plan; null while it was never saved. */
  readonly version: number | null;
  readonly errors: readonly FieldProblem[];
  readonly changes: number;
  readonly pending: boolean;
  /** What the server said that no field says. */
  readonly problem: string | null;
  readonly onSave: () => void;
  readonly onDiscard: () => void;
}

/** Always in sight: what a save would do, and why it would not. */
export function SaveBar({ version, errors, changes, pending, problem, onSave, onDiscard }: SaveBarProps) {
  const fresh = version === null;
  const unchanged = !fresh && changes === 0 && errors.length === 0;
  const forbidden = useWhyNotAllowed("plan.save");
  const reason = forbidden ?? (errors[0] ? whyNotSave(errors[0], errors.length) : unchanged ? `Version ${version} says exactly this.` : null);
  return (
    <div className="sticky bottom-14 z-10 -mx-4 mt-4 hidden min-h-14 flex-wrap items-center justify-end gap-x-3 gap-y-2 border-line border-t bg-canvas px-4 py-2 sm:-mx-6 sm:bottom-0 sm:px-6 md:flex">
      <p role="status" className="min-w-0 flex-1 text-sm">
        {problem ? (
          <span className="text-bad">{problem}</span>
        ) : (
          <span className="text-ink-soft">{describeState(version, changes, errors.length)}</span>
        )}
      </p>
      {fresh || unchanged ? null : (
        <Button variant="ghost" onClick={onDiscard}>
          Discard changes
        </Button>
      )}
      <Button variant="primary" onClick={onSave} pending={pending} disabledReason={reason}>
        <Save aria-hidden />
        {fresh ? "Save plan" : `Save version ${version + 1}`}
      </Button>
    </div>
  );
}

function whyNotSave(first: FieldProblem, errors: number): string {
  const more = errors > 1 ? ` And ${errors - 1} more.` : "";
  return `${fieldLabel(first.field)}: ${first.message}${more}`;
}

function describeState(version: number | null, changes: number, errors: number): string {
  if (errors > 0) return `${formatCount(errors, "error")} to correct before this can be saved.`;
  if (version === null) return "Not saved yet. A draft is kept on this device.";
  return changes === 0 ? `Version ${version}, unchanged.` : `${formatCount(changes, "field")} changed. A draft is kept on this device.`;
}
