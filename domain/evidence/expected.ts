import type { FleetTick } from "../metric.ts";

/** A source is this much late at most before it counts as blind. */
export const delayMsTolerated = 3_000;
const tickMs = 1_000;

/**
 * Number of the newest tick that a metrics source should have given by now; null while nothing is expected. `last` is the
 * newest one that it gave, `blindSince` when it first could not be read, if it cannot be.
 */
export function expectedTickNumber(
  source: { readonly last: Pick<FleetTick, "number" | "at"> | null; readonly blindSince: number | null },
  now: number,
): number | null {
  const { last, blindSince } = source;
  if (last) return last.number + Math.max(0, Math.floor((now - last.at - delayMsTolerated) / tickMs));
  return blindSince !== null && now - blindSince > delayMsTolerated ? 0 : null;
}
