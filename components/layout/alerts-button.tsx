"use client";

import { Bell } from "lucide-react";
import { Button, type ButtonProps } from "#components/ui/button.tsx";
import { useAttention } from "#hooks/use-attention.ts";

const shownMax = 9;

/** How many things need a person, wherever the console is narrowed to. Opens their list; takes what a menu gives its trigger. */
export function AlertsButton(rest: ButtonProps) {
  const count = useAttention().entries.length;
  return (
    <Button variant="ghost" size="icon" {...rest} className="relative" aria-label={labelOf(count)}>
      <Bell aria-hidden />
      {count > 0 ? (
        <span
          aria-hidden
          className="numbers absolute top-0 right-0 flex h-4 min-w-4 items-center justify-center rounded-full bg-warn-soft px-1 font-semibold text-warn text-xs leading-none ring-2 ring-surface"
        >
          {count > shownMax ? `${shownMax}+` : count}
        </span>
      ) : null}
    </Button>
  );
}

function labelOf(count: number): string {
  if (count === 0) return "Alerts: nothing needs you";
  return count === 1 ? "Alerts: 1 thing needs you" : `Alerts: ${count} things need you`;
}
