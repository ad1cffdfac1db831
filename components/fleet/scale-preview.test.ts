import { describe, expect, test } from "vitest";
import type { InstanceObservation } from "#domain/engine/observation.ts";
import { rolloutAfter, wholeUpdate } from "#domain/engine/rollout-testing.ts";
import type { Fleet } from "#domain/fleet.ts";
import type { Rollout } from "#domain/rollout.ts";
import { previewScale } from "./scale-preview.ts";

const ids = ["i0", "i1", "i2", "i3"];
const fleet: Fleet = {
  fleetId: "f1",
  name: "demo",
  service: "shop",
  environment: "local",
  driver: { type: "process" },
  balancer: { type: "embedded", port: 0 },
  instances: ids.map((id, index) => ({ id, zone: index % 2 === 0 ? "a" : "b", labels: {} })),
  readiness: { type: "http", path: "/healthz", interval: "1s", timeout: "1s", success: 1, failure: 3 },
  liveness: null,
  requestTimeout: "10s",
  metrics: { source: "embedded" },
  initialReleaseId: "v1",
  provenReleaseId: "v1",
};
const seen = (instanceId: string): InstanceObservation => ({
  instanceId,
  unit: { key: "k", releaseId: "v1", state: "running", startedAt: 0, restarts: 0, address: null, message: null },
  ready: true,
  readySince: 0,
  probe: null,
  rotation: "in",
  inFlight: 0,
  cut: 0,
  next: null,
  passiveFailed: false,
});
const preview = (desired: number, active: Rollout | null = null) =>
  previewScale({ detail: { fleet, instances: ids.map(seen) }, active, desired, releaseNames: { v1: "1.0" }, now: 60_000 });

describe("out", () => {
  test("names the new instances, their zones and the proven release", () => {
    expect(preview(6).added.map(({ id }) => id)).toEqual(["i4", "i5"]);
    expect(preview(6).effects).toEqual(["i4, i5 come up on 1.0, in zones a, b."]);
  });

  test("during a rollout they join its batches", () => {
    expect(preview(5, rolloutAfter([]).rollout).effects[1]).toBe("It joins the further batches of the rollout to 1.1.");
  });

  test("while the new release is watched they come up on it", () => {
    const { rollout } = rolloutAfter([{ type: "rollout.watching" }]);
    expect(preview(5, rollout).effects).toEqual(["i4 comes up on 1.1, in zone a."]);
  });
});

describe("in", () => {
  test("names what leaves", () => {
    expect(preview(3).removed).toEqual(["i3"]);
    expect(preview(3).effects).toEqual(["i3 leaves: taken out of rotation, drained, then stopped."]);
  });

  test("what is updated stays as long as it can", () => {
    const { rollout } = rolloutAfter([{ type: "batch.opened", batch: 1, instanceIds: ["i3"] }, ...wholeUpdate("i3", 1)]);
    expect(preview(3, rollout).removed).toEqual(["i2"]);
    expect(preview(3, rollout).effects[1]).toContain("has not updated goes first");
  });
});

test("the same number changes nothing", () => expect(preview(4)).toEqual({ added: [], removed: [], effects: [], refusal: null }));

test("a stopping rollout refuses it in the engine's words", () => {
  const { rollout } = rolloutAfter([{ type: "rollout.stopping", cause: "person", message: "" }]);
  expect(preview(5, rollout).refusal).toContain("stopping");
});
