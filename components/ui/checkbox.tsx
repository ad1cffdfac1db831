"use client";

import { Checkbox as Base } from "@base-ui/react/checkbox";
import { Check } from "lucide-react";
import type { ReactNode } from "react";

interface CheckboxProps {
  readonly checked: boolean;
  readonly onCheckedChange: (checked: boolean) => void;
  readonly children: ReactNode;
  readonly disabled?: boolean;
}

/** A box with its sentence; both can be clicked. */
export function Checkbox({ checked, onCheckedChange, children, disabled }: CheckboxProps) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the Base UI checkbox inside
    <label className="touch-target flex min-h-6 items-start gap-2 text-sm">
      <Base.Root
        checked={checked}
        onCheckedChange={(next) => onCheckedChange(next)}
        disabled={disabled}
        className="mt-0.5 flex size-4 shrink-0 items-center justify-center rounded-sm border border-line-strong bg-surface data-checked:border-accent data-checked:bg-accent data-checked:text-on-accent data-disabled:opacity-55"
      >
        <Base.Indicator>
          <Check aria-hidden className="size-3" strokeWidth={3} />
        </Base.Indicator>
      </Base.Root>
      <span>{children}</span>
    </label>
  );
}
