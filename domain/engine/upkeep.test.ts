import { describe, expect, test } from "vitest";
import { createInstances, Fleet } from "../fleet.ts";
import type { InstanceObservation, Observation } from "./observation.ts";
import { fleetUpkeep } from "./upkeep.ts";

const fleetId = "00000000-0000-4000-8000-000000000001";
const fleet = Fleet.parse({
  fleetId,
  name: "web",
  service: "web",
  environment: "test",
  driver: { type: "process" },
  balancer: { type: "embedded", port: 0 },
  instances: createInstances(1, ["a"]),
  readiness: {},
  liveness: null,
  initialReleaseId: fleetId,
  provenReleaseId: null,
});
const unit = { key: "k", releaseId: fleetId, state: "running", startedAt: 0, restarts: 0, address: null, message: null } as const;
const well: InstanceObservation = {
  instanceId: "i0",
  unit,
  ready: true,
  readyForMs: 9_000,
  probe: "200",
  rotation: "in",
  inFlight: 0,
  cut: 0,
  passiveFailed: false,
};

function upkeep(seen: Partial<InstanceObservation>, change: Partial<Observation> = {}, busy: string[] = []): string[] {
  const observation: Observation = { driver: null, balancer: null, instances: { i0: { ...well, ...seen } }, evidence: {}, ...change };
  return fleetUpkeep({ fleet, assigned: { i0: fleetId }, observation, busy: new Set(busy) }).map((effect) => effect.type);
}

describe("keeping a fleet whole", () => {
  test("a well instance is left alone", () => expect(upkeep({})).toEqual([]));
  test("a missing unit is started", () => expect(upkeep({ unit: null, ready: false, rotation: "out" })).toEqual(["instance.replace"]));
  test("a ready one goes back into rotation", () => expect(upkeep({ rotation: "out" })).toEqual(["instance.restore"]));
  test("one that is not ready does not", () => expect(upkeep({ ready: false, rotation: "out" })).toEqual([]));
  test("one that still drains does not", () => expect(upkeep({ rotation: "draining" })).toEqual([]));
  test("hands off what a rollout works on", () => expect(upkeep({ unit: null, rotation: "out" }, {}, ["i0"])).toEqual([]));
  test("does nothing blindly", () => expect(upkeep({ unit: null }, { driver: { message: "gone" } })).toEqual([]));
});
