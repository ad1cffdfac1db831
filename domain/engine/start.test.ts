import { describe, expect, test } from "vitest";
import { ContainerArtifact } from "../container.ts";
import type { RolloutEvent } from "../event.ts";
import { noPast } from "../evidence/history.ts";
import { Failure } from "../failure.ts";
import { createInstances, FleetDriver, type FleetState } from "../fleet.ts";
import { Plan } from "../plan.ts";
import type { Release } from "../release.ts";
import type { Rollout } from "../rollout.ts";
import { createExampleFleet, createExampleReleases } from "../simulation/example-fleet.ts";
import { Table } from "../table.ts";
import { advance } from "./advance.ts";
import { decide } from "./decide.ts";
import { evolve } from "./evolve.ts";
import { decideFleet } from "./fleet.ts";
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

describe("a fleet of containers whose ports are counted", () => {
  const image = `sha256:${"a".repeat(64)}`;
  const publishedAt = (ports: string): FleetState => {
    const { fleet, ...state } = createExampleFleet(instances, "1.0");
    const engine = { url: "unix:///var/run/docker.sock" };
    return { ...state, fleet: { ...fleet, driver: FleetDriver.parse({ type: "docker", engine, reach: { type: "published", ports } }) } };
  };
  const release = (change: object = {}): Release => {
    const artifact = ContainerArtifact.parse({ type: "container", image, port: 8080, ...change });
    return { releaseId: "1.2", service: "web", name: "1.2", artifact, digest: image, env: {}, recordedAt: 0 };
  };
  const surge = Plan.parse({ metrics: false, maxSurge: 1 });

  test("is refused a surge that has no port to spare, with the arithmetic", () => {
    expect(start({ fleet: publishedAt("8000-8001"), release: release(), plan: surge })).toMatchObject({
      code: "invalid",
      problems: [{ field: "plan.maxSurge", message: expect.stringContaining("2 instances and 1 more need 3 ports; reach.ports has 2.") }],
    });
    expect(start({ fleet: publishedAt("8000-8002"), release: release(), plan: surge })).not.toBeInstanceOf(Failure);
    expect(start({ fleet: publishedAt("8000-8001"), release: release() })).not.toBeInstanceOf(Failure);
  });

  test("of one instance is refused a surge to a release on the host's network", () => {
    const { fleet, ...state } = publishedAt("8000-8099");
    const single = { ...state, fleet: { ...fleet, instances: fleet.instances.slice(0, 1) } };
    expect(start({ fleet: single, release: release({ hostNetwork: true }), plan: surge })).toMatchObject({
      problems: [{ field: "plan.maxSurge", message: expect.stringContaining("the host's network has this release's port 8080 once") }],
    });
  });

  test("is refused a release on the host's network that it has too many instances for, whatever the plan", () => {
    expect(start({ fleet: publishedAt("8000-8099"), release: release({ hostNetwork: true }) })).toMatchObject({
      code: "invalid",
      problems: [{ field: "releaseId" }],
    });
  });

  test("is scaled as far as its ports go, with those of a rollout's surge", () => {
    const active = start({ fleet: publishedAt("8000-8003"), release: release(), plan: surge });
    if (active instanceof Failure) throw active;
    const rollout = evolve(null, { ...active.rollout[0], rolloutId: "r", seq: 1, at: now, actor: person } as RolloutEvent);
    const scale = (desired: number, on: Rollout | null) => {
      const command = { type: "scale", fleetId: "fleet", commandId: "c", desired } as const;
      return decideFleet({ fleet: publishedAt("8000-8003"), command, active: on, observation: seen("1.0", "1.0"), actor: person, now });
    };
    expect(scale(4, null)).not.toBeInstanceOf(Failure);
    expect(scale(5, null)).toMatchObject({ code: "invalid", problems: [{ field: "desired" }] });
    expect(scale(3, rollout)).not.toBeInstanceOf(Failure);
    expect(scale(4, rollout)).toMatchObject({ message: "4 instances and 1 more need 5 ports; reach.ports has 4." });
  });
});
