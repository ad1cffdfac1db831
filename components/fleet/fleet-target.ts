import type { FleetSummary } from "#domain/live.ts";

/** The release that the fleet moves to, or last moved to for good. */
export function targetOf(fleet: FleetSummary): string | null {
  if (fleet.activeRollout) return fleet.activeRollout.releaseName;
  return fleet.lastRollout?.status === "succeeded" ? fleet.lastRollout.releaseName : null;
}
