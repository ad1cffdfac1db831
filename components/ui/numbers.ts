/** Numbers as people read them. A missing one is a dash, never a zero. */
export const missing = "–";

/** 0.0123 → "1.2 %"; very small ones keep two figures. */
export function formatPercent(share: number | null): string {
  if (share === null) return missing;
  const percent = share * 100;
  if (percent === 0) return "0 %";
  if (percent < 0.01) return "< 0.01 %";
  return `${percent < 1 ? percent.toFixed(2) : percent < 10 ? percent.toFixed(1) : percent.toFixed(0)} %`;
}

/** Milliseconds: "8.4 ms", "212 ms", "1.25 s". */
export function formatLatency(ms: number | null): string {
  if (ms === null) return missing;
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  return `${(ms / 1_000).toFixed(2)} s`;
}

/** Requests per second. */
export function formatPerSecond(rate: number | null): string {
  if (rate === null) return missing;
  return rate > 0 && rate < 10 ? rate.toFixed(1) : Math.round(rate).toLocaleString("en-GB");
}

/** "1 instance", "12 instances". */
export function formatCount(count: number, noun: string): string {
  return `${count.toLocaleString("en-GB")} ${noun}${count === 1 ? "" : "s"}`;
}
