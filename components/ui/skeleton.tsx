import { cn } from "./cn.ts";

interface SkeletonProps {
  readonly className?: string;
  /** Where it stands alone: what is being read, for a screen reader. */
  readonly label?: string;
}

/** Holds the place of what is being read: give it the final size. */
export function Skeleton({ className, label }: SkeletonProps) {
  const place = <div aria-hidden className={cn("animate-breathe rounded-sm bg-hover", className)} />;
  if (label === undefined) return place;
  return (
    <div role="status">
      <span className="sr-only">Loading {label}…</span>
      {place}
    </div>
  );
}

/** `rows` lines of a list, each as high as a table row. Says "Loading …" to a screen reader. */
export function SkeletonRows({ rows, label }: { rows: number; label: string }) {
  return (
    <div role="status" className="divide-y divide-line">
      <span className="sr-only">Loading {label}…</span>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike
        <div key={row} className="flex h-9 items-center gap-3 px-3">
          <Skeleton className="h-3 w-1/4" />
          <Skeleton className="h-3 w-1/6" />
          <Skeleton className="ml-auto h-3 w-1/5" />
        </div>
      ))}
    </div>
  );
}
