"use client";

import { Switch as Base } from "@base-ui/react/switch";
import { type ReactNode, useId } from "react";
import { Tooltip } from "./tooltip.tsx";

interface SwitchProps {
  readonly checked: boolean;
  readonly onCheckedChange: (checked: boolean) => void;
  readonly children: ReactNode;
  readonly disabled?: boolean;
  /** A sentence: the switch stays visible and focusable, does nothing, and says why. */
  readonly disabledReason?: string | null;
}

/** On or off, at once, with its label. */
export function Switch({ checked, onCheckedChange, children, disabled, disabledReason }: SwitchProps) {
  const reasonId = useId();
  const blocked = Boolean(disabledReason);
  const label = (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the Base UI switch inside
    <label className="touch-target inline-flex min-h-6 items-center gap-2 text-sm">
      <Base.Root
        checked={checked}
        onCheckedChange={(next) => !blocked && onCheckedChange(next)}
        disabled={disabled}
        readOnly={blocked}
        aria-disabled={blocked || undefined}
        aria-describedby={blocked ? reasonId : undefined}
        className="relative aria-disabled:opacity-55 flex h-5 w-9 shrink-0 items-center rounded-full border border-line-strong bg-sunken px-0.5 transition-colors data-checked:border-accent data-checked:bg-accent data-disabled:opacity-55 motion-reduce:transition-none"
      >
        <Base.Thumb className="size-3.5 rounded-full bg-ink-faint transition-transform data-checked:translate-x-4 data-checked:bg-on-accent motion-reduce:transition-none" />
      </Base.Root>
      <span>{children}</span>
    </label>
  );
  if (!blocked) return label;
  return (
    <>
      <Tooltip content={disabledReason}>{label}</Tooltip>
      <span id={reasonId} hidden>
        {disabledReason}
      </span>
    </>
  );
}
