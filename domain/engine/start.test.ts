import { describe, expect, test } from "vitest";
import { noPast } from "../evidence/history.ts";
import { Failure } from "../failure.ts";
import { createInstances } from "../fleet.ts";
import { Plan } from "../plan.ts";
import { createExampleFleet, createExampleReleases } from "../simulation/example-fleet.ts";
import { Table } from "../table.ts";
import { advance } from "./advance.ts";
import { decide } from "./decide.ts";
import { evolve } from "./evolve.ts";
import type { InstanceObservation, Observation } from "./observation.ts";
import { decideStart, type StartInput } from "./start.ts";

const person = { type: "person", userId: "u1", name: "Ada" } as const;
const now = 60_000;
const releases = createExampleReleases(["1.0", "1.1", "1.2"]);
const instances = createInstances(2, ["a"]);

/** Two instances that serve, on the releases given. */
function seen(...running: string[]): Observation {
  const views = instances.map(({ id }, index): [string, InstanceObservation] => [
    id,
    {
      instanceId: id,
      unit: { key: `k${index}`, releaseId: running[index] ?? "1.0", state: "running", startedAt: 0, restarts: 0, address: null, message: null },
      ready: true,
      readySince: 0,
      probe: "200",
      rotation: "in",
      inFlight: 0,
      cut: 0,
      next: null,
      passiveFailed: false,
    },
  ]);
  return { driver: null, balancer: null, instances: Table.from(views), evidence: {}, resources: [], freeze: null, hooks: {} };
}

function start(change: Partial<StartInput>, provenReleaseId: string | null = "1.0"): ReturnType<typeof decideStart> {
  const fleet = createExampleFleet(instances, "1.0");
  const release = releases.get("1.2");
  if (!release) throw new Error("There is a release 1.2.");
  return decideStart({
    fleet: { ...fleet, fleet: { ...fleet.fleet, provenReleaseId } },
    release,
    releaseNames: { "1.0": "1.0", "1.1": "1.1", "1.2": "1.2" },
    plan: Plan.parse({ metrics: false }),
    planName: "test",
    observation: seen("1.0", "1.0"),
    acknowledged: false,
    reason: null,
    past: noPast,
    errorsUnit: "slots",
    actor: person,
    errorRate: null,
    canSurge: true,
    active: null,
    queued: null,
    now,
    ...change,
  });
}

function waysBack(decided: ReturnType<typeof decideStart>): (string | null)[] {
  if (decided instanceof Failure) throw decided;
  return decided.rollout.flatMap((fact) => (fact.type === "rollout.started" ? fact.instances.map((instance) => instance.wayBackId) : []));
}

describe("the way back", () => {
  test("is what the whole fleet runs", () => expect(waysBack(start({ observation: seen("1.1", "1.1") }))).toEqual(["1.1", "1.1"]));
  test("of a mixed fleet is the proven release", () => expect(waysBack(start({ observation: seen("1.1", "1.0") }))).toEqual(["1.0", "1.0"]));
  test("of a mixed fleet that never succeeded is none, and rolling back is refused with that reason", () => {
    const decided = start({ observation: seen("1.1", "1.0") }, null);
    expect(waysBack(decided)).toEqual([null, null]);
    if (decided instanceof Failure) throw decided;
    const [fact] = decided.rollout;
    if (!fact) throw new Error("A start has a fact.");
    const started = evolve(null, { ...fact, rolloutId: "r1", seq: 1, at: now, actor: person });
    const { state } = advance(started, seen("1.1", "1.0"), now);
    const refused = decide(state, { type: "rollBack", commandId: "c", rolloutId: "r1", reason: "because" }, person, now);
    expect(refused).toMatchObject({ code: "not-allowed-now", message: "There is no release to go back to." });
  });
});

describe("a start", () => {
  test("on a fleet that fails already takes an acknowledgement with the numbers", () => {
    expect(start({ errorRate: 0.12 })).toMatchObject({
      code: "not-allowed-now",
      message: expect.stringContaining("12.0 % of the fleet's requests fail already"),
    });
    expect(start({ errorRate: 0.12, acknowledged: true })).not.toBeInstanceOf(Failure);
  });
  test("of a release that its driver could not start is refused in the driver's words", () => {
    const refused = start({ unresolved: "/srv/1.2 has changed since release 1.2 was recorded." });
    expect(refused).toMatchObject({
      code: "invalid",
      problems: [{ field: "releaseId", message: "/srv/1.2 has changed since release 1.2 was recorded." }],
    });
  });
  test("of a held release is not for a machine, whatever reason it gives", () => {
    const held = { releaseId: "1.2", rolloutId: "r0", reason: "wrong prices", at: 0 };
    const fleet = { ...createExampleFleet(instances, "1.0"), held };
    expect(start({ fleet, actor: { type: "engine" }, reason: "because" })).toMatchObject({ code: "not-allowed-now" });
    expect(start({ fleet, reason: "the prices were right" })).not.toBeInstanceOf(Failure);
  });
});

test("metrics of the plan's own are refused where the fleet has no source that could count them", () => {
  const custom = [{ name: "queue", value: 'max(depth{release="{{release}}"})', max: 3 }];
  const plan = Plan.parse({ metrics: { custom } });
  const refused = start({ plan });
  expect(refused).toMatchObject({
    code: "invalid",
    problems: [{ field: "plan.metrics.custom", message: expect.stringContaining("Name a Prometheus") }],
  });
});
