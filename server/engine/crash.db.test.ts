import { v7 as uuid } from "uuid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findRolloutStatus, getRollout, readEvents } from "#db/queries/rollouts.ts";
import { createTestDatabase, runOnServer, type TestDatabase } from "#db/testing.ts";
import { evolve } from "#domain/engine/evolve.ts";
import type { Fleet } from "#domain/fleet.ts";
import type { PlanInput } from "#domain/plan.ts";
import type { Release } from "#domain/release.ts";
import { toStored } from "#domain/revive.ts";
import { isTerminal, type Rollout } from "#domain/rollout.ts";
import type { CommitFate } from "#server/testing/commit-faults.ts";
import { createFakeWorld, type FakeWorld } from "#server/testing/fake-world.ts";
import { asAda, beginRollout, expireLease, insertFleet, insertRelease } from "#server/testing/fixtures.ts";
import { createVirtualClock, type TestClock } from "#server/testing/test-clock.ts";
import { startVirtualEngine, type VirtualEngine } from "#server/testing/virtual-engine.ts";
import { applyCommand } from "./apply.ts";

const size = 10;
const floor = 5;
/** Ten instances in three batches, and all of them back again when a person says so in the watch. */
const plan: PlanInput = {
  batches: [1, 4, 5],
  maxUnavailable: floor,
  soak: "0ms",
  watch: "10m",
  minHealthyTime: "50ms",
  healthyDeadline: "10s",
  drainTimeout: "1s",
  retries: 0,
  metrics: false,
};

let database: TestDatabase;
let old: Release;
let fresh: Release;

beforeAll(async () => {
  database = await createTestDatabase();
  // Hundreds of runs on one disk: what a commit survives is PostgreSQL's own business.
  await runOnServer(database.url, `ALTER DATABASE ${new URL(database.url).pathname.slice(1)} SET synchronous_commit = off`);
  old = await insertRelease(database.db, "1.0");
  fresh = await insertRelease(database.db, "1.1");
});
afterAll(() => database.close());

interface Run {
  readonly fleet: Fleet;
  readonly world: FakeWorld;
  readonly clock: TestClock;
  readonly rolloutId: string;
  start(): Promise<VirtualEngine>;
}

async function beginRun(): Promise<Run> {
  const clock = createVirtualClock();
  const fleet = await insertFleet(database.db, old, size);
  const running = { instances: fleet.instances, releaseId: old.releaseId };
  const world = createFakeWorld({ clock, running, requestsPerSecond: 0 });
  const { rolloutId } = await beginRollout(database.db, { fleet, release: fresh, plan, now: clock.now() });
  const start = () => startVirtualEngine({ url: database.url, fleetId: fleet.fleetId, world, clock });
  return { fleet, world, clock, rolloutId, start };
}

/** Forward to the watch, and back to the end. */
function finish(engine: VirtualEngine, { rolloutId, clock }: Run): Promise<"done" | "stopped"> {
  return engine.run(async () => {
    const found = await findRolloutStatus(database.db, rolloutId);
    if (found?.status === "watching")
      await applyCommand(database.db, asAda({ type: "rollBack", rolloutId, commandId: uuid(), reason: "Enough." }, clock.now()));
    return found !== null && isTerminal(found.status);
  });
}

/** Goes on under another engine, as after a restart. */
async function succeed(first: VirtualEngine, run: Run): Promise<void> {
  await first.close();
  await expireLease(database.db, run.fleet.fleetId);
  const second = await run.start();
  expect(await finish(second, run)).toBe("done");
  await second.close();
}

async function expectWell({ world, rolloutId }: Run): Promise<void> {
  const rollout = await getRollout(database.db, rolloutId);
  expect(rollout.status).toBe("rolled-back");
  expect(world.violations).toEqual([]);
  expect(world.minInRotation()).toBeGreaterThanOrEqual(floor);
  expect(world.inRotation()).toBe(size);
  for (const release of [fresh, old]) {
    const units = world.started.filter(({ releaseId }) => releaseId === release.releaseId);
    expect(units.map(({ instanceId }) => instanceId).sort()).toEqual(Array.from({ length: size }, (_, index) => `i${index}`));
  }
  // One attempt forward and one back: nothing was done under a third.
  expect(new Set(world.calls.map(({ key }) => key)).size).toBe(2 * size);
  const events = await readEvents(database.db, { rolloutId, afterSeq: 0, limit: 100_000 });
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  const folded = events.reduce<Rollout | null>((state, event) => evolve(state, event), null);
  if (folded === null) throw new Error("There are no events.");
  expect(toStored(rollout)).toEqual(toStored(folded));
}

/** One whole run for each crash point; says at which one it went wrong. */
async function forEach(count: number, what: string, play: (point: number) => Promise<void>): Promise<void> {
  expect(count).toBeGreaterThan(20);
  for (let point = 1; point <= count; point += 1) {
    await play(point).catch((error: unknown) => {
      throw new Error(`At ${what} ${point} of ${count}.`, { cause: error });
    });
  }
}

let measured: ReturnType<typeof measureOnce> | null = null;

/** How many effects and commits an undisturbed run takes. */
function measure(): ReturnType<typeof measureOnce> {
  measured ??= measureOnce();
  return measured;
}

async function measureOnce(): Promise<{ readonly effects: number; readonly commits: number }> {
  const run = await beginRun();
  const engine = await run.start();
  const commitsBefore = engine.commits.count();
  expect(await finish(engine, run)).toBe("done");
  await engine.close();
  await expectWell(run);
  return { effects: run.world.calls.length, commits: engine.commits.count() - commitsBefore };
}

describe("an engine that is killed", () => {
  test.each(["before", "after"] as const)(
    "%s any effect is succeeded by one that goes on where it was",
    async (moment) => {
      const { effects } = await measure();
      await forEach(effects, `${moment} effect`, async (point) => {
        const run = await beginRun();
        const engine = await run.start();
        run.world.onEffect = (at, count) => {
          if (at === moment && count === point) engine.kill();
        };
        expect(await finish(engine, run)).toBe("stopped");
        await succeed(engine, run);
        await expectWell(run);
      });
    },
    300_000,
  );

  test.each([
    ["before", "never-sent"],
    ["after", "never-answered"],
  ] as const)(
    "%s any commit is succeeded by one that goes on where it was",
    async (_, fate) => {
      const { commits } = await measure();
      await forEach(commits, `${fate} commit`, async (point) => {
        const run = await beginRun();
        const engine = await run.start();
        const from = engine.commits.count();
        engine.commits.fate = (count): CommitFate => {
          if (count !== from + point) return "done";
          // The connection is cut with the process, and its transaction with it.
          setImmediate(() => engine.kill());
          return fate;
        };
        expect(await finish(engine, run)).toBe("stopped");
        await succeed(engine, run);
        await expectWell(run);
      });
    },
    300_000,
  );
});

/** Plays one run for every commit, whose fate is not the process's end: the same engine goes on. */
async function forEachCommit(fate: CommitFate): Promise<void> {
  const { commits } = await measure();
  await forEach(commits, `${fate} commit`, async (point) => {
    const run = await beginRun();
    const engine = await run.start();
    const from = engine.commits.count();
    engine.commits.cut = (processId) => runOnServer(database.url, `SELECT pg_terminate_backend(${processId})`);
    engine.commits.fate = (count) => (count === from + point ? fate : "done");
    expect(await finish(engine, run)).toBe("done");
    await engine.close();
    await expectWell(run);
  });
}

describe("a database", () => {
  test("that carries a commit out and loses the answer is read again: nothing is written or done twice", () => forEachCommit("answer-lost"), 300_000);

  test("that cuts the connection in the middle of a transaction has taken it back, and it is written again", () => forEachCommit("cut"), 300_000);
});

test("every effect delivered twice is done once", async () => {
  const run = await beginRun();
  run.world.faults.duplicate = 1;
  const engine = await run.start();
  expect(await finish(engine, run)).toBe("done");
  await engine.close();
  await expectWell(run);
});

describe("two engines at once", () => {
  test("the frozen one is fenced when it goes on, and its late effect is refused", async () => {
    for (const point of [1, 2, 5, 12, 20, 31, 40, 58]) {
      const run = await beginRun();
      const first = await run.start();
      let deliver = () => {};
      run.world.onEffect = (moment, count) => {
        if (moment !== "before" || count !== point) return;
        first.freeze();
        return new Promise<void>((resolve) => {
          deliver = resolve;
        });
      };
      expect(await finish(first, run)).toBe("stopped");
      await expireLease(database.db, run.fleet.fleetId);
      const second = await run.start();
      for (let step = 0; step < 3; step += 1) await second.step();
      const before = run.world.calls.length;
      deliver();
      first.thaw();
      for (let step = 0; step < 5; step += 1) await first.step();
      expect(run.world.calls.length).toBe(before);
      expect(await finish(second, run)).toBe("done");
      for (const engine of [first, second]) await engine.close();
      expect(run.world.violations.every((violation) => violation.endsWith("with token 1 after 2"))).toBe(true);
      expect(run.world.violations.length).toBeGreaterThan(0);
      run.world.violations.splice(0);
      await expectWell(run);
    }
  }, 300_000);
});
