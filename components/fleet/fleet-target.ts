import type { FleetSummary } from "#domain/live.ts";

/** The release that the fleet moves to, or last moved to for good. */
export function targetOf(fleet: FleetSummary): string | null {
  if (fleet.activeRollout) return fleet.activeRollout.releaseName;
  return fleet.lastRollout?.status === "succeeded" ? fleet.lastRollout.releaseName : null;
}

/** The id of a release that runs, by its name. */
export function releaseIdOf(fleet: FleetSummary, name: string | null): string | null {
  return fleet.releases.find((release) => release.name === name)?.releaseId ?? null;
}
