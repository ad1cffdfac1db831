const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const minute = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const hundredths = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });

/** `12:04:31` in the reader's own zone. */
export function formatClock(at: number): string {
  return clock.format(at);
}

/** `12:04`, for an axis whose labels are whole minutes. */
export function formatMinute(at: number): string {
  return minute.format(at);
}

export function formatCount(value: number): string {
  return whole.format(value);
}

/** `24/s`, `0.4/s`. */
export function formatRate(value: number): string {
  return `${value < 10 ? tenths.format(value) : whole.format(value)}/s`;
}

/** Percent, from a value in percent: `2.1 %`, `0.04 %`. */
export function formatPercent(value: number): string {
  return `${value !== 0 && value < 1 ? hundredths.format(value) : tenths.format(value)} %`;
}

/** `8.4 ms`, `212 ms`, `1.5 s`. */
export function formatLatency(ms: number): string {
  if (ms >= 1_000) return `${hundredths.format(ms / 1_000)} s`;
  return `${ms < 10 ? tenths.format(ms) : whole.format(ms)} ms`;
}
