"use client";

import { Radio } from "@base-ui/react/radio";
import { RadioGroup as Base } from "@base-ui/react/radio-group";
import type { ReactNode } from "react";

interface RadioGroupProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly onValueChange: (value: Value) => void;
  readonly options: readonly { readonly value: Value; readonly label: ReactNode; readonly hint?: ReactNode }[];
  /** One beside the other instead of one below the other. */
  readonly inline?: boolean;
}

/** A few choices, all visible. */
export function RadioGroup<Value extends string>({ label, value, onValueChange, options, inline }: RadioGroupProps<Value>) {
  return (
    <Base
      aria-label={label}
      value={value}
      onValueChange={(next) => onValueChange(next as Value)}
      className={inline ? "flex flex-wrap gap-x-5 gap-y-2" : "flex flex-col gap-2"}
    >
      {options.map((option) => (
        // biome-ignore lint/a11y/noLabelWithoutControl: the control is the Base UI radio inside
        <label key={option.value} className="touch-target flex min-h-6 items-start gap-2 text-sm">
          <Radio.Root
            value={option.value}
            className="mt-0.5 flex size-4 shrink-0 items-center justify-center rounded-full border border-line-strong bg-surface data-checked:border-accent data-checked:bg-accent"
          >
            <Radio.Indicator className="size-1.5 rounded-full bg-on-accent" />
          </Radio.Root>
          <span>
            {option.label}
            {option.hint ? <span className="block text-ink-faint text-xs">{option.hint}</span> : null}
          </span>
        </label>
      ))}
    </Base>
  );
}
