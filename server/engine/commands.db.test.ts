import { and, eq } from "drizzle-orm";
import { v7 as uuid } from "uuid";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findOpenRollouts, listRollouts } from "#db/queries/rollouts.ts";
import { user } from "#db/schema/accounts.ts";
import { audit } from "#db/schema/audit.ts";
import { environment } from "#db/schema/people.ts";
import { rollout as rolloutTable } from "#db/schema/rollouts.ts";
import { Plan, type PlanInput } from "#domain/plan.ts";
import type { Release } from "#domain/release.ts";
import { noAccess } from "#domain/role.ts";
import { writeAccess } from "#server/auth/access.ts";
import { protectEnvironment } from "#server/auth/protection.ts";
import { removeFleet } from "#server/catalog/remove-fleet.ts";
import { savePlan } from "#server/catalog/save-plan.ts";
import { quickPlan, startInput } from "#server/testing/fixtures.ts";
import { FleetBench, onRollout } from "#server/testing/fleet-bench.ts";
import { checkStart } from "./check.ts";
import { commandRollout, startRollout } from "./commands.ts";

const bench = FleetBench.open();

const plan = (change: PlanInput = {}): PlanInput => ({ ...quickPlan, ...change });

describe("starting on a busy fleet", () => {
  test("is rejected by a plan that says so, and changes nothing", async () => {
    const { rolloutId } = await bench.start(bench.fresh);
    await expect(bench.start(bench.newer)).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining(rolloutId) });
    expect(await listRollouts(bench.db, { environments: ["test"], fleetId: bench.fleet.fleetId, limit: 10 })).toHaveLength(1);
    expect(await bench.lastAudit()).toMatchObject({ action: "rollout.start", outcome: "refused" });
  });

  test("queues behind it, once, and starts when it has succeeded, as the one who queued it", async () => {
    const first = await bench.start(bench.fresh, { soak: "0ms", watch: "0ms" });
    const second = await bench.start(bench.newer, { soak: "0ms", watch: "0ms", supersede: "queue" });
    expect(await bench.statusOf(second.rolloutId)).toBe("queued");
    await expect(bench.start(bench.newer, { supersede: "queue" })).rejects.toMatchObject({ code: "conflict" });
    const engine = await bench.startEngine();
    await engine.run(bench.hasEnded(second.rolloutId));
    expect([await bench.statusOf(first.rolloutId), await bench.statusOf(second.rolloutId)]).toEqual(["succeeded", "succeeded"]);
    expect((await bench.rollout(second.rolloutId)).startedBy).toMatchObject({ name: "Ada" });
    expect((await bench.row()).fleet.provenReleaseId).toBe(bench.newer.releaseId);
    expect(bench.world.violations).toEqual([]);
  });

  test("queued behind one that did not succeed asks, and a person lets it start", async () => {
    const first = await bench.start(bench.fresh);
    const second = await bench.start(bench.newer, { supersede: "queue", soak: "0ms", watch: "0ms" });
    await commandRollout(bench.ctx(), onRollout("cancel", first.rolloutId));
    const engine = await bench.startEngine();
    await engine.run(bench.hasEnded(first.rolloutId));
    for (let step = 0; step < 5; step += 1) await engine.step();
    const waiting = await bench.rollout(second.rolloutId);
    expect([waiting.status, waiting.waiting[0]?.reason]).toEqual(["queued", "other-rollout"]);
    await commandRollout(bench.ctx(), onRollout("resume", second.rolloutId));
    await engine.run(bench.hasEnded(second.rolloutId));
    expect(await bench.statusOf(second.rolloutId)).toBe("succeeded");
  });

  test("a queued one can be cancelled", async () => {
    await bench.start(bench.fresh);
    const { rolloutId } = await bench.start(bench.newer, { supersede: "queue" });
    await commandRollout(bench.ctx(), onRollout("cancel", rolloutId));
    expect(await bench.statusOf(rolloutId)).toBe("cancelled");
    expect(await findOpenRollouts(bench.db, bench.fleet.fleetId)).toMatchObject({ queued: null, active: { status: "preparing" } });
  });

  test("replaces it: both in one transaction, and the floor holds throughout", async () => {
    const first = await bench.start(bench.fresh, { batches: [2], soak: "10m" });
    const engine = await bench.startEngine();
    await engine.run(async () => (await bench.rollout(first.rolloutId)).updates.values().some(({ phase }) => phase === "checking"));
    const second = await bench.start(bench.newer, { supersede: "replace", soak: "0ms", watch: "0ms" });
    expect([await bench.statusOf(first.rolloutId), await bench.statusOf(second.rolloutId)]).toEqual(["superseded", "preparing"]);
    await engine.run(bench.hasEnded(second.rolloutId));
    expect(await bench.statusOf(second.rolloutId)).toBe("succeeded");
    expect(bench.world.minInRotation()).toBeGreaterThanOrEqual(3);
    expect(bench.world.violations).toEqual([]);
  });

  test("cuts a watch short", async () => {
    const first = await bench.start(bench.fresh, { soak: "0ms", watch: "10m" });
    const engine = await bench.startEngine();
    await engine.run(async () => (await bench.statusOf(first.rolloutId)) === "watching");
    const second = await bench.start(bench.newer);
    expect([await bench.statusOf(first.rolloutId), await bench.statusOf(second.rolloutId)]).toEqual(["succeeded", "preparing"]);
    expect((await bench.row()).fleet.provenReleaseId).toBe(bench.fresh.releaseId);
  });

  test("of many that replace at once each ends the one before, and one is active", async () => {
    await bench.start(bench.fresh);
    await Promise.all([1, 2, 3].map(() => bench.start(bench.newer, { supersede: "replace" })));
    const rollouts = await listRollouts(bench.db, { environments: ["test"], fleetId: bench.fleet.fleetId, limit: 10 });
    expect(rollouts.map(({ status }) => status).sort()).toEqual(["preparing", "superseded", "superseded", "superseded"]);
  });
});

describe("who may start", () => {
  const hooks: PlanInput = { hooks: { prepare: { command: ["/bin/true"] } } };

  test("a plan whose hook is not on record needs command.define", async () => {
    const asked = startRollout(bench.ctx("operator"), startInput(bench.fleet, bench.fresh, plan(hooks)));
    await expect(asked).rejects.toMatchObject({ code: "not-allowed", message: expect.stringContaining("command.define") });
    expect(await listRollouts(bench.db, { environments: ["test"], fleetId: bench.fleet.fleetId, limit: 10 })).toEqual([]);
    expect(await bench.lastAudit()).toMatchObject({ action: "rollout.start", outcome: "refused" });
  });

  test("one that is on record does not", async () => {
    const name = `p-${uuid().slice(-8)}`;
    await savePlan(bench.ctx(), { name, plan: Plan.parse(plan(hooks)) });
    const { rolloutId } = await startRollout(bench.ctx("operator"), { ...startInput(bench.fleet, bench.fresh, plan(hooks)), planName: name });
    expect(await bench.statusOf(rolloutId)).toBe("preparing");
  });

  test("saving it needs command.define too, but not saving it again", async () => {
    const name = `p-${uuid().slice(-8)}`;
    const saved = (role: "operator" | "admin", change: PlanInput, planId?: string) =>
      savePlan(bench.ctx(role), { name, plan: Plan.parse(plan({ ...hooks, ...change })), ...(planId ? { planId } : {}) });
    await expect(saved("operator", {})).rejects.toMatchObject({ code: "not-allowed" });
    const { planId } = await saved("admin", {});
    expect(await saved("operator", { soak: "3s" }, planId)).toEqual({ planId, version: 2 });
    const other: PlanInput = { hooks: { prepare: { webhook: "https://example.com/" } } };
    await expect(saved("operator", other, planId)).rejects.toMatchObject({ code: "not-allowed" });
  });
});

describe("taking back a rollout that has ended", () => {
  test("is a new rollout that brings every instance back, and holds its release", async () => {
    const first = await bench.start(bench.fresh, { soak: "0ms", watch: "0ms" });
    const engine = await bench.startEngine();
    await engine.run(bench.hasEnded(first.rolloutId));
    const command = onRollout("rollBack", first.rolloutId);
    const back = await commandRollout(bench.ctx(), command);
    expect(back.rolloutId).not.toBe(first.rolloutId);
    expect(await commandRollout(bench.ctx(), command)).toEqual(back);
    expect(await bench.rollout(back.rolloutId)).toMatchObject({ kind: "rollback", undoes: { rolloutId: first.rolloutId } });
    await engine.run(bench.hasEnded(back.rolloutId));
    expect(await bench.statusOf(back.rolloutId)).toBe("rolled-back");
    expect(bench.fleet.instances.map(({ id }) => bench.world.runs(id))).toEqual(bench.fleet.instances.map(() => bench.old.releaseId));
    expect(await bench.row()).toMatchObject({ heldRelease: { releaseId: bench.fresh.releaseId }, fleet: { provenReleaseId: bench.old.releaseId } });
  });

  test("is refused where there is nothing to take back, and changes nothing", async () => {
    const first = await bench.start(bench.fresh);
    await commandRollout(bench.ctx(), onRollout("cancel", first.rolloutId));
    const engine = await bench.startEngine();
    await engine.run(bench.hasEnded(first.rolloutId));
    await expect(commandRollout(bench.ctx(), onRollout("rollBack", first.rolloutId))).rejects.toMatchObject({ code: "not-allowed-now" });
    expect(await listRollouts(bench.db, { environments: ["test"], fleetId: bench.fleet.fleetId, limit: 10 })).toHaveLength(1);
  });
});

describe("in a protected environment", () => {
  const graceId = "grace";
  const asGrace = () => ({ ...bench.ctx("approver"), userId: graceId, actor: { type: "person", userId: graceId, name: "Grace" } as const });
  beforeEach(async () => {
    for (const [id, name] of [
      ["ada", "Ada"],
      [graceId, "Grace"],
    ] as const) {
      await bench.db.insert(user).values({ id, name, email: `${id}@example.org` });
      await writeAccess(bench.db, id, { ...noAccess, roles: { test: "approver" } });
    }
    await protectEnvironment(bench.ctx(), { environment: "test", isProtected: true });
  });
  afterEach(async () => {
    await bench.db.delete(user);
    await bench.db.delete(environment);
  });

  test("a start waits for a second person, and then goes on by itself", async () => {
    const { rolloutId } = await bench.start(bench.fresh, { soak: "0ms", watch: "0ms" });
    expect(await bench.rollout(rolloutId)).toMatchObject({ status: "queued", waiting: [{ reason: "approval" }] });
    const engine = await bench.startEngine();
    for (let step = 0; step < 5; step += 1) await engine.step();
    expect(await bench.statusOf(rolloutId)).toBe("queued");
    await expect(commandRollout(bench.ctx("approver"), onRollout("approve", rolloutId))).rejects.toThrow(/a second person approves/);
    await expect(commandRollout({ ...asGrace(), access: { ...noAccess, defaultRole: "operator" } }, onRollout("approve", rolloutId))).rejects.toThrow(
      /needs the role approver in test/,
    );
    await commandRollout(asGrace(), onRollout("approve", rolloutId));
    const approved = await bench.db
      .select()
      .from(audit)
      .where(and(eq(audit.action, "rollout.approve"), eq(audit.outcome, "done")));
    expect(approved).toMatchObject([{ actorName: "Grace", target: `rollout:${rolloutId}` }]);
    await engine.run(bench.hasEnded(rolloutId));
    expect(await bench.rollout(rolloutId)).toMatchObject({
      status: "succeeded",
      startedBy: { name: "Ada" },
      queue: { approval: { approvedBy: { name: "Grace" } } },
    });
  });

  test("what is hard to take back asks for the fleet's name, and changes nothing without it", async () => {
    const start = { ...startInput(bench.fleet, bench.fresh), commandId: uuid() };
    for (const confirm of [undefined, "", bench.fleet.name.toUpperCase(), bench.fleet.service]) {
      const unnamed = startRollout(bench.ctx(), { ...start, confirm });
      await expect(unnamed).rejects.toMatchObject({
        code: "invalid",
        problems: [{ field: "confirm", message: `Type ${bench.fleet.name} to confirm.` }],
      });
    }
    expect(await bench.lastAudit()).toMatchObject({ action: "rollout.start", outcome: "refused" });
    const { rolloutId } = await startRollout(bench.ctx(), { ...start, confirm: bench.fleet.name });
    await commandRollout(asGrace(), onRollout("approve", rolloutId));
    const engine = await bench.startEngine();
    await engine.run(async () => (await bench.statusOf(rolloutId)) === "running");
    for (const type of ["rollBack", "cancel"] as const) {
      await expect(commandRollout(bench.ctx(), onRollout(type, rolloutId))).rejects.toMatchObject({ problems: [{ field: "confirm" }] });
    }
    const refused = and(eq(audit.target, `rollout:${rolloutId}`), eq(audit.action, "rollout.command"), eq(audit.outcome, "refused"));
    expect(await bench.db.$count(audit, refused)).toBe(2);
    expect(await bench.statusOf(rolloutId)).toBe("running");
    // Safe, and can be taken back.
    await commandRollout(bench.ctx(), onRollout("pause", rolloutId));
    await commandRollout(bench.ctx(), { ...onRollout("resume", rolloutId), confirm: undefined });
    await commandRollout(bench.ctx(), { ...onRollout("rollBack", rolloutId), confirm: bench.fleet.name });
    expect(await bench.statusOf(rolloutId)).toBe("rolling-back");
    const removed = removeFleet(bench.ctx(), { fleetId: bench.fleet.fleetId });
    await expect(removed).rejects.toMatchObject({ problems: [{ field: "confirm" }] });
  });

  test("what waits in the queue is taken out without a name: it has touched nothing", async () => {
    const { rolloutId } = await bench.start(bench.fresh);
    await commandRollout(bench.ctx(), onRollout("cancel", rolloutId));
    expect(await bench.statusOf(rolloutId)).toBe("cancelled");
  });

  test("nothing waits any more once the protection is taken away, and it is not set without a second person", async () => {
    await protectEnvironment(bench.ctx(), { environment: "test", isProtected: false });
    const { rolloutId } = await bench.start(bench.fresh);
    expect(await bench.statusOf(rolloutId)).toBe("preparing");
    await writeAccess(bench.db, graceId, noAccess);
    const alone = protectEnvironment(bench.ctx(), { environment: "test", isProtected: true });
    await expect(alone).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("at least 2 people") });
    await expect(protectEnvironment(bench.ctx("approver"), { environment: "test", isProtected: false })).rejects.toMatchObject({
      code: "not-allowed",
    });
  });

  test("the look before the start says so", async () => {
    const input = { fleetId: bench.fleet.fleetId, releaseId: bench.fresh.releaseId, plan: Plan.parse(plan()) };
    expect(await checkStart(bench.ctx(), input)).toMatchObject({ outcome: "asks", refusal: null });
  });
});

describe("a start-first rollout", () => {
  test("brings each new unit up beside the old one, never below the whole fleet", async () => {
    const { rolloutId } = await bench.start(bench.fresh, { maxSurge: 2, maxUnavailable: 0, soak: "0ms", watch: "0ms" });
    const engine = await bench.startEngine();
    await engine.run(bench.hasEnded(rolloutId));
    expect(await bench.statusOf(rolloutId)).toBe("succeeded");
    expect(bench.world.minInRotation()).toBe(4);
    expect(bench.world.violations).toEqual([]);
    expect(bench.world.calls.map(({ what }) => what)).toEqual(expect.arrayContaining(["instance.start", "instance.retire"]));
  });
});

describe("looking before the start", () => {
  const check = (release: Release, change: PlanInput = {}) =>
    checkStart(bench.ctx("viewer"), { fleetId: bench.fleet.fleetId, releaseId: release.releaseId, plan: Plan.parse(plan(change)) });

  test("says what would happen, and changes nothing", async () => {
    expect(await check(bench.fresh)).toMatchObject({ outcome: "starts", refusal: null, active: null, queued: null, held: null, instances: 4 });
    const { rolloutId } = await bench.start(bench.fresh);
    expect(await check(bench.newer)).toMatchObject({ outcome: "refused", refusal: expect.stringContaining(rolloutId), active: { rolloutId } });
    expect(await check(bench.newer, { supersede: "queue" })).toMatchObject({ outcome: "queues" });
    expect(await check(bench.newer, { supersede: "replace" })).toMatchObject({ outcome: "replaces" });
    expect(await bench.db.select().from(rolloutTable).where(eq(rolloutTable.fleetId, bench.fleet.fleetId))).toHaveLength(1);
  });
});
