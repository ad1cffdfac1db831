"use client";

import { SlidersHorizontal } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { Button } from "./button.tsx";
import { cn } from "./cn.ts";

interface FilterBarProps {
  /** The text that narrows: always there. */
  readonly search: ReactNode;
  /** On a phone behind a button. */
  readonly children: ReactNode;
  readonly isNarrowed: boolean;
  readonly onClear: () => void;
  readonly className?: string;
}

/** What a list is narrowed by. Fill it with a SearchInput and FilterSelects. */
export function FilterBar({ search, children, isNarrowed, onClear, className }: FilterBarProps) {
  const filtersId = useId();
  const [open, setOpen] = useState(false);
  return (
    <search className={cn("flex flex-wrap items-center gap-2", className)}>
      <div className="min-w-0 flex-1 sm:w-52 sm:flex-none">{search}</div>
      <Button className="sm:hidden" aria-expanded={open} aria-controls={filtersId} onClick={() => setOpen(!open)}>
        <SlidersHorizontal aria-hidden />
        Filter
      </Button>
      <div id={filtersId} className={cn("grid basis-full grid-cols-2 gap-2 sm:contents", !open && "max-sm:hidden")}>
        {children}
      </div>
      {isNarrowed ? (
        <Button variant="ghost" onClick={onClear}>
          Clear
        </Button>
      ) : null}
    </search>
  );
}
