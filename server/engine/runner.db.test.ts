import { eq } from "drizzle-orm";
import { v7 as uuid } from "uuid";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { connectDatabase } from "#db/client.ts";
import { getFleetRow } from "#db/queries/fleets.ts";
import { readEvents } from "#db/queries/rollouts.ts";
import { fleet as fleetTable } from "#db/schema/fleets.ts";
import { hookRun } from "#db/schema/rollouts.ts";
import { createTestDatabase, runOnServer, type TestDatabase } from "#db/testing.ts";
import { evolve } from "#domain/engine/evolve.ts";
import type { Fleet } from "#domain/fleet.ts";
import type { PlanInput } from "#domain/plan.ts";
import type { Release } from "#domain/release.ts";
import { toStored } from "#domain/revive.ts";
import { isTerminal, type Rollout } from "#domain/rollout.ts";
import type { Fencing } from "#server/drivers/driver.ts";
import { createHookRunner } from "#server/hooks/hook-runner.ts";
import { type Behaviour, createFakeWorld, type FakeWorld } from "#server/testing/fake-world.ts";
import {
  createTestContext,
  expireLease,
  insertFleet,
  insertRelease,
  quickPlan,
  silentLog,
  startInput,
  waitFor,
  waitForRollout,
} from "#server/testing/fixtures.ts";
import { createTestClock, type TestClock } from "#server/testing/test-clock.ts";
import { findProcesses } from "../../e2e/support/processes.ts";
import { commandRollout, startRollout } from "./commands.ts";
import { createEngine, type Engine } from "./engine.ts";

let database: TestDatabase;
let clock: TestClock;
let world: FakeWorld;
let fleet: Fleet;
let old: Release;
let fresh: Release;
let bad: Release;
let engines: TestEngine[] = [];

interface TestEngine {
  readonly engine: Engine;
  /** As `kill -9`: nothing it asked for is answered any more, nothing is given back. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

beforeAll(async () => {
  database = await createTestDatabase();
  old = await insertRelease(database.db, "1.0");
  fresh = await insertRelease(database.db, "1.1");
  bad = await insertRelease(database.db, "1.4");
});
afterAll(() => database.close());

beforeEach(async () => {
  clock = createTestClock();
  fleet = await insertFleet(database.db, old);
  createWorld({});
});
afterEach(async () => {
  for (const each of engines) await each.stop();
  engines = [];
  // An engine runs every fleet there is; the next test has a world of its own.
  await database.db.update(fleetTable).set({ removedAt: new Date() });
});

function createWorld(behaviours: Readonly<Record<string, Behaviour>>, seed = 1, balancerFencing: Fencing = "stored"): void {
  world = createFakeWorld({ clock, behaviours, seed, balancerFencing });
}

async function startEngine(): Promise<TestEngine> {
  const db = connectDatabase(database.url, { onLost: () => {} });
  const { ports, kill } = world.connect();
  const engine = createEngine({ db, log: silentLog, clock, ...ports });
  let ended = false;
  const end = async (gracefully: boolean) => {
    if (ended) return;
    ended = true;
    if (!gracefully) {
      kill();
      await db.$client.end();
    }
    await engine.stop();
    if (gracefully) await db.$client.end();
  };
  const started = { engine, kill: () => end(false), stop: () => end(true) };
  engines.push(started);
  await engine.start();
  return started;
}

/** An engine whose fleet is whole and proven on 1.0. */
async function startWhole(): Promise<TestEngine> {
  const started = await startEngine();
  await waitFor("the fleet is whole", () => world.inRotation() === fleet.instances.length);
  clock.advance(6_000);
  await waitFor("the release is proven", async () => (await getFleetRow(database.db, fleet.fleetId)).fleet.provenReleaseId);
  world.watchRotation();
  return started;
}

function contextOf({ engine }: TestEngine) {
  return createTestContext({ db: database.db, engine, ...world.connect().ports });
}

async function start(on: TestEngine, release: Release, plan: PlanInput = quickPlan): Promise<string> {
  return (await startRollout(contextOf(on), startInput(fleet, release, plan))).rolloutId;
}

/** The state folded from the events alone; fails when a number is missing. */
async function foldEvents(rolloutId: string): Promise<Rollout> {
  let state: Rollout | null = null;
  for (const event of await readEvents(database.db, { rolloutId, afterSeq: 0, limit: 10_000 })) state = evolve(state, event);
  if (state === null) throw new Error("No events.");
  return state;
}

const upOf = (releaseId: string) => world.started.filter((unit) => unit.releaseId === releaseId).map((unit) => unit.instanceId);

describe("a fleet at rest", () => {
  test("is brought up on the release it was created with, and that release is proven", async () => {
    await startWhole();
    expect(upOf(old.releaseId).sort()).toEqual(["i0", "i1", "i2", "i3"]);
    expect((await getFleetRow(database.db, fleet.fleetId)).fleet.provenReleaseId).toBe(old.releaseId);
  });

  test("gets a lost unit back on the release it should run", async () => {
    await startWhole();
    world.lose("i2");
    await waitFor("i2 serves again", () => world.inRotation() === 4 && world.runs("i2") === old.releaseId);
  });

  test("is shown once a second, and says so when its driver cannot be reached", async () => {
    const { engine } = await startWhole();
    world.driverDown = "The local runtime does not answer.";
    await waitFor("the live view says it", () => engine.live(fleet.fleetId)?.unreachable === "The local runtime does not answer.");
    world.driverDown = null;
    await waitFor("the live view is well again", () => engine.live(fleet.fleetId)?.unreachable === null);
  });
});

describe("a good release", () => {
  test("is rolled out batch by batch, never under the floor, and proven at the end", async () => {
    const on = await startWhole();
    const rolloutId = await start(on, fresh);
    const ended = await waitForRollout(database.db, rolloutId, (rollout) => isTerminal(rollout.status));
    expect(ended.status).toBe("succeeded");
    expect(ended.batches.map((batch) => batch.instanceIds.length)).toEqual([1, 2, 1]);
    expect(world.minInRotation()).toBeGreaterThanOrEqual(3);
    expect(upOf(fresh.releaseId).sort()).toEqual(["i0", "i1", "i2", "i3"]);
    expect(world.violations).toEqual([]);
    const row = await getFleetRow(database.db, fleet.fleetId);
    expect(row.fleet.provenReleaseId).toBe(fresh.releaseId);
    expect(new Set(Object.values(row.assigned))).toEqual(new Set([fresh.releaseId]));
    expect(toStored(await foldEvents(rolloutId))).toEqual(toStored(ended));
  });

  test("is paused by a person: what is in flight finishes, nothing new begins, and it goes on when resumed", async () => {
    const on = await startWhole();
    const rolloutId = await start(on, fresh, { ...quickPlan, batches: [2], maxUnavailable: 1 });
    await waitForRollout(database.db, rolloutId, (rollout) => rollout.updates.values().some((update) => update.phase === "checking"));
    await commandRollout(contextOf(on), { type: "pause", rolloutId, commandId: crypto.randomUUID() });
    const paused = await waitForRollout(
      database.db,
      rolloutId,
      (rollout) => rollout.status === "paused" && !rollout.waiting.some((waiting) => waiting.reason === "in-flight"),
    );
    expect(paused.attempts).toBe(1);
    await commandRollout(contextOf(on), { type: "resume", rolloutId, commandId: crypto.randomUUID() });
    const ended = await waitForRollout(database.db, rolloutId, (rollout) => isTerminal(rollout.status));
    expect(ended.status).toBe("succeeded");
  });
});

describe("a bad release", () => {
  test("that never gets ready comes back by itself and is held", async () => {
    createWorld({ [bad.releaseId]: "never-ready" });
    const on = await startWhole();
    const rolloutId = await start(on, bad);
    const ended = await waitForRollout(database.db, rolloutId, (rollout) => isTerminal(rollout.status));
    expect(ended.status).toBe("rolled-back");
    expect(upOf(bad.releaseId)).toHaveLength(1);
    await waitFor("all serve again", () => world.inRotation() === 4);
    const row = await getFleetRow(database.db, fleet.fleetId);
    expect(row.heldRelease).toMatchObject({ releaseId: bad.releaseId, rolloutId });
    await expect(start(on, bad)).rejects.toMatchObject({ code: "not-allowed-now", problems: [{ field: "reason" }] });
  });

  test("that the driver refuses fails the attempt with the driver's own words", async () => {
    createWorld({ [bad.releaseId]: "refused" });
    const on = await startWhole();
    const rolloutId = await start(on, bad);
    const ended = await waitForRollout(database.db, rolloutId, (rollout) => isTerminal(rollout.status));
    expect(ended.status).toBe("rolled-back");
    expect(JSON.stringify(await readEvents(database.db, { rolloutId, afterSeq: 0, limit: 500 }))).toContain(
      "The driver could not start a unit in i0",
    );
    expect(upOf(bad.releaseId)).toEqual([]);
  });

  test("that fails half of its requests is found by the evidence and rolled back", async () => {
    createWorld({ [bad.releaseId]: "fails-half" });
    const on = await startWhole();
    const rolloutId = await start(on, bad, { ...quickPlan, soak: "10m", metrics: { warmUp: "0ms" } });
    await waitForRollout(database.db, rolloutId, (rollout) => rollout.batches[0]?.settledAt != null);
    const seconds = setInterval(() => clock.advance(1_000), 50);
    try {
      const ended = await waitForRollout(database.db, rolloutId, (rollout) => isTerminal(rollout.status), 25_000);
      expect(ended.status).toBe("rolled-back");
      expect(ended.rollback?.cause).toBe("evidence");
      expect(ended.evidence.errors?.state).toBe("bad");
    } finally {
      clearInterval(seconds);
    }
  });
});

describe("a metrics source that is down", () => {
  test("is blind and not good: the soak waits, nothing is rolled back, and it goes on when the source is back", async () => {
    const on = await startWhole();
    const rolloutId = await start(on, fresh, { ...quickPlan, soak: "5m", metrics: { warmUp: "0ms" } });
    await waitForRollout(database.db, rolloutId, (rollout) => rollout.batches[0]?.settledAt != null);
    world.sourceDown = true;
    clock.advance(10_000);
    const blind = await waitForRollout(database.db, rolloutId, (rollout) => rollout.evidence.errors?.state === "blind");
    expect(blind.soak.runningSince).toBeNull();
    clock.advance(600_000);
    await waitForRollout(database.db, rolloutId, (rollout) => rollout.waiting.some((waiting) => waiting.reason === "blind"));
    world.sourceDown = false;
    const sighted = await waitForRollout(database.db, rolloutId, (rollout) => rollout.soak.runningSince !== null);
    expect(sighted.status).toBe("running");
    expect(sighted.batches).toHaveLength(1);
  });
});

describe("an engine that is killed", () => {
  test.each([3, 8])("at effect %i leaves a rollout that its successor finishes", async (effect) => {
    const first = await startWhole();
    let left = effect;
    const dead = new Promise<void>((resolve) => {
      world.onEffect = (moment) => {
        if (moment === "after") left -= 1;
        if (moment === "after" && left === 0) void first.kill().then(resolve);
      };
    });
    const rolloutId = await start(first, fresh, { ...quickPlan, soak: "0ms", watch: "0ms" });
    await dead;
    await expireLease(database.db, fleet.fleetId);
    await startEngine();
    const ended = await waitForRollout(database.db, rolloutId, (rollout) => isTerminal(rollout.status));
    expect(ended.status).toBe("succeeded");
    expect(upOf(fresh.releaseId).sort()).toEqual(["i0", "i1", "i2", "i3"]);
    expect(world.minInRotation()).toBeGreaterThanOrEqual(3);
    expect(world.violations).toEqual([]);
    const events = await readEvents(database.db, { rolloutId, afterSeq: 0, limit: 500 });
    expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
  });

  test("behind a balancer that remembers no token is succeeded when nothing of it can be under way there any more", async () => {
    createWorld({}, 1, "lease-only");
    const first = await startWhole();
    const rolloutId = await start(first, fresh, { ...quickPlan, soak: "0ms", watch: "0ms" });
    await waitFor("an effect was carried out", () => world.calls.some(({ key }) => key.startsWith(rolloutId)));
    await first.kill();
    await expireLease(database.db, fleet.fleetId);
    const { engine } = await startEngine();
    expect(engine.pulses()).toEqual([]);
    await expireLease(database.db, fleet.fleetId, 10_000);
    engine.wake(fleet.fleetId);
    const ended = await waitForRollout(database.db, rolloutId, (rollout) => isTerminal(rollout.status));
    expect(ended.status).toBe("succeeded");
    expect(world.violations).toEqual([]);
  });

  test("writes down how long nobody was there, and the soak starts again after more than ten seconds", async () => {
    const first = await startWhole();
    const rolloutId = await start(first, fresh, { ...quickPlan, soak: "10m" });
    await waitForRollout(database.db, rolloutId, (rollout) => rollout.batches[0]?.settledAt != null);
    clock.advance(300_000);
    await first.kill();
    await expireLease(database.db, fleet.fleetId);
    await startEngine();
    const taken = await waitFor("the take is written", async () =>
      (await readEvents(database.db, { rolloutId, afterSeq: 0, limit: 500 })).find((event) => event.type === "rollout.taken"),
    );
    expect(taken).toMatchObject({ soakRestarts: true });
    const rollout = await waitForRollout(database.db, rolloutId, (state) => state.soak.runningSince !== null && state.seq > taken.seq - 1);
    expect(clock.now() - (rollout.soak.runningSince ?? 0)).toBeLessThan(60_000);
    expect(rollout.batches).toHaveLength(1);
  });
});

describe("a world that answers badly", () => {
  test.each([11, 12])(
    "seed %i: answers lost, calls doubled, late or unanswered; the rollout ends, and nothing is stopped while it serves",
    async (seed) => {
      createWorld({}, seed);
      const on = await startWhole();
      Object.assign(world.faults, { lostAnswer: 0.2, unreachable: 0.2, duplicate: 0.3, delayMsMax: 80 });
      const rolloutId = await start(on, fresh, { ...quickPlan, soak: "0ms", watch: "0ms", healthyDeadline: "30s" });
      const ended = await waitForRollout(database.db, rolloutId, (rollout) => isTerminal(rollout.status), 25_000);
      expect(ended.status).toBe("succeeded");
      expect(upOf(fresh.releaseId).sort()).toEqual(["i0", "i1", "i2", "i3"]);
      expect(world.minInRotation()).toBeGreaterThanOrEqual(3);
      expect(world.violations).toEqual([]);
    },
  );
});

describe("a database that is gone", () => {
  test("holds the fleet, says so, and the rollout goes on by itself when it is back", async () => {
    const { engine, ...on } = await startWhole();
    const rolloutId = await start({ engine, ...on }, fresh, { ...quickPlan, soak: "10m" });
    await waitForRollout(database.db, rolloutId, (rollout) => rollout.batches[0]?.settledAt != null);
    const name = new URL(database.url).pathname.slice(1);
    await runOnServer(database.url, `ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
    await runOnServer(database.url, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`);
    await waitFor("the live view says it", () => engine.live(fleet.fleetId)?.unreachable?.includes("The database cannot be reached"));
    const unitsBefore = world.started.length;
    clock.advance(600_000);
    await waitFor("it is still seen", () => (engine.live(fleet.fleetId)?.at ?? 0) > clock.now() - 6_000);
    expect(world.started).toHaveLength(unitsBefore);
    await runOnServer(database.url, `ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
    const ended = await waitForRollout(database.db, rolloutId, (rollout) => rollout.batches.length > 1, 25_000);
    expect(ended.status).toBe("running");
    await waitFor("the live view is well again", () => engine.live(fleet.fleetId)?.unreachable === null);
  });
});

describe("a hook that is under way", () => {
  test.each(["rollBack", "cancel"] as const)("is ended with its program when a person says %s", async (type) => {
    const runner = createHookRunner({ allowPrivateUrls: [] });
    world.onHook = (call, signal) => runner.run(call, signal);
    const on = await startWhole();
    const hook = { command: ["/bin/sh", "-c", "sleep 600 & wait"] };
    const rolloutId = await start(on, fresh, { ...quickPlan, hooks: { beforeBatch: hook } });
    await waitFor("the program and its child run", async () => (await findProcesses(rolloutId)).length === 2);
    await commandRollout(contextOf(on), { type, rolloutId, commandId: uuid(), reason: "Enough." });
    await waitForRollout(database.db, rolloutId, (rollout) => isTerminal(rollout.status));
    await waitFor("nothing of the program is left", async () => (await findProcesses(rolloutId)).length === 0);
    const rows = () => database.db.select().from(hookRun).where(eq(hookRun.rolloutId, rolloutId));
    await waitFor("its row says so", async () => (await rows())[0]?.status !== "running");
    expect(await rows()).toMatchObject([{ status: "failed", message: "The rollout did not wait for it any more.", endedAt: expect.any(Number) }]);
  });
});
