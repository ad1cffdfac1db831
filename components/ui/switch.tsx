"use client";

import { Switch as Base } from "@base-ui/react/switch";
import type { ReactNode } from "react";

interface SwitchProps {
  readonly checked: boolean;
  readonly onCheckedChange: (checked: boolean) => void;
  readonly children: ReactNode;
  readonly disabled?: boolean;
}

/** On or off, at once, with its label. */
export function Switch({ checked, onCheckedChange, children, disabled }: SwitchProps) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the Base UI switch inside
    <label className="touch-target inline-flex min-h-6 items-center gap-2 text-sm">
      <Base.Root
        checked={checked}
        onCheckedChange={(next) => onCheckedChange(next)}
        disabled={disabled}
        className="relative flex h-5 w-9 shrink-0 items-center rounded-full border border-line-strong bg-sunken px-0.5 transition-colors data-checked:border-accent data-checked:bg-accent data-disabled:opacity-55 motion-reduce:transition-none"
      >
        <Base.Thumb className="size-3.5 rounded-full bg-ink-faint transition-transform data-checked:translate-x-4 data-checked:bg-on-accent motion-reduce:transition-none" />
      </Base.Root>
      <span>{children}</span>
    </label>
  );
}
