"use client";

import { Field } from "#components/ui/field.tsx";
import { Textarea } from "#components/ui/input.tsx";
import { Ago } from "#components/ui/time.tsx";
import type { HeldRelease } from "#domain/fleet.ts";

const reasonLengthMax = 500;

interface StartHeldProps {
  readonly held: HeldRelease;
  readonly releaseName: string;
  readonly reason: string;
  readonly error: string | null;
  readonly onReason: (reason: string) => void;
}

/** The release was rolled back on this fleet before: why, and the word that it takes to try it again. */
export function StartHeld({ held, releaseName, reason, error, onReason }: StartHeldProps) {
  return (
    <div className="flex flex-col gap-3 rounded-md border border-line border-l-4 border-l-bad px-4 py-3">
      <p className="text-sm">
        <span className="font-medium">
          {releaseName} is held: it was rolled back here <Ago at={held.at} />.
        </span>{" "}
        <span className="break-words text-ink-soft">{held.reason}</span>
      </p>
      <Field label="Why roll it out again?" error={error} hint="Needed. Starting it lifts the hold; the reason is kept with your name.">
        <Textarea rows={2} maxLength={reasonLengthMax} value={reason} onChange={(event) => onReason(event.target.value)} />
      </Field>
    </div>
  );
}
