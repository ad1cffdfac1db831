import { Check, type Fleet, type FleetState, type Instance } from "../fleet.ts";
import type { Release } from "../release.ts";

/** In virtual time names do for identifiers. */
export const exampleFleetId = "fleet";
const service = "web";

/** A fleet that exists only in virtual time, all of it on one release, which is proven. */
export function createExampleFleet(instances: readonly Instance[], releaseId: string, name = "web-production"): FleetState {
  const fleet: Fleet = {
    fleetId: exampleFleetId,
    name,
    service,
    environment: "production",
    driver: { type: "process" },
    balancer: { type: "embedded", port: 0 },
    instances: [...instances],
    readiness: Check.parse({}),
    liveness: null,
    metrics: { source: "embedded" },
    requestTimeout: "10s",
    initialReleaseId: releaseId,
    provenReleaseId: releaseId,
  };
  const assigned = Object.fromEntries(instances.map(({ id }) => [id, releaseId]));
  return { fleet, assigned, held: null, freeze: null, alerts: [] };
}

/** Releases that exist only in virtual time, by name. */
export function createExampleReleases(names: Iterable<string>): ReadonlyMap<string, Release> {
  return new Map(
    [...names].map((name) => [
      name,
      { releaseId: name, service, name, artifact: { type: "process", command: ["node"], directory: "/" }, digest: "", env: {}, recordedAt: 0 },
    ]),
  );
}
