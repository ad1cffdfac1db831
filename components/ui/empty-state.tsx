import type { ReactNode } from "react";

interface EmptyStateProps {
  readonly title: string;
  /** Why it is empty and what to do next, in one or two sentences. */
  readonly children?: ReactNode;
  readonly action?: ReactNode;
  readonly icon?: ReactNode;
}

export function EmptyState({ title, children, action, icon }: EmptyStateProps) {
  return (
    <div className="flex flex-col items-center gap-1 px-4 py-8 text-center">
      {icon ? (
        <div aria-hidden className="mb-1 text-ink-faint [&_svg]:size-6">
          {icon}
        </div>
      ) : null}
      <p className="font-medium">{title}</p>
      {children ? <div className="max-w-prose text-ink-soft text-sm">{children}</div> : null}
      {action ? <div className="mt-3 flex flex-wrap justify-center gap-2">{action}</div> : null}
    </div>
  );
}
