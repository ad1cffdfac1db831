"use client";

import { Field as Base } from "@base-ui/react/field";
import type { ReactNode } from "react";
import { cn } from "./cn.ts";

interface FieldProps {
  readonly label: ReactNode;
  /** A sentence; the field is then invalid and the sentence belongs to its description. */
  readonly error?: string | null;
  readonly hint?: ReactNode;
  /** Shown after the label for what may stay empty. */
  readonly optional?: boolean;
  readonly disabled?: boolean;
  readonly className?: string;
  /** One control: Input, Textarea, Select … It is tied to the label and the error by itself. */
  readonly children: ReactNode;
}

export function Field({ label, error, hint, optional, disabled, className, children }: FieldProps) {
  return (
    <Base.Root invalid={Boolean(error)} disabled={disabled} className={cn("flex min-w-0 flex-col gap-1", className)}>
      <Base.Label className="font-medium text-sm">
        {label}
        {optional ? <span className="ml-1 font-normal text-ink-faint">optional</span> : null}
      </Base.Label>
      {children}
      {error ? (
        <Base.Error match className="text-bad text-sm">
          {error}
        </Base.Error>
      ) : null}
      {hint ? <Base.Description className="text-ink-faint text-xs">{hint}</Base.Description> : null}
    </Base.Root>
  );
}
