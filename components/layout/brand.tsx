import { cn } from "#components/ui/cn.ts";

/** Two lines of water, one moving over to the other. */
export function Mark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true" className={cn("size-6", className)} fill="none" strokeWidth="2.5" strokeLinecap="round">
      <path d="M2.5 9c3.2 0 3.2-3.5 6.3-3.5S12 9 15.2 9s3.2-3.5 6.3-3.5" className="stroke-release-old" />
      <path d="M2.5 18c3.2 0 3.2-5 6.3-5s3.2 5 6.4 5 3.2-5 6.3-5" className="stroke-accent" />
    </svg>
  );
}

/** `isShort`: on a phone the mark alone. */
export function Brand({ isShort }: { isShort?: boolean }) {
  return (
    <span className="inline-flex items-center gap-2 font-semibold text-base tracking-tight">
      <Mark />
      <span className={cn(isShort && "max-sm:sr-only")}>Tideline</span>
    </span>
  );
}
