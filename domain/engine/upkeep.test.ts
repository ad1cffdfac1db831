import { describe, expect, test } from "vitest";
import { createInstances } from "../fleet.ts";
import { createExampleFleet } from "../simulation/example-fleet.ts";
import { Table } from "../table.ts";
import type { InstanceObservation, Observation } from "./observation.ts";
import { fleetUpkeep } from "./upkeep.ts";

const releaseId = "1.0";
const fleet = createExampleFleet(createInstances(1, ["a"]), releaseId);
const unit = { key: "k", releaseId, state: "running", startedAt: 0, restarts: 0, address: null, message: null } as const;
const well: InstanceObservation = {
  instanceId: "i0",
  unit,
  ready: true,
  readySince: 0,
  probe: "200",
  rotation: "in",
  inFlight: 0,
  cut: 0,
  next: null,
  passiveFailed: false,
};
const now = 9_000;

function upkeep(seen: Partial<InstanceObservation>, change: Partial<Observation> = {}, others: readonly InstanceObservation[] = []): string[] {
  const all = [{ ...well, ...seen }, ...others].map((each): [string, InstanceObservation] => [each.instanceId, each]);
  const observation: Observation = {
    driver: null,
    balancer: null,
    instances: Table.from(all),
    evidence: {},
    resources: [],
    freeze: null,
    hooks: {},
    ...change,
  };
  return fleetUpkeep({ fleet, observation, active: null, now }).map((effect) => effect.type);
}

describe("keeping a fleet whole", () => {
  test("a well instance is left alone", () => expect(upkeep({})).toEqual([]));
  test("a missing unit is started", () => expect(upkeep({ unit: null, ready: false, rotation: "out" })).toEqual(["instance.replace"]));
  test("a ready one goes back into rotation", () => expect(upkeep({ rotation: "out" })).toEqual(["instance.restore"]));
  test("one that is not ready does not", () => expect(upkeep({ ready: false, rotation: "out" })).toEqual([]));
  test("one that still drains does not", () => expect(upkeep({ rotation: "draining" })).toEqual([]));
  test("what failed stays out: it runs something else than it should", () =>
    expect(upkeep({ rotation: "out", unit: { ...unit, releaseId: "another" } })).toEqual([]));
  test("a second unit that was left behind is discarded", () => expect(upkeep({ next: { ...well, rotation: "out" } })).toEqual(["instance.discard"]));
  test("what left the fleet drains, then goes", () => {
    expect(upkeep({}, {}, [{ ...well, instanceId: "i9" }])).toEqual(["instance.drain"]);
    expect(upkeep({}, {}, [{ ...well, instanceId: "i9", rotation: "out" }])).toEqual(["instance.remove"]);
  });
  test("what left the fleet stays while those that remain do not serve", () =>
    expect(upkeep({ ready: false }, {}, [{ ...well, instanceId: "i9" }])).toEqual([]));
  test("its second unit leaves first, and stays where it alone serves and those that remain do not", () => {
    const leaving = { ...well, instanceId: "i9", ready: false, next: well };
    expect(upkeep({}, {}, [leaving])).toEqual(["instance.drain"]);
    expect(upkeep({ ready: false }, {}, [leaving])).toEqual([]);
    expect(upkeep({ ready: false }, {}, [{ ...leaving, ready: true }])).toEqual(["instance.drain"]);
  });
  test("does nothing blindly", () => expect(upkeep({ unit: null }, { driver: { message: "gone" } })).toEqual([]));
});
