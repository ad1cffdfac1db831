import type { ReactNode } from "react";
import { cn } from "./cn.ts";

/** What scrolls inside the page can be reached by keyboard, and says what it holds. */
export function ScrollArea({ label, className, children }: { label: string; className?: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section aria-label={label} tabIndex={0} className={cn("overflow-auto outline-offset-[-2px]", className)}>
      {children}
    </section>
  );
}
