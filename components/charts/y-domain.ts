/** An axis that does not jitter: it grows at once, and shrinks only after the smaller range has sufficed for a while. */
export interface YDomain {
  readonly max: number;
  /** Since when a smaller maximum would do; null while it would not. */
  readonly roomySince: number | null;
}

export const SHRINK_AFTER_MS = 10_000;
/** Room above the highest point, so that a line does not run along the edge. */
const HEADROOM = 1.08;

export function nextDomain(previous: YDomain | null, largest: number, floor: number, now: number): YDomain {
  const wanted = niceCeiling(Math.max(floor, largest * HEADROOM));
  if (previous === null || wanted > previous.max) return { max: wanted, roomySince: null };
  if (wanted === previous.max) return previous.roomySince === null ? previous : { ...previous, roomySince: null };
  const roomySince = previous.roomySince ?? now;
  return now - roomySince >= SHRINK_AFTER_MS ? { max: wanted, roomySince: null } : { ...previous, roomySince };
}

/** The next of 1, 1.5, 2, 3, 4, 5, 6, 8 and 10 times a power of ten. */
export function niceCeiling(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((factor) => factor * power >= value * (1 - 1e-9)) ?? 10;
  return Number((step * power).toPrecision(6));
}

/** Three or four ticks from 0 to the maximum. */
export function ticksOf(max: number): number[] {
  const lead = max / 10 ** Math.floor(Math.log10(max) + 1e-9);
  const parts = Math.abs(lead - 1.5) < 1e-6 || Math.abs(lead - 3) < 1e-6 || Math.abs(lead - 6) < 1e-6 ? 3 : 2;
  return Array.from({ length: parts + 1 }, (_, index) => Number(((max * index) / parts).toPrecision(6)));
}
