import { cn } from "./cn.ts";

interface ProgressProps {
  readonly label: string;
  /** 0 to 1; null while it is not known. */
  readonly value: number | null;
  readonly tone?: "accent" | "ok" | "warn" | "bad";
  /** How far in words, e.g. "5 of 12 instances". */
  readonly valueText?: string;
  readonly className?: string;
}

const fills = { accent: "bg-accent", ok: "bg-ok", warn: "bg-warn", bad: "bg-bad" } as const;

/** How far something is. Nothing turns in circles: without a value a bar slides. */
export function Progress({ label, value, tone = "accent", valueText, className }: ProgressProps) {
  const percent = value === null ? undefined : Math.round(value * 100);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={valueText ?? label}
      className={cn("h-1.5 overflow-hidden rounded-full bg-hover", className)}
    >
      <div
        className={cn("h-full rounded-full", fills[tone], percent === undefined && "w-1/3 animate-slide")}
        style={{ width: percent === undefined ? undefined : `${percent}%` }}
      />
    </div>
  );
}
