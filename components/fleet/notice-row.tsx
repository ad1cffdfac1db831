import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "#components/ui/cn.ts";

interface NoticeRowProps {
  readonly label: string;
  readonly Icon: LucideIcon;
  readonly edge: string;
  readonly tone: string;
  readonly title: string;
  readonly action: ReactNode;
  readonly children: ReactNode;
}

/** One thing that holds the fleet, in two lines, with what can be done about it. */
export function NoticeRow({ label, Icon, edge, tone, title, action, children }: NoticeRowProps) {
  return (
    <section
      aria-label={label}
      className={cn("flex flex-wrap items-center gap-x-3 gap-y-2 rounded-lg border border-line border-l-4 bg-surface px-4 py-2.5", edge)}
    >
      <Icon aria-hidden className={cn("size-4 shrink-0", tone)} />
      <div className="min-w-0 flex-1 basis-60 text-sm">
        <p className="numbers font-medium">{title}</p>
        <p className="break-words text-ink-soft">{children}</p>
      </div>
      <div className="flex flex-wrap gap-2">{action}</div>
    </section>
  );
}
