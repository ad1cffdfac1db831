import type { FleetSummary } from "./live.ts";
import { paths } from "./paths.ts";

export interface Attention {
  readonly key: string;
  readonly fleetName: string;
  readonly environment: string;
  readonly text: string;
  /** Engine time since when, if it is known. */
  readonly since: number | null;
  readonly severity: "warn" | "bad";
  readonly action: { readonly label: string; readonly href: string };
}

/** A service that fails more of its requests than this, with no rollout under way, is for a person to look at. */
const errorRateHigh = 0.01;

/** What waits for a person, the worst first. */
export function listAttention(fleets: readonly FleetSummary[]): Attention[] {
  return fleets.flatMap(ofFleet).sort((a, b) => Number(b.severity === "bad") - Number(a.severity === "bad"));
}

function ofFleet(fleet: FleetSummary): Attention[] {
  const { fleetId, name, environment, activeRollout, queuedRollout, lastRollout } = fleet;
  const look = { label: "Open fleet", href: paths.fleet(fleetId) };
  const base = { fleetName: name, environment, since: null, severity: "bad" as const, action: look };
  if (fleet.unreachable) return [{ ...base, key: `${fleetId} unreachable`, text: fleet.unreachable }];
  const found: Attention[] = [];
  if (activeRollout?.needsPerson)
    found.push({
      ...base,
      key: `${fleetId} ${activeRollout.rolloutId}`,
      severity: "warn",
      text: activeRollout.needsPerson,
      action: { label: "Open rollout", href: paths.rollout(activeRollout.rolloutId) },
    });
  if (queuedRollout?.needsPerson)
    found.push({
      ...base,
      key: `${fleetId} ${queuedRollout.rolloutId}`,
      severity: "warn",
      text: queuedRollout.needsPerson,
      action: { label: "Open rollout", href: paths.rollout(queuedRollout.rolloutId) },
    });
  if (activeRollout) return found;
  if (lastRollout?.status === "rollback-failed" || lastRollout?.status === "failed")
    found.push({
      ...base,
      key: `${fleetId} ${lastRollout.rolloutId}`,
      since: lastRollout.endedAt,
      text: lastRollout.outcome ?? `The last rollout to ${lastRollout.releaseName} failed.`,
      action: { label: "Open rollout", href: paths.rollout(lastRollout.rolloutId) },
    });
  if (fleet.ready < fleet.desired)
    found.push({ ...base, key: `${fleetId} ready`, severity: fleet.ready === 0 ? "bad" : "warn", text: notReady(fleet) });
  if (fleet.errorRate !== null && fleet.errorRate > errorRateHigh)
    found.push({ ...base, key: `${fleetId} errors`, text: `${(fleet.errorRate * 100).toFixed(1)} % of its requests fail.` });
  return found;
}

function notReady(fleet: FleetSummary): string {
  const missing = fleet.desired - fleet.ready;
  if (fleet.ready === 0) return `None of its ${fleet.desired} instances is ready.`;
  return missing === 1 ? `1 of ${fleet.desired} instances is not ready.` : `${missing} of ${fleet.desired} instances are not ready.`;
}
