import { and, desc, eq } from "drizzle-orm";
import { v7 as uuid } from "uuid";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { fleetStream } from "#db/queries/events.ts";
import { getFleetRow } from "#db/queries/fleets.ts";
import { findOpenRollouts, getRollout, listRollouts, readEvents } from "#db/queries/rollouts.ts";
import { audit } from "#db/schema/audit.ts";
import { command as commandTable, event as eventTable, rollout as rolloutTable } from "#db/schema/rollouts.ts";
import { createTestDatabase, type TestDatabase } from "#db/testing.ts";
import type { Permission } from "#domain/actor.ts";
import { FleetCommand } from "#domain/command.ts";
import type { Fleet } from "#domain/fleet.ts";
import { Plan, type PlanInput } from "#domain/plan.ts";
import type { Release } from "#domain/release.ts";
import { isTerminal } from "#domain/rollout.ts";
import { savePlan } from "#server/catalog/save-plan.ts";
import type { Context } from "#server/context.ts";
import { createFakeWorld, type FakeWorld } from "#server/testing/fake-world.ts";
import { createTestContext, expireLease, insertFleet, insertRelease, quickPlan, silentLog, startInput } from "#server/testing/fixtures.ts";
import { createVirtualClock, type TestClock } from "#server/testing/test-clock.ts";
import { startVirtualEngine, type VirtualEngine } from "#server/testing/virtual-engine.ts";
import { checkStart } from "./check.ts";
import { commandFleet, commandRollout, startRollout } from "./commands.ts";
import { createEngine } from "./engine.ts";

let database: TestDatabase;
let clock: TestClock;
let world: FakeWorld;
let fleet: Fleet;
let old: Release;
let fresh: Release;
let newer: Release;
let engines: VirtualEngine[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  old = await insertRelease(database.db, "1.0");
  fresh = await insertRelease(database.db, "1.1");
  newer = await insertRelease(database.db, "1.2");
});
afterAll(() => database.close());
beforeEach(async () => {
  for (const engine of engines) await engine.close();
  engines = [];
  clock = createVirtualClock();
  fleet = await insertFleet(database.db, old);
  world = createFakeWorld({ clock, running: { instances: fleet.instances, releaseId: old.releaseId }, requestsPerSecond: 0, canSurge: true });
});

/** A signed-in person. The engine that they talk to does not run: what is done to the fleet is the virtual one's business. */
function ctx(allowed?: readonly Permission[]): Context {
  const { ports } = world.connect();
  return createTestContext({ db: database.db, engine: createEngine({ db: database.db, log: silentLog, clock, ...ports }), ...ports }, allowed);
}

async function startEngine(): Promise<VirtualEngine> {
  const engine = await startVirtualEngine({ url: database.url, fleetId: fleet.fleetId, world, clock });
  engines.push(engine);
  return engine;
}

const plan = (change: PlanInput = {}): PlanInput => ({ ...quickPlan, ...change });
const start = (release: Release, change: PlanInput = {}, more: { reason?: string } = {}) =>
  startRollout(ctx(), { ...startInput(fleet, release, plan(change)), ...more });
const onRollout = <Type extends string>(type: Type, rolloutId: string) => ({ type, rolloutId, commandId: uuid(), reason: "Because." });
const onFleet = (command: { type: FleetCommand["type"] } & Record<string, unknown>): FleetCommand =>
  FleetCommand.parse({ ...command, fleetId: fleet.fleetId, commandId: uuid() });
const statusOf = async (rolloutId: string) => (await getRollout(database.db, rolloutId)).status;
const hasEnded = (rolloutId: string) => async () => isTerminal(await statusOf(rolloutId));
const rowOf = () => getFleetRow(database.db, fleet.fleetId);

async function lastAudit() {
  const [row] = await database.db
    .select()
    .from(audit)
    .where(eq(audit.target, `fleet:${fleet.fleetId}`))
    .orderBy(desc(audit.at), desc(audit.id))
    .limit(1);
  return row;
}

async function fleetEvents() {
  return database.db
    .select({ seq: eventTable.seq, type: eventTable.type, actor: eventTable.actor })
    .from(eventTable)
    .where(eq(eventTable.stream, fleetStream(fleet.fleetId)))
    .orderBy(eventTable.seq);
}

describe("starting on a busy fleet", () => {
  test("is rejected by a plan that says so, and changes nothing", async () => {
    const { rolloutId } = await start(fresh);
    await expect(start(newer)).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining(rolloutId) });
    expect(await listRollouts(database.db, { fleetId: fleet.fleetId, limit: 10 })).toHaveLength(1);
    expect(await lastAudit()).toMatchObject({ action: "rollout.start", outcome: "refused" });
  });

  test("queues behind it, once, and starts when it has succeeded, as the one who queued it", async () => {
    const first = await start(fresh, { soak: "0ms", watch: "0ms" });
    const second = await start(newer, { soak: "0ms", watch: "0ms", supersede: "queue" });
    expect(await statusOf(second.rolloutId)).toBe("queued");
    await expect(start(newer, { supersede: "queue" })).rejects.toMatchObject({ code: "conflict" });
    const engine = await startEngine();
    await engine.run(hasEnded(second.rolloutId));
    expect([await statusOf(first.rolloutId), await statusOf(second.rolloutId)]).toEqual(["succeeded", "succeeded"]);
    expect((await getRollout(database.db, second.rolloutId)).startedBy).toMatchObject({ name: "Ada" });
    expect((await rowOf()).fleet.provenReleaseId).toBe(newer.releaseId);
    expect(world.violations).toEqual([]);
  });

  test("queued behind one that did not succeed asks, and a person lets it start", async () => {
    const first = await start(fresh);
    const second = await start(newer, { supersede: "queue", soak: "0ms", watch: "0ms" });
    await commandRollout(ctx(), onRollout("cancel", first.rolloutId));
    const engine = await startEngine();
    await engine.run(hasEnded(first.rolloutId));
    for (let step = 0; step < 5; step += 1) await engine.step();
    const waiting = await getRollout(database.db, second.rolloutId);
    expect([waiting.status, waiting.waiting[0]?.reason]).toEqual(["queued", "other-rollout"]);
    await commandRollout(ctx(), onRollout("resume", second.rolloutId));
    await engine.run(hasEnded(second.rolloutId));
    expect(await statusOf(second.rolloutId)).toBe("succeeded");
  });

  test("a queued one can be cancelled", async () => {
    await start(fresh);
    const { rolloutId } = await start(newer, { supersede: "queue" });
    await commandRollout(ctx(), onRollout("cancel", rolloutId));
    expect(await statusOf(rolloutId)).toBe("cancelled");
    expect(await findOpenRollouts(database.db, fleet.fleetId)).toMatchObject({ queued: null, active: { status: "preparing" } });
  });

  test("replaces it: both in one transaction, and the floor holds throughout", async () => {
    const first = await start(fresh, { batches: [2], soak: "10m" });
    const engine = await startEngine();
    await engine.run(async () => (await getRollout(database.db, first.rolloutId)).updates.values().some(({ phase }) => phase === "checking"));
    const second = await start(newer, { supersede: "replace", soak: "0ms", watch: "0ms" });
    expect([await statusOf(first.rolloutId), await statusOf(second.rolloutId)]).toEqual(["superseded", "preparing"]);
    await engine.run(hasEnded(second.rolloutId));
    expect(await statusOf(second.rolloutId)).toBe("succeeded");
    expect(world.minInRotation()).toBeGreaterThanOrEqual(3);
    expect(world.violations).toEqual([]);
  });

  test("cuts a watch short", async () => {
    const first = await start(fresh, { soak: "0ms", watch: "10m" });
    const engine = await startEngine();
    await engine.run(async () => (await statusOf(first.rolloutId)) === "watching");
    const second = await start(newer);
    expect([await statusOf(first.rolloutId), await statusOf(second.rolloutId)]).toEqual(["succeeded", "preparing"]);
    expect((await rowOf()).fleet.provenReleaseId).toBe(fresh.releaseId);
  });

  test("of many that replace at once each ends the one before, and one is active", async () => {
    await start(fresh);
    await Promise.all([1, 2, 3].map(() => start(newer, { supersede: "replace" })));
    const rollouts = await listRollouts(database.db, { fleetId: fleet.fleetId, limit: 10 });
    expect(rollouts.map(({ status }) => status).sort()).toEqual(["preparing", "superseded", "superseded", "superseded"]);
  });
});

describe("who may start", () => {
  const hooks: PlanInput = { hooks: { prepare: { command: ["/bin/true"] } } };

  test("a plan whose hook is not on record needs command.define", async () => {
    const asked = startRollout(ctx(["rollout.start"]), startInput(fleet, fresh, plan(hooks)));
    await expect(asked).rejects.toMatchObject({ code: "not-allowed", message: expect.stringContaining("command.define") });
    expect(await listRollouts(database.db, { fleetId: fleet.fleetId, limit: 10 })).toEqual([]);
    expect(await lastAudit()).toMatchObject({ action: "rollout.start", outcome: "refused" });
  });

  test("one that is on record does not", async () => {
    const name = `p-${uuid().slice(-8)}`;
    await savePlan(ctx(), { name, plan: Plan.parse(plan(hooks)) });
    const { rolloutId } = await startRollout(ctx(["rollout.start"]), { ...startInput(fleet, fresh, plan(hooks)), planName: name });
    expect(await statusOf(rolloutId)).toBe("preparing");
  });

  test("saving it needs command.define too, but not saving it again", async () => {
    const name = `p-${uuid().slice(-8)}`;
    const saved = (allowed: readonly Permission[], change: PlanInput, planId?: string) =>
      savePlan(ctx(allowed), { name, plan: Plan.parse(plan({ ...hooks, ...change })), ...(planId ? { planId } : {}) });
    await expect(saved(["plan.save"], {})).rejects.toMatchObject({ code: "not-allowed" });
    const { planId } = await saved(["plan.save", "command.define"], {});
    expect(await saved(["plan.save"], { soak: "3s" }, planId)).toEqual({ planId, version: 2 });
    const other: PlanInput = { hooks: { prepare: { webhook: "https://example.com/" } } };
    await expect(saved(["plan.save"], other, planId)).rejects.toMatchObject({ code: "not-allowed" });
  });
});

describe("taking back a rollout that has ended", () => {
  test("is a new rollout that brings every instance back, and holds its release", async () => {
    const first = await start(fresh, { soak: "0ms", watch: "0ms" });
    const engine = await startEngine();
    await engine.run(hasEnded(first.rolloutId));
    const command = onRollout("rollBack", first.rolloutId);
    const back = await commandRollout(ctx(), command);
    expect(back.rolloutId).not.toBe(first.rolloutId);
    expect(await commandRollout(ctx(), command)).toEqual(back);
    expect(await getRollout(database.db, back.rolloutId)).toMatchObject({ kind: "rollback", undoes: { rolloutId: first.rolloutId } });
    await engine.run(hasEnded(back.rolloutId));
    expect(await statusOf(back.rolloutId)).toBe("rolled-back");
    expect(fleet.instances.map(({ id }) => world.runs(id))).toEqual(fleet.instances.map(() => old.releaseId));
    expect(await rowOf()).toMatchObject({ heldRelease: { releaseId: fresh.releaseId }, fleet: { provenReleaseId: old.releaseId } });
  });

  test("is refused where there is nothing to take back, and changes nothing", async () => {
    const first = await start(fresh);
    await commandRollout(ctx(), onRollout("cancel", first.rolloutId));
    const engine = await startEngine();
    await engine.run(hasEnded(first.rolloutId));
    await expect(commandRollout(ctx(), onRollout("rollBack", first.rolloutId))).rejects.toMatchObject({ code: "not-allowed-now" });
    expect(await listRollouts(database.db, { fleetId: fleet.fleetId, limit: 10 })).toHaveLength(1);
  });
});

describe("a held release", () => {
  const hold = async () => {
    const { rolloutId } = await start(fresh, { soak: "10m" });
    const engine = await startEngine();
    await engine.run(async () => (await getRollout(database.db, rolloutId)).batches[0]?.settledAt != null);
    await commandRollout(ctx(), onRollout("rollBack", rolloutId));
    await engine.run(hasEnded(rolloutId));
  };

  test("is started again only with a reason, which lifts the hold", async () => {
    await hold();
    await expect(start(fresh)).rejects.toMatchObject({ code: "not-allowed-now", problems: [{ field: "reason" }] });
    expect(await checkStart(ctx(), { fleetId: fleet.fleetId, releaseId: fresh.releaseId, plan: Plan.parse(plan()) })).toMatchObject({
      held: { releaseId: fresh.releaseId },
      outcome: "starts",
    });
    await start(fresh, {}, { reason: "It was the database." });
    expect((await rowOf()).heldRelease).toBeNull();
  });

  test("is let go by a person with the permission", async () => {
    await hold();
    await expect(commandFleet(ctx(["rollout.start"]), onFleet({ type: "liftHold", reason: "Fixed." }))).rejects.toMatchObject({
      code: "not-allowed",
    });
    expect((await rowOf()).heldRelease).not.toBeNull();
    await commandFleet(ctx(["hold.lift"]), onFleet({ type: "liftHold", reason: "Fixed." }));
    expect((await rowOf()).heldRelease).toBeNull();
    expect(await lastAudit()).toMatchObject({ action: "hold.lift", outcome: "done", detail: { type: "liftHold", reason: "Fixed." } });
  });
});

describe("scaling", () => {
  test("brings new instances up and takes others away, and is a fact of the fleet", async () => {
    const engine = await startEngine();
    await commandFleet(ctx(), onFleet({ type: "scale", desired: 6 }));
    await engine.run(async () => world.inRotation() === 6);
    expect((await rowOf()).fleet.instances.map(({ id }) => id)).toEqual(["i0", "i1", "i2", "i3", "i4", "i5"]);
    expect([world.runs("i4"), world.runs("i5")]).toEqual([old.releaseId, old.releaseId]);
    await commandFleet(ctx(), onFleet({ type: "scale", desired: 3 }));
    await engine.run(async () => world.instances().length === 3);
    expect(await rowOf()).toMatchObject({ fleet: { instances: { length: 3 } } });
    expect(Object.keys((await rowOf()).assigned)).toHaveLength(3);
    expect((await fleetEvents()).filter(({ type }) => type === "fleet.scaled")).toMatchObject([
      { actor: { name: "Ada" } },
      { actor: { name: "Ada" } },
    ]);
    expect(world.violations).toEqual([]);
  });

  test("in the middle of a rollout is a fact of both, in one transaction, and the new instances join it", async () => {
    const { rolloutId } = await start(fresh, { batches: [1], watch: "0ms" });
    const engine = await startEngine();
    await engine.run(async () => (await getRollout(database.db, rolloutId)).batches.length === 2);
    await commandFleet(ctx(), onFleet({ type: "scale", desired: 6 }));
    expect(await getRollout(database.db, rolloutId)).toMatchObject({ desired: 6 });
    await engine.run(hasEnded(rolloutId));
    expect(await statusOf(rolloutId)).toBe("succeeded");
    expect((await rowOf()).fleet.instances.map(({ id }) => world.runs(id))).toEqual(Array(6).fill(fresh.releaseId));
    expect(world.violations).toEqual([]);
  });

  test("needs its permission, is once for one id, and keeps to what one machine carries", async () => {
    await expect(commandFleet(ctx(["fleet.freeze"]), onFleet({ type: "scale", desired: 2 }))).rejects.toMatchObject({ code: "not-allowed" });
    expect((await rowOf()).fleet.instances).toHaveLength(4);
    expect(await lastAudit()).toMatchObject({ action: "fleet.scale", outcome: "refused" });
    const command = onFleet({ type: "scale", desired: 5 });
    const [first, second] = await Promise.all([commandFleet(ctx(), command), commandFleet(ctx(), command)]);
    expect(second).toEqual(first);
    expect(await fleetEvents()).toHaveLength(1);
    await expect(commandFleet(ctx(), onFleet({ type: "scale", desired: 201 }))).rejects.toMatchObject({
      code: "invalid",
      problems: [{ field: "desired" }],
    });
  });
});

describe("freezing", () => {
  test("holds a rollout at its next gate until it is lifted", async () => {
    const { rolloutId } = await start(fresh, { soak: "0ms", watch: "0ms", batches: [2] });
    await commandFleet(ctx(["fleet.freeze"]), onFleet({ type: "setFreeze", until: null, reason: "The sale is on." }));
    const engine = await startEngine();
    await engine.run(async () => (await getRollout(database.db, rolloutId)).waiting.some(({ reason }) => reason === "freeze"));
    for (let step = 0; step < 20; step += 1) await engine.step();
    const held = await getRollout(database.db, rolloutId);
    expect(held.waiting.some(({ reason }) => reason === "freeze")).toBe(true);
    await commandFleet(ctx(), onFleet({ type: "liftFreeze", reason: "It is over." }));
    await engine.run(hasEnded(rolloutId));
    expect(await statusOf(rolloutId)).toBe("succeeded");
    expect((await fleetEvents()).map(({ type }) => type)).toEqual(expect.arrayContaining(["fleet.frozen", "fleet.thawed"]));
  });

  test("works although nothing can be reached, needs its permission and is audited", async () => {
    world.driverDown = "The local runtime does not answer.";
    const freeze = onFleet({ type: "setFreeze", until: null, reason: "Hands off." });
    await expect(commandFleet(ctx(["fleet.scale"]), freeze)).rejects.toMatchObject({ code: "not-allowed" });
    await commandFleet(ctx(), freeze);
    expect((await rowOf()).freeze).toMatchObject({ reason: "Hands off.", by: "Ada", until: null });
    expect(await lastAudit()).toMatchObject({ action: "fleet.freeze", outcome: "done" });
  });

  test("a refused command is not remembered", async () => {
    const past = onFleet({ type: "setFreeze", until: 1, reason: "Late." });
    await expect(commandFleet(ctx(), past)).rejects.toMatchObject({ code: "invalid" });
    const known = and(eq(commandTable.commandId, past.commandId), eq(commandTable.fleetId, fleet.fleetId));
    expect(await database.db.select().from(commandTable).where(known)).toEqual([]);
  });
});

describe("hooks", () => {
  const withHooks: PlanInput = {
    soak: "0ms",
    watch: "0ms",
    batches: [2],
    hooks: { prepare: { command: ["prepare"] }, afterBatch: { command: ["after"] }, finalize: { command: ["finalize"] } },
  };

  test("run once each, in their order, and their outcome is in the events", async () => {
    const ran: string[] = [];
    world.onHook = async ({ name, batch }) => {
      ran.push(`${name} ${batch ?? ""}`.trim());
      return { status: "succeeded", message: "It is done.", output: "said so" };
    };
    const { rolloutId } = await start(fresh, withHooks);
    const engine = await startEngine();
    await engine.run(hasEnded(rolloutId));
    expect(await statusOf(rolloutId)).toBe("succeeded");
    expect(ran).toEqual(["prepare", "afterBatch 1", "afterBatch 2", "finalize"]);
    const events = await readEvents(database.db, { rolloutId, afterSeq: 0, limit: 500 });
    expect(events.filter(({ type }) => type === "hook.ended")).toMatchObject(Array(4).fill({ status: "succeeded", output: "said so" }));
  });

  test("that fails stops the rollout as the plan says", async () => {
    world.onHook = async ({ name }) => ({ status: name === "afterBatch" ? "failed" : "succeeded", message: "after exited with code 1.", output: "" });
    const { rolloutId } = await start(fresh, withHooks);
    const engine = await startEngine();
    await engine.run(hasEnded(rolloutId));
    expect(await getRollout(database.db, rolloutId)).toMatchObject({ status: "rolled-back", rollback: { cause: "hook" } });
  });

  test("whose server is killed are run again under the same key; those that have ended are not", async () => {
    const ran: string[] = [];
    let firstEngine: VirtualEngine | null = null;
    world.onHook = async ({ key, name }) => {
      ran.push(key);
      if (name === "afterBatch" && firstEngine) {
        const dying = firstEngine;
        firstEngine = null;
        dying.kill();
      }
      return { status: "succeeded", message: "It is done.", output: "" };
    };
    const { rolloutId } = await start(fresh, withHooks);
    firstEngine = await startEngine();
    expect(await firstEngine.run(hasEnded(rolloutId))).toBe("stopped");
    await expireLease(database.db, fleet.fleetId);
    const second = await startEngine();
    await second.run(hasEnded(rolloutId));
    expect(await statusOf(rolloutId)).toBe("succeeded");
    const counts = new Map<string, number>();
    for (const key of ran) counts.set(key, (counts.get(key) ?? 0) + 1);
    expect([...counts.values()]).toEqual([1, 2, 1, 1]);
  });
});

describe("a start-first rollout", () => {
  test("brings each new unit up beside the old one, never below the whole fleet", async () => {
    const { rolloutId } = await start(fresh, { maxSurge: 2, maxUnavailable: 0, soak: "0ms", watch: "0ms" });
    const engine = await startEngine();
    await engine.run(hasEnded(rolloutId));
    expect(await statusOf(rolloutId)).toBe("succeeded");
    expect(world.minInRotation()).toBe(4);
    expect(world.violations).toEqual([]);
    expect(world.calls.map(({ what }) => what)).toEqual(expect.arrayContaining(["instance.start", "instance.retire"]));
  });
});

describe("looking before the start", () => {
  const check = (release: Release, change: PlanInput = {}) =>
    checkStart(ctx(["fleet.read"]), { fleetId: fleet.fleetId, releaseId: release.releaseId, plan: Plan.parse(plan(change)) });

  test("says what would happen, and changes nothing", async () => {
    expect(await check(fresh)).toMatchObject({ outcome: "starts", refusal: null, active: null, queued: null, held: null, instances: 4 });
    const { rolloutId } = await start(fresh);
    expect(await check(newer)).toMatchObject({ outcome: "refused", refusal: expect.stringContaining(rolloutId), active: { rolloutId } });
    expect(await check(newer, { supersede: "queue" })).toMatchObject({ outcome: "queues" });
    expect(await check(newer, { supersede: "replace" })).toMatchObject({ outcome: "replaces" });
    expect(await database.db.select().from(rolloutTable).where(eq(rolloutTable.fleetId, fleet.fleetId))).toHaveLength(1);
  });
});
