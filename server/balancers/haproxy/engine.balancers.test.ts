import { afterAll, beforeAll, expect, test } from "vitest";
import { fleet as fleetTable, release as releaseTable } from "#db/schema/fleets.ts";
import { createTestDatabase, type TestDatabase } from "#db/testing.ts";
import type { Fleet } from "#domain/fleet.ts";
import type { Release } from "#domain/release.ts";
import type { Rollout } from "#domain/rollout.ts";
import { startRollout } from "#server/engine/commands.ts";
import { createEngine, type Engine } from "#server/engine/engine.ts";
import { createUrlPolicy } from "#server/io/url-policy.ts";
import { createFakeWorld } from "#server/testing/fake-world.ts";
import { createTestContext, quickPlan, silentLog, startInput, waitForRollout } from "#server/testing/fixtures.ts";
import { startHaproxy, type TestHaproxy } from "#server/testing/haproxy.ts";
import { createTestFleet, createTestRelease, type LocalBench, startLocalBench, waitUntil } from "#server/testing/local-runtime.ts";
import { startOpenLoad } from "#server/testing/open-load.ts";
import { findTestProgram } from "#server/testing/programs.ts";
import { createTestClock } from "#server/testing/test-clock.ts";
import { createHaproxyBalancer } from "./balancer.ts";
import { createHaproxySource } from "./counts.ts";
import { createLedger } from "./ledger.ts";
import { createHaproxySocket } from "./socket.ts";

/** The real engine, a real HAProxy and real processes: what the contract cannot ask, because only the engine does it. */

const program = await findTestProgram("haproxy", "HAPROXY_PATH");
if (program === null) throw new Error("No HAProxy was found: install it, or give its path in HAPROXY_PATH.");

let database: TestDatabase;
let bench: LocalBench;
let haproxy: TestHaproxy;
let engine: Engine;
let fleet: Fleet;
let old: Release;
let fresh: Release;
let ports: Parameters<typeof createEngine>[0];

beforeAll(async () => {
  [database, bench, haproxy] = await Promise.all([createTestDatabase(), startLocalBench(), startHaproxy(program)]);
  const [say, ledger] = [createHaproxySocket(createUrlPolicy([])), createLedger()];
  // What no fleet of this test names is a simulated world's.
  const rest = createFakeWorld({ clock: createTestClock() }).connect().ports;
  ports = {
    db: database.db,
    log: silentLog,
    ...rest,
    drivers: { ...rest.drivers, process: bench.driver },
    balancers: { ...rest.balancers, haproxy: createHaproxyBalancer(say, ledger) },
    metrics: { ...rest.metrics, haproxy: createHaproxySource(say, ledger) },
  };
  old = await insert(await createTestRelease(bench.serviceDirectory, { name: "1.0" }));
  fresh = await insert(await createTestRelease(bench.serviceDirectory, { name: "1.1" }));
  fleet = createTestFleet({ count: 3, balancer: haproxy.settings, initialReleaseId: old.releaseId });
  const { fleetId, name, service, environment } = fleet;
  const assigned = Object.fromEntries(fleet.instances.map(({ id }) => [id, old.releaseId]));
  await database.db.insert(fleetTable).values({ fleetId, name, service, environment, definition: fleet, assigned });
  engine = createEngine(ports);
  await engine.start();
  await waitUntil(() => inRotation() === 3, "the engine has put all three into rotation", 30_000);
});
afterAll(async () => {
  await engine?.stop();
  await haproxy?.close();
  await bench?.close();
  await database?.close();
});

async function insert(release: Release): Promise<Release> {
  const { releaseId, service, name } = release;
  await database.db.insert(releaseTable).values({ releaseId, service, name, definition: release, recordedBy: "Ada" });
  return release;
}

function inRotation(): number {
  return engine.live(fleet.fleetId)?.instances.filter(({ rotation }) => rotation === "in").length ?? 0;
}

const answers = async () => (await fetch(haproxy.url)).status;

test("a HAProxy that was started again, and has forgotten, is set right although no rollout runs", async () => {
  expect(await answers()).toBe(200);
  await haproxy.stop();
  await haproxy.start();
  expect(await answers()).toBe(503);
  const startedAt = performance.now();
  await waitUntil(async () => (await answers()) === 200, "an instance is in rotation again");
  await waitUntil(() => inRotation() === 3, "all are");
  expect(performance.now() - startedAt).toBeLessThan(10_000);
});

test("a rollout goes through under load without a failed request, and HAProxy's counts are what was sent", async () => {
  const before = await countedInQuiet();
  const load = startOpenLoad(haproxy.url, 50);
  const ctx = createTestContext({ ...ports, engine } as never);
  const { rolloutId } = await startRollout(ctx, startInput(fleet, fresh, { ...quickPlan, metrics: {}, watch: "1s" }));
  const judged = () => (engine.live(fleet.fleetId)?.evidence ?? []).map(({ metric }) => metric);
  await waitUntil(() => judged().includes("errors"), "errors are judged");
  // There is no latency to compare, so none is called good.
  expect(judged().filter((metric) => metric.startsWith("latency"))).toEqual([]);
  await waitForRollout(database.db, rolloutId, ({ status }) => status === "succeeded", 40_000);
  const { statuses } = await load.end();
  expect(Object.keys(statuses)).toEqual(["200"]);
  await waitUntil(() => countedIn().requests - before.requests === statuses["200"], "every request is counted once");
  expect(countedIn().failed).toBe(before.failed);
});

test("started again in the middle of a rollout it is set right, and the rollout goes on to its end", async () => {
  const ctx = createTestContext({ ...ports, engine } as never);
  const { rolloutId } = await startRollout(ctx, startInput(fleet, old, { ...quickPlan, batches: [1], watch: "1s" }));
  const updated = ({ updates }: Rollout) => updates.values().filter(({ phase }) => phase === "updated").length;
  await waitForRollout(database.db, rolloutId, (rollout) => updated(rollout) === 1);
  await haproxy.stop();
  await haproxy.start();
  await waitForRollout(database.db, rolloutId, ({ status }) => status === "succeeded", 40_000);
  await waitUntil(() => inRotation() === 3, "all are in rotation");
});

test("what an instance fails is counted for its release, a crash that users did not notice as well", async () => {
  const before = await countedInQuiet();
  for (let sent = 0; sent < 5; sent += 1) expect((await fetch(`${haproxy.url}/failing`)).status).toBe(500);
  await waitUntil(() => countedIn().failed - before.failed === 5, "five answers of 500 are counted");
  // Each attempt ends the process that got it. On a connection that was used before HAProxy closes it without an answer.
  await fetch(`${haproxy.url}/crash`).catch(() => null);
  await waitUntil(() => countedIn().failed - before.failed >= 7, "each attempt is counted");
});

test("while HAProxy is away the fleet is held with the reason, and it goes on by itself when it is back", async () => {
  await waitUntil(() => inRotation() === 3, "all are back");
  await haproxy.stop();
  await waitUntil(() => /HAProxy/.test(engine.live(fleet.fleetId)?.unreachable ?? ""), "it is said");
  await haproxy.start();
  await waitUntil(() => engine.live(fleet.fleetId)?.unreachable === null && inRotation() === 3, "all are in rotation again");
  expect(await answers()).toBe(200);
});

/** Nothing is sent: two whole seconds from now on are told, without a request. */
async function countedInQuiet() {
  const since = Date.now();
  const isQuiet = () => {
    const last = engine.recentTicks(fleet.fleetId).filter(({ at }) => at > since + 1_000);
    return (
      last.length >= 2 && last.every(({ instances }) => Object.values(instances).every(({ slots }) => slots.every(([requests]) => requests === 0)))
    );
  };
  await waitUntil(isQuiet, "what was sent before is told");
  return countedIn();
}

function countedIn(): { requests: number; failed: number } {
  const seconds = engine.seconds(fleet.fleetId);
  const sum = (field: "requests" | "failed") => seconds.reduce((total, second) => total + second[field], 0);
  return { requests: sum("requests"), failed: sum("failed") };
}
