/** What a fleet needs a person for although no rollout asks: the first of them is what the others may come from. */
export const alertKinds = ["broken", "unreachable", "not-ready", "errors"] as const;
export type AlertKind = (typeof alertKinds)[number];

/** One that is raised: it was so for longer than a moment, and is not over. */
export interface FleetAlert {
  readonly kind: AlertKind;
  /** As it was when it was raised. */
  readonly text: string;
  /** Engine time, milliseconds since 1970. */
  readonly since: number;
}

export const brokenText = "Tideline made a mistake with this rollout and holds the fleet as it is. The server's log says more.";

/** Null when all are. */
export function describeNotReady(ready: number, desired: number): string | null {
  if (ready >= desired) return null;
  if (ready === 0) return `None of its ${desired} instances is ready.`;
  const missing = desired - ready;
  return missing === 1 ? `1 of ${desired} instances is not ready.` : `${missing} of ${desired} instances are not ready.`;
}

/** A service that fails more of its requests than this, with no rollout under way, is for a person to look at. */
const errorRateHigh = 0.01;

/** Null when no more fail than may. */
export function describeErrors(errorRate: number): string | null {
  return errorRate > errorRateHigh ? `${(errorRate * 100).toFixed(1)} % of its requests fail.` : null;
}
