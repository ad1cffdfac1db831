import { eq } from "drizzle-orm";
import { v7 as uuid } from "uuid";
import { afterAll, beforeAll, expect } from "vitest";
import { findRolloutStatus, getRollout, readEvents } from "#db/queries/rollouts.ts";
import { fleet as fleetTable } from "#db/schema/fleets.ts";
import { createTestDatabase, runOnServer, type TestDatabase } from "#db/testing.ts";
import { evolve } from "#domain/engine/evolve.ts";
import type { Fleet } from "#domain/fleet.ts";
import type { PlanInput } from "#domain/plan.ts";
import type { Release } from "#domain/release.ts";
import { toStored } from "#domain/revive.ts";
import { isTerminal, type Rollout } from "#domain/rollout.ts";
import { applyCommand } from "#server/engine/apply.ts";
import type { CommitFate } from "./commit-faults.ts";
import { createFakeWorld, type FakeWorld } from "./fake-world.ts";
import { asAda, beginRollout, expireLease, insertFleet, insertRelease } from "./fixtures.ts";
import { createVirtualClock, type TestClock } from "./test-clock.ts";
import { startVirtualEngine, type VirtualEngine } from "./virtual-engine.ts";

/** A kind of rollout: forward to the watch, and all of it back again when a person says so there. */
export interface Scene {
  readonly size: number;
  /** Instances that serve at any moment, at least. */
  readonly floor: number;
  /** Units that exist at any moment, at most. */
  readonly ceiling: number;
  readonly plan: PlanInput;
  /** What people do on the way. Called at every step, after a restart as well. */
  readonly meddle?: (run: Run) => Promise<void>;
  /** Instances at the end; as many as at the start when left out. */
  readonly sizeAtEnd?: number;
  /** What else must have come of it. */
  readonly expectMore?: (run: Run) => Promise<void>;
}

export interface Run {
  readonly scene: Scene;
  readonly fleet: Fleet;
  readonly world: FakeWorld;
  readonly clock: TestClock;
  readonly rolloutId: string;
  /** Hooks that were begun, by their keys, in their order. */
  readonly hooks: string[];
  start(): Promise<VirtualEngine>;
}

interface Measure {
  readonly effects: number;
  readonly commits: number;
}

/** Fewer points than this are no rollout. */
const pointsMin = 20;

/** Plays a scene once for each point at which an engine may die, in one database. */
export class CrashBench {
  database!: TestDatabase;
  old!: Release;
  fresh!: Release;
  readonly #measured = new Map<Scene, Promise<Measure>>();

  static open(): CrashBench {
    const bench = new CrashBench();
    beforeAll(async () => {
      bench.database = await createTestDatabase();
      // Hundreds of runs on one disk: what a commit survives is PostgreSQL's own business.
      await runOnServer(bench.database.url, `ALTER DATABASE ${new URL(bench.database.url).pathname.slice(1)} SET synchronous_commit = off`);
      bench.old = await insertRelease(bench.db, "1.0");
      bench.fresh = await insertRelease(bench.db, "1.1");
    });
    afterAll(() => bench.database.close());
    return bench;
  }

  get db() {
    return this.database.db;
  }

  async begin(scene: Scene): Promise<Run> {
    const clock = createVirtualClock();
    const { releaseId: provenReleaseId } = this.old;
    const fleet = { ...(await insertFleet(this.db, this.old, scene.size)), provenReleaseId };
    const { fleetId, instances } = fleet;
    await this.db.update(fleetTable).set({ provenReleaseId }).where(eq(fleetTable.fleetId, fleetId));
    const world = createFakeWorld({ clock, running: { instances, releaseId: provenReleaseId }, requestsPerSecond: 0, canSurge: true });
    const hooks: string[] = [];
    world.onHook = async ({ key }) => {
      hooks.push(key);
      return { status: "succeeded", message: "It is done.", output: "" };
    };
    const { rolloutId } = await beginRollout(this.db, { fleet, release: this.fresh, plan: scene.plan, now: clock.now() });
    const start = () => startVirtualEngine({ url: this.database.url, fleetId, world, clock });
    return { scene, fleet, world, clock, rolloutId, hooks, start };
  }

  /** Forward to the watch, and back to the end. */
  finish(engine: VirtualEngine, run: Run): Promise<"done" | "stopped"> {
    const { rolloutId, clock, scene } = run;
    return engine.run(async () => {
      await scene.meddle?.(run);
      const found = await findRolloutStatus(this.db, rolloutId);
      if (found?.status === "watching")
        await applyCommand(this.db, asAda({ type: "rollBack", rolloutId, commandId: uuid(), reason: "Enough." }, clock.now()));
      return found !== null && isTerminal(found.status);
    });
  }

  /** Goes on under another engine, as after a restart. */
  async succeed(first: VirtualEngine, run: Run): Promise<void> {
    await first.close();
    await expireLease(this.db, run.fleet.fleetId);
    const second = await run.start();
    expect(await this.finish(second, run)).toBe("done");
    await second.close();
  }

  async expectWell(run: Run): Promise<void> {
    const { scene, world, rolloutId } = run;
    const { size, sizeAtEnd = size } = scene;
    const rollout = await getRollout(this.db, rolloutId);
    expect(rollout.status).toBe("rolled-back");
    expect(world.violations).toEqual([]);
    expect(world.minInRotation()).toBeGreaterThanOrEqual(scene.floor);
    expect(world.maxUnits()).toBeLessThanOrEqual(scene.ceiling);
    expect(world.inRotation()).toBe(sizeAtEnd);
    const names = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => `i${from + index}`);
    // What came by a scale-out was started on the old release once more.
    const expected = new Map([
      [this.fresh.releaseId, names(0, sizeAtEnd)],
      [this.old.releaseId, [...names(0, sizeAtEnd), ...names(size, sizeAtEnd)].sort()],
    ]);
    for (const [releaseId, instanceIds] of expected)
      expect(world.started.flatMap((unit) => (unit.releaseId === releaseId ? unit.instanceId : [])).sort()).toEqual(instanceIds);
    // One attempt forward and one back: nothing was done under a third.
    expect(new Set(world.calls.flatMap(({ key }) => (attempt.test(key) ? key : []))).size).toBe(2 * sizeAtEnd);
    const events = await readEvents(this.db, { rolloutId, afterSeq: 0, limit: 100_000 });
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    const folded = events.reduce<Rollout | null>((state, event) => evolve(state, event), null);
    if (folded === null) throw new Error("There are no events.");
    expect(toStored(rollout)).toEqual(toStored(folded));
    await scene.expectMore?.(run);
  }

  /** How many effects and commits an undisturbed run takes. */
  measure(scene: Scene): Promise<Measure> {
    const known = this.#measured.get(scene) ?? this.#measureOnce(scene);
    this.#measured.set(scene, known);
    return known;
  }

  async #measureOnce(scene: Scene): Promise<Measure> {
    const run = await this.begin(scene);
    const engine = await run.start();
    const commitsBefore = engine.commits.count();
    expect(await this.finish(engine, run)).toBe("done");
    await engine.close();
    await this.expectWell(run);
    return { effects: run.world.calls.length, commits: engine.commits.count() - commitsBefore };
  }

  /** Kills the engine at each effect in turn, and lets another go on. */
  async killAtEachEffect(scene: Scene, moment: "before" | "after"): Promise<void> {
    const { effects } = await this.measure(scene);
    await forEach(effects, `${moment} effect`, async (point) => {
      const run = await this.begin(scene);
      const engine = await run.start();
      run.world.onEffect = (at, count) => {
        if (at === moment && count === point) engine.kill();
      };
      expect(await this.finish(engine, run)).toBe("stopped");
      await this.succeed(engine, run);
      await this.expectWell(run);
    });
  }

  /** Kills the engine at each commit in turn, before it is sent or before it is answered, and lets another go on. */
  async killAtEachCommit(scene: Scene, fate: "never-sent" | "never-answered"): Promise<void> {
    const { commits } = await this.measure(scene);
    await forEach(commits, `${fate} commit`, async (point) => {
      const run = await this.begin(scene);
      const engine = await run.start();
      const from = engine.commits.count();
      engine.commits.fate = (count): CommitFate => {
        if (count !== from + point) return "done";
        // The connection is cut with the process, and its transaction with it.
        setImmediate(() => engine.kill());
        return fate;
      };
      expect(await this.finish(engine, run)).toBe("stopped");
      await this.succeed(engine, run);
      await this.expectWell(run);
    });
  }

  /** Plays one run for every commit, whose fate is not the process's end: the same engine goes on. */
  async spoilEachCommit(scene: Scene, fate: CommitFate): Promise<void> {
    const { commits } = await this.measure(scene);
    await forEach(commits, `${fate} commit`, async (point) => {
      const run = await this.begin(scene);
      const engine = await run.start();
      const from = engine.commits.count();
      engine.commits.cut = (processId) => runOnServer(this.database.url, `SELECT pg_terminate_backend(${processId})`);
      engine.commits.fate = (count) => (count === from + point ? fate : "done");
      expect(await this.finish(engine, run)).toBe("done");
      await engine.close();
      await this.expectWell(run);
    });
  }
}

/** `rollout/instance/attempt`. */
const attempt = /^[^/]+\/[^/]+\/\d+$/;

/** One whole run for each crash point; says at which one it went wrong. */
async function forEach(count: number, what: string, play: (point: number) => Promise<void>): Promise<void> {
  expect(count).toBeGreaterThan(pointsMin);
  for (let point = 1; point <= count; point += 1) {
    await play(point).catch((error: unknown) => {
      throw new Error(`At ${what} ${point} of ${count}.`, { cause: error });
    });
  }
}
