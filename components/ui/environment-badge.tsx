import { cn } from "./cn.ts";

/** Which environment: name, shape and colour together. Production is always outlined. */
export function EnvironmentBadge({ environment, className }: { environment: string; className?: string }) {
  const production = /^prod/.test(environment);
  return (
    <span
      className={cn(
        "inline-flex h-5 items-center gap-1.5 whitespace-nowrap rounded-sm px-1.5 text-ink-soft text-xs",
        production ? "border-2 border-bad font-semibold text-ink" : "border border-line",
        className,
      )}
    >
      <span aria-hidden data-mark className={cn("size-2 shrink-0", production ? "rotate-45 bg-bad" : "rounded-full bg-ink-faint")} />
      <span className="truncate">{environment}</span>
    </span>
  );
}
