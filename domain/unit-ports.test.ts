import { describe, expect, test } from "vitest";
import { ContainerArtifact } from "./container.ts";
import { FleetDriver } from "./fleet.ts";
import { describeShortage, unitPortsOf } from "./unit-ports.ts";

const image = `sha256:${"a".repeat(64)}`;
const container = (change: object = {}) => ContainerArtifact.parse({ type: "container", image, port: 8080, ...change });
const driver = (reach?: object) => FleetDriver.parse({ type: "docker", engine: { url: "unix:///var/run/docker.sock" }, reach });

describe("the ports that units are reached at", () => {
  test.each<[string, FleetDriver, Parameters<typeof unitPortsOf>[1], number | null]>([
    ["processes choose their own", { type: "process" }, null, null],
    ["each container has its own address", driver(), container(), null],
    ["the engine chooses among all", driver({ type: "published" }), container(), null],
    ["one that is published", driver({ type: "published", ports: "8000" }), container(), 1],
    ["a range", driver({ type: "published", ports: "8000-8002" }), container(), 3],
    ["a range, whatever is run", driver({ type: "published", ports: "8000-8002" }), null, 3],
    ["one on the host's network, wherever it would be published", driver({ type: "published" }), container({ hostNetwork: true }), 1],
  ])("%s", (_, on, artifact, count) => expect(unitPortsOf(on, artifact)?.count ?? null).toBe(count));

  test.each([
    [3, 1, "3 instances and 1 more need 4 ports; reach.ports has 3."],
    [4, 0, "4 instances need 4 ports; reach.ports has 3."],
    [2, 1, null],
    [3, 0, null],
  ])("for %i instances and %i more", (desired, more, expected) => {
    expect(describeShortage({ count: 3, words: "reach.ports has 3" }, desired, more)).toBe(expected);
  });
});
