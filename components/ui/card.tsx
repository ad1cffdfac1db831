import { type ReactNode, useId } from "react";
import { cn } from "./cn.ts";

interface CardProps {
  /** With a title it is a section of the page (h2). */
  readonly title?: ReactNode;
  readonly description?: ReactNode;
  /** Buttons at the right of the title. */
  readonly actions?: ReactNode;
  /** Content touches the edges: for tables and lists. */
  readonly flush?: boolean;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A framed part of a page. */
export function Card({ title, description, actions, flush, className, children }: CardProps) {
  const titleId = useId();
  const head = title ? (
    <header className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 border-line border-b px-4 py-1.5">
      <div className="min-w-0 flex-1">
        <h2 id={titleId} className="font-semibold text-sm">
          {title}
        </h2>
        {description ? <p className="text-ink-soft text-xs">{description}</p> : null}
      </div>
      {actions}
    </header>
  ) : null;
  return (
    <section aria-labelledby={title ? titleId : undefined} className={cn("min-w-0 rounded-lg border border-line bg-surface", className)}>
      {head}
      <div className={flush ? "overflow-hidden rounded-b-lg" : "p-4"}>{children}</div>
    </section>
  );
}
