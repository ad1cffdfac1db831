"use client";

import { cn } from "#components/ui/cn.ts";
import { type Window, weekdays } from "#domain/plan.ts";
import { dayNames } from "./window-words.ts";

type Day = Window["days"][number];

interface DayTogglesProps {
  readonly label: string;
  readonly value: readonly Day[];
  readonly onChange: (days: Day[]) => void;
}

/** The week as seven buttons, each in or out. */
export function DayToggles({ label, value, onChange }: DayTogglesProps) {
  const toggle = (day: Day) => onChange(weekdays.filter((each) => (each === day ? !value.includes(each) : value.includes(each))));
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as one row of buttons
    <div role="group" aria-label={label} className="flex flex-wrap gap-1">
      {weekdays.map((day) => (
        <button
          key={day}
          type="button"
          aria-pressed={value.includes(day)}
          onClick={() => toggle(day)}
          className={cn(
            "touch-target h-7 rounded-md pointer-coarse:h-9 border px-2 font-medium text-xs",
            value.includes(day) ? "border-accent bg-accent-soft text-accent" : "border-line text-ink-faint hover:border-line-strong hover:text-ink",
          )}
        >
          {dayNames[day]}
        </button>
      ))}
    </div>
  );
}
