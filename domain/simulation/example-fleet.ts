import { Fleet, type Instance } from "../fleet.ts";
import type { Release } from "../release.ts";

/** Two releases that exist only in virtual time. */
export const oldReleaseId = "00000000-0000-4000-8000-000000000001";
export const newReleaseId = "00000000-0000-4000-8000-000000000002";

/** A fleet that exists only in virtual time, all of it on the old release. */
export function createExampleFleet(instances: readonly Instance[], name = "web-production"): Fleet {
  return Fleet.parse({
    fleetId: oldReleaseId,
    name,
    service: "web",
    environment: "production",
    driver: { type: "process" },
    balancer: { type: "embedded", port: 0 },
    instances,
    readiness: {},
    liveness: null,
    initialReleaseId: oldReleaseId,
    provenReleaseId: oldReleaseId,
  });
}

export const exampleRelease: Release = {
  releaseId: newReleaseId,
  service: "web",
  name: "1.1",
  artifact: { type: "process", command: ["node"], directory: "/" },
  digest: "",
  env: {},
  recordedAt: 0,
};
