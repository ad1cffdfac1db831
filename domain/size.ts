import { z } from "zod";

const percentPattern = /^(\d{1,3}(?:\.\d{1,2})?)%$/;

/** A count of instances or a percentage of the fleet: `3` or `"25%"`. */
export const Size = z.union([
  z.number().int({ error: "Use a whole number of instances." }).min(0, { error: "Use 0 or more instances." }).max(100_000),
  z.string().refine((text) => percentOf(text) !== null, { error: 'Use a percentage from "0%" to "100%", or a whole number.', abort: true }),
]);
export type Size = z.infer<typeof Size>;

/** Like Size, but at least one instance: a batch of nothing is a mistake. */
export const BatchSize = Size.refine((size) => (typeof size === "number" ? size >= 1 : (percentOf(size) ?? 0) > 0), {
  error: 'A batch holds at least 1 instance: use 1 or more, or a percentage above "0%".',
});

function percentOf(text: string): number | null {
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
