"use client";

import { Menu as Base } from "@base-ui/react/menu";
import Link from "next/link";
import type { ReactElement, ReactNode } from "react";
import { cn } from "./cn.ts";

const itemClass =
  "flex min-h-8 pointer-coarse:min-h-11 w-full cursor-default select-none items-center gap-2 rounded-sm px-2 py-1 text-left text-sm outline-none data-highlighted:bg-hover data-disabled:text-ink-faint [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-ink-faint";

interface MenuProps {
  readonly trigger: ReactElement;
  readonly children: ReactNode;
  readonly align?: "start" | "end";
  readonly defaultOpen?: boolean;
}

/** A button (`trigger`, an element) that opens a list of actions. Fill it with MenuItem, MenuLink, MenuRadioGroup, MenuSeparator. */
export function Menu({ trigger, children, align = "end", defaultOpen }: MenuProps) {
  return (
    <Base.Root modal={false} defaultOpen={defaultOpen}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner align={align} sideOffset={4} className="z-50 outline-none">
          <Base.Popup className="min-w-44 rounded-md border border-line bg-raised p-1 text-ink shadow-pop outline-none">{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

interface MenuItemProps {
  readonly children: ReactNode;
  readonly onSelect: () => void;
  readonly danger?: boolean;
  readonly disabled?: boolean;
}

export function MenuItem({ children, onSelect, danger, disabled }: MenuItemProps) {
  return (
    <Base.Item className={cn(itemClass, danger && "text-bad [&_svg]:text-bad")} onClick={onSelect} disabled={disabled}>
      {children}
    </Base.Item>
  );
}

export function MenuLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Base.LinkItem className={itemClass} render={<Link href={href} />} closeOnClick>
      {children}
    </Base.LinkItem>
  );
}

interface MenuRadioGroupProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly onValueChange: (value: Value) => void;
  readonly options: readonly { readonly value: Value; readonly label: ReactNode }[];
}

export function MenuRadioGroup<Value extends string>({ label, value, onValueChange, options }: MenuRadioGroupProps<Value>) {
  return (
    <Base.Group>
      <Base.GroupLabel className="px-2 pt-1.5 pb-1 text-ink-faint text-xs">{label}</Base.GroupLabel>
      <Base.RadioGroup value={value} onValueChange={onValueChange}>
        {options.map((option) => (
          <Base.RadioItem key={option.value} value={option.value} className={cn(itemClass, "pr-7")} closeOnClick>
            {option.label}
            <Base.RadioItemIndicator className="-mr-5 ml-auto text-accent">✓</Base.RadioItemIndicator>
          </Base.RadioItem>
        ))}
      </Base.RadioGroup>
    </Base.Group>
  );
}

export function MenuSeparator() {
  return <Base.Separator className="my-1 h-px bg-line" />;
}

/** Text that is not an action, e.g. who is signed in. */
export function MenuText({ children }: { children: ReactNode }) {
  return <div className="px-2 py-1.5 text-ink-soft text-xs">{children}</div>;
}
