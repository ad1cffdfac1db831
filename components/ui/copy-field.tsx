"use client";

import { Copy } from "lucide-react";
import { Button } from "./button.tsx";
import { Field } from "./field.tsx";
import { Input } from "./input.tsx";
import { toast } from "./toast.ts";

interface CopyFieldProps {
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  /** "The link is copied." */
  readonly done: string;
}

/** Something that is shown once, to be taken along. */
export function CopyField({ label, hint, value, done }: CopyFieldProps) {
  const copy = async () => {
    // Only there on https and on this machine.
    const copied = await navigator.clipboard?.writeText(value).then(
      () => true,
      () => false,
    );
    if (copied) toast("ok", done);
    else toast("note", "Select it and copy it: this browser does not let us.");
  };
  return (
    <Field label={label} hint={hint}>
      <div className="flex gap-1.5">
        <Input mono readOnly value={value} onFocus={(event) => event.target.select()} />
        <Button onClick={() => void copy()}>
          <Copy aria-hidden /> Copy
        </Button>
      </div>
    </Field>
  );
}
