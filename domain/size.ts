const percentPattern = /^(\d{1,3}(?:\.\d{1,2})?)%$/;

/** A count of instances or a percentage of the fleet: `3` or `"25%"`. */
export type Size = number | string;

/** Null when the text is no percentage. */
export function percentOf(text: string): number | null {
  const match = percentPattern.exec(text.trim());
  if (!match) return null;
  const percent = Number(match[1]);
  return percent <= 100 ? percent : null;
}

/** Instances for a size, a percentage rounded up. The epsilon keeps 7 % of 100 at 7. */
export function sizeRoundedUp(size: Size, desired: number): number {
  return typeof size === "number" ? size : Math.ceil(((percentOf(size) ?? 0) * desired) / 100 - 1e-9);
}

/** Instances for a size, a percentage rounded down. */
export function sizeRoundedDown(size: Size, desired: number): number {
  return typeof size === "number" ? size : Math.floor(((percentOf(size) ?? 0) * desired) / 100 + 1e-9);
}
