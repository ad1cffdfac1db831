import type { ReactNode } from "react";
import { cn } from "#components/ui/cn.ts";
import type { EventTone } from "./event-look.ts";

const marks: Readonly<Record<EventTone, string>> = {
  plain: "bg-line-strong size-1",
  faint: "bg-line-strong size-1",
  milestone: "bg-accent size-2",
  ok: "bg-ok size-2",
  warn: "bg-warn size-2 rotate-45 rounded-none",
  bad: "bg-bad size-2 rounded-none",
};
const inks: Readonly<Record<EventTone, string>> = {
  plain: "text-ink-soft",
  faint: "text-ink-faint",
  milestone: "font-medium text-ink",
  ok: "font-medium text-ink",
  warn: "font-medium text-warn",
  bad: "font-medium text-bad",
};

interface EventLineProps {
  readonly time: ReactNode;
  readonly tone: EventTone;
  /** Instead of the mark of the tone. */
  readonly mark?: ReactNode;
  readonly children: ReactNode;
}

/** One line of a log: when, how much it weighs, what. */
export function EventLine({ time, tone, mark, children }: EventLineProps) {
  return (
    <div className="flex items-start gap-3 px-4 py-0.5 text-sm leading-[1.375rem] hover:bg-hover">
      <span className="shrink-0 font-mono text-ink-faint text-xs leading-[1.375rem]">{time}</span>
      <span aria-hidden className="flex h-[1.375rem] w-2 shrink-0 items-center justify-center">
        {mark ?? <span className={cn("block rounded-full", marks[tone])} />}
      </span>
      <span className={cn("min-w-0 break-words", inks[tone])}>{children}</span>
    </div>
  );
}
