"use client";

import { Field } from "@base-ui/react/field";
import type { ComponentProps } from "react";
import { cn } from "./cn.ts";
import { inputLook } from "./input-look.ts";

interface InputProps extends Omit<ComponentProps<"input">, "className"> {
  readonly className?: string;
  readonly mono?: boolean;
  /** Outside a Field; inside one the Field says it. */
  readonly invalid?: boolean;
}

/** A line of text. Takes what `register()` of react-hook-form gives. */
export function Input({ className, mono, invalid, ...rest }: InputProps) {
  return (
    <Field.Control
      {...rest}
      aria-invalid={invalid || undefined}
      className={cn(inputLook, "h-8 pointer-coarse:h-11", mono && "font-mono", invalid && "border-bad", className)}
    />
  );
}

interface TextareaProps extends Omit<ComponentProps<"textarea">, "className"> {
  readonly className?: string;
  readonly mono?: boolean;
}

export function Textarea({ className, mono, rows = 3, ...rest }: TextareaProps) {
  return <Field.Control render={<textarea rows={rows} {...rest} />} className={cn(inputLook, "py-1.5", mono && "font-mono", className)} />;
}
