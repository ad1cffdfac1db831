import { afterAll, beforeAll, expect, test } from "vitest";
import { fleet as fleetTable, release as releaseTable } from "#db/schema/fleets.ts";
import { createTestDatabase, type TestDatabase } from "#db/testing.ts";
import type { Fleet } from "#domain/fleet.ts";
import type { Release } from "#domain/release.ts";
import { startRollout } from "#server/engine/commands.ts";
import { createEngine, type Engine } from "#server/engine/engine.ts";
import { createDockerBench, type DockerBench } from "#server/testing/docker/docker-bench.ts";
import { runForeign } from "#server/testing/docker/foreign.ts";
import { createFakeWorld } from "#server/testing/fake-world.ts";
import { createTestContext, quickPlan, silentLog, startInput, waitForRollout } from "#server/testing/fixtures.ts";
import { addressOf, type LocalBench, startLocalBench, waitUntil } from "#server/testing/local-runtime.ts";
import { startOpenLoad } from "#server/testing/open-load.ts";
import { createTestClock } from "#server/testing/test-clock.ts";

/** The real engine, the real balancer of the runtime, and containers: whole rollouts, under load. */

let database: TestDatabase;
let local: LocalBench;
let bench: DockerBench;
let engine: Engine;
let fleet: Fleet;
let url = "";
let ports: Parameters<typeof createEngine>[0];
const releases: Record<string, Release> = {};

beforeAll(async () => {
  bench = createDockerBench();
  [database, local] = await Promise.all([createTestDatabase(), startLocalBench()]);
  for (const name of ["1.0", "1.1", "1.2", "never-ready"]) releases[name] = await insert(await bench.release(name));
  fleet = await insertFleet({});
  await startAnotherEngine(bench.driver);
  await waitUntil(() => inRotation(fleet) === 3, "the engine has put all three into rotation", 40_000);
  url = await addressOf(local, fleet);
});
afterAll(async () => {
  await engine?.stop();
  await local?.close();
  await bench?.close();
  await database?.close();
});

async function insertFleet(settings: object, overrides: Partial<Fleet> = {}): Promise<Fleet> {
  const { releaseId } = named("1.0");
  const definition = bench.fleet(settings, { count: 3, initialReleaseId: releaseId, ...overrides });
  const { fleetId, name, service, environment, instances } = definition;
  const assigned = Object.fromEntries(instances.map(({ id }) => [id, releaseId]));
  await database.db.insert(fleetTable).values({ fleetId, name, service, environment, definition, assigned });
  return definition;
}

async function startAnotherEngine(driver: DockerBench["driver"]): Promise<void> {
  const rest = createFakeWorld({ clock: createTestClock() }).connect().ports;
  ports = {
    db: database.db,
    log: silentLog,
    ...rest,
    drivers: { ...rest.drivers, docker: driver },
    balancers: { ...rest.balancers, embedded: local.balancer },
    metrics: { ...rest.metrics, embedded: local.source },
  };
  engine = createEngine(ports);
  await engine.start();
}

async function insert(release: Release): Promise<Release> {
  const { releaseId, service, name } = release;
  await database.db.insert(releaseTable).values({ releaseId, service, name, definition: release, recordedBy: "Ada" });
  return release;
}

function named(name: string): Release {
  const release = releases[name];
  if (!release) throw new Error(`There is no release ${name}.`);
  return release;
}

function inRotation({ fleetId }: Fleet): number {
  return engine.live(fleetId)?.instances.filter(({ rotation }) => rotation === "in").length ?? 0;
}

const running = async ({ fleetId } = fleet) => {
  const listed = await bench.docker.listContainers({ filters: { label: [`tideline.fleet=${fleetId}`] } });
  return listed.map(({ Labels }) => Labels["tideline.release-name"]).toSorted();
};
const start = (name: string, plan: object = {}, on = fleet) =>
  startRollout(createTestContext({ ...ports, engine } as never), startInput(on, named(name), { ...quickPlan, healthyDeadline: "15s", ...plan }));
const until = (rolloutId: string, wanted: string) => waitForRollout(database.db, rolloutId, ({ status }) => status === wanted, 60_000);

test("a rollout in place goes through under load without a failed request, and the containers' usage is told", async () => {
  const load = startOpenLoad(url, 50);
  const { rolloutId } = await start("1.1");
  await until(rolloutId, "succeeded");
  expect(Object.keys((await load.end()).statuses)).toEqual(["200"]);
  expect(await running()).toEqual(["1.1", "1.1", "1.1"]);
  const memory = () => Object.values(engine.recentTicks(fleet.fleetId).at(-1)?.instances ?? {}).map(({ usage }) => usage?.memoryBytes ?? 0);
  await waitUntil(() => memory().length === 3 && memory().every((bytes) => bytes > 1_000_000), "each container's memory is told");
});

test("start-first leaves every place served, and a control plane that dies half-way is taken over from", async () => {
  const load = startOpenLoad(url, 50);
  const { rolloutId } = await start("1.2", { maxSurge: 1, maxUnavailable: 0 });
  await waitUntil(async () => (await running()).includes("1.2"), "the first new container runs");
  await engine.stop();
  bench.driver.close();
  await startAnotherEngine(bench.connect());
  await until(rolloutId, "succeeded");
  expect(Object.keys((await load.end()).statuses)).toEqual(["200"]);
  expect(await running()).toEqual(["1.2", "1.2", "1.2"]);
});

test("a release that never gets ready is rolled back, and nothing of it is left", async () => {
  const load = startOpenLoad(url, 50);
  const { rolloutId } = await start("never-ready", { healthyDeadline: "3s" });
  await until(rolloutId, "rolled-back");
  expect(Object.keys((await load.end()).statuses)).toEqual(["200"]);
  expect(await running()).toEqual(["1.2", "1.2", "1.2"]);
});

test("containers that somebody else made serve as they are, and a rollout brings the fleet's own in their places", async () => {
  const theirs = await Promise.all([1, 2, 3].map(() => runForeign(bench.docker)));
  const states = () =>
    Promise.all(
      theirs.map(({ inspect }) =>
        inspect().then(
          ({ State }) => State.Status,
          () => "gone",
        ),
      ),
    );
  try {
    const adopted = theirs.map(({ id }, index) => ({ instance: `i${index}`, container: id, port: 8_080 }));
    const adopting = await insertFleet({ adopted }, { name: "adopting" });
    engine.wake(adopting.fleetId);
    await waitUntil(() => inRotation(adopting) === 3, "all three are in rotation", 20_000);
    expect([await states(), await running(adopting)]).toEqual([["running", "running", "running"], []]);
    const load = startOpenLoad(await addressOf(local, adopting), 50);
    const { rolloutId } = await start("1.1", {}, adopting);
    await until(rolloutId, "succeeded");
    expect(Object.keys((await load.end()).statuses)).toEqual(["200"]);
    expect([await states(), await running(adopting)]).toEqual([
      ["gone", "gone", "gone"],
      ["1.1", "1.1", "1.1"],
    ]);
  } finally {
    for (const { remove } of theirs) await remove();
  }
});
