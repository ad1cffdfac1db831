"use client";

import { Tabs as Base } from "@base-ui/react/tabs";
import type { ReactNode } from "react";

export interface Tab {
  readonly value: string;
  readonly label: ReactNode;
  readonly content: ReactNode;
}

interface TabsProps {
  readonly tabs: readonly Tab[];
  readonly label: string;
  readonly value?: string;
  readonly defaultValue?: string;
  readonly onValueChange?: (value: string) => void;
  /** Stands at the right end of the row of tabs. */
  readonly aside?: ReactNode;
}

export function Tabs({ tabs, label, value, defaultValue, onValueChange, aside }: TabsProps) {
  return (
    <Base.Root value={value} defaultValue={defaultValue ?? tabs[0]?.value} onValueChange={(next) => onValueChange?.(String(next))}>
      <div className="flex items-end justify-between gap-3 border-line border-b">
        <Base.List aria-label={label} className="relative flex gap-1 overflow-x-auto">
          {tabs.map((tab) => (
            <Base.Tab
              key={tab.value}
              value={tab.value}
              className="h-9 min-w-11 whitespace-nowrap pointer-coarse:h-11 border-transparent border-b-2 px-2.5 font-medium text-ink-soft text-sm outline-offset-[-2px] hover:text-ink data-active:border-accent data-active:text-ink"
            >
              {tab.label}
            </Base.Tab>
          ))}
        </Base.List>
        {aside ? <div className="pb-1.5">{aside}</div> : null}
      </div>
      {tabs.map((tab) => (
        <Base.Panel key={tab.value} value={tab.value} className="pt-3">
          {tab.content}
        </Base.Panel>
      ))}
    </Base.Root>
  );
}
