"use client";

import { Select as Base } from "@base-ui/react/select";
import { Check, ChevronsUpDown } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "./cn.ts";
import { controlLook } from "./input-look.ts";

export interface SelectOption<Value extends string> {
  readonly value: Value;
  readonly label: ReactNode;
  readonly disabled?: boolean;
}

interface SelectProps<Value extends string> {
  readonly value: Value | null;
  readonly onValueChange: (value: Value) => void;
  readonly options: readonly SelectOption<Value>[];
  readonly placeholder?: string;
  readonly disabled?: boolean;
  readonly name?: string;
  readonly className?: string;
  /** Only outside a Field. */
  readonly "aria-label"?: string;
}

/** One of a list. Inside a Field it is labelled by it. */
export function Select<Value extends string>({ value, onValueChange, options, placeholder = "Choose…", className, ...rest }: SelectProps<Value>) {
  return (
    <Base.Root
      items={options.map(({ value: itemValue, label }) => ({ value: itemValue, label }))}
      value={value}
      onValueChange={(next) => next !== null && onValueChange(next as Value)}
      disabled={rest.disabled}
      name={rest.name}
      modal={false}
    >
      <Base.Trigger
        aria-label={rest["aria-label"]}
        className={cn(controlLook, "flex h-8 items-center pointer-coarse:h-11 justify-between gap-2 text-left", className)}
      >
        <Base.Value className="truncate data-placeholder:text-ink-faint" placeholder={placeholder} />
        <Base.Icon>
          <ChevronsUpDown aria-hidden className="size-3.5 text-ink-faint" />
        </Base.Icon>
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner sideOffset={4} alignItemWithTrigger={false} className="z-60 outline-none">
          <Base.Popup className="max-h-72 min-w-(--anchor-width) overflow-y-auto rounded-md border border-line bg-raised p-1 text-ink shadow-pop outline-none">
            {options.map((option) => (
              <Base.Item
                key={option.value}
                value={option.value}
                disabled={option.disabled}
                className="flex min-h-8 cursor-default pointer-coarse:min-h-11 select-none items-center gap-2 rounded-sm px-2 py-1 text-sm outline-none data-highlighted:bg-hover data-disabled:text-ink-faint"
              >
                <Base.ItemText className="min-w-0 flex-1 truncate">{option.label}</Base.ItemText>
                <Base.ItemIndicator>
                  <Check aria-hidden className="size-3.5 text-accent" />
                </Base.ItemIndicator>
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
