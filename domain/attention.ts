import { type AlertKind, describeErrors, describeNotReady } from "./alert.ts";
import type { FleetSummary } from "./live.ts";
import type { ListedDestination } from "./notification.ts";
import { paths } from "./paths.ts";

export interface Attention {
  readonly key: string;
  /** Of the fleet, or of the destination. */
  readonly name: string;
  readonly environment: string;
  readonly text: string;
  /** Engine time since when, if it is known. */
  readonly since: number | null;
  readonly severity: "warn" | "bad";
  readonly action: { readonly label: string; readonly href: string };
}

/** What waits for a person, the worst first. */
export function listAttention(fleets: readonly FleetSummary[], destinations: readonly ListedDestination[] = []): Attention[] {
  const all = [...fleets.flatMap(ofFleet), ...destinations.flatMap(ofDestination)];
  return all.sort((a, b) => Number(b.severity === "bad") - Number(a.severity === "bad"));
}

/** That nobody is told can be told here alone. */
function ofDestination({ destinationId, destination: { name }, environment, state }: ListedDestination): Attention[] {
  if (!state.failsForLong) return [];
  const { failingSince: since, lastError } = state;
  const action = { label: "Open notifications", href: paths.notifications() };
  return [{ key: destinationId, name, environment, text: `No notification arrives there. ${lastError ?? ""}`, since, severity: "bad", action }];
}

function ofFleet(fleet: FleetSummary): Attention[] {
  const { fleetId, name, environment, activeRollout, queuedRollout, lastRollout } = fleet;
  const look = { label: "Open fleet", href: paths.fleet(fleetId) };
  const base = { name, environment, since: null, severity: "bad" as const, action: look };
  const since = (...kinds: AlertKind[]) => fleet.alerts.find(({ kind }) => kinds.includes(kind))?.since ?? null;
  if (fleet.unreachable) return [{ ...base, key: `${fleetId} unreachable`, text: fleet.unreachable, since: since("broken", "unreachable") }];
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
  const notReady = describeNotReady(fleet.ready, fleet.desired);
  if (notReady !== null)
    found.push({ ...base, key: `${fleetId} ready`, severity: fleet.ready === 0 ? "bad" : "warn", text: notReady, since: since("not-ready") });
  const errors = fleet.errorRate === null ? null : describeErrors(fleet.errorRate);
  if (errors !== null) found.push({ ...base, key: `${fleetId} errors`, text: errors, since: since("errors") });
  return found;
}
