import { and, eq, sql } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { command as commandTable } from "#db/schema/rollouts.ts";
import { Plan } from "#domain/plan.ts";
import { noAccess } from "#domain/role.ts";
import { PrometheusSettings } from "#domain/settings/prometheus.ts";
import { quickPlan } from "#server/testing/fixtures.ts";
import { FleetBench, onRollout } from "#server/testing/fleet-bench.ts";
import { checkStart } from "./check.ts";
import { commandFleet, commandRollout } from "./commands.ts";

const bench = FleetBench.open();

describe("a held release", () => {
  const hold = async () => {
    const { rolloutId } = await bench.start(bench.fresh, { soak: "10m" });
    const engine = await bench.startEngine();
    await engine.run(async () => (await bench.rollout(rolloutId)).batches[0]?.settledAt != null);
    await commandRollout(bench.ctx(), onRollout("rollBack", rolloutId));
    await engine.run(bench.hasEnded(rolloutId));
  };

  test("is started again only with a reason, which lifts the hold", async () => {
    await hold();
    await expect(bench.start(bench.fresh)).rejects.toMatchObject({ code: "not-allowed-now", problems: [{ field: "reason" }] });
    expect(
      await checkStart(bench.ctx(), { fleetId: bench.fleet.fleetId, releaseId: bench.fresh.releaseId, plan: Plan.parse(quickPlan) }),
    ).toMatchObject({
      held: { releaseId: bench.fresh.releaseId },
      outcome: "starts",
    });
    await bench.start(bench.fresh, {}, { reason: "It was the database." });
    expect((await bench.row()).heldRelease).toBeNull();
  });

  test("is let go by a person with the permission", async () => {
    await hold();
    await expect(commandFleet(bench.ctx("viewer"), bench.onFleet({ type: "liftHold", reason: "Fixed." }))).rejects.toMatchObject({
      code: "not-allowed",
    });
    expect((await bench.row()).heldRelease).not.toBeNull();
    await commandFleet(bench.ctx("operator"), bench.onFleet({ type: "liftHold", reason: "Fixed." }));
    expect((await bench.row()).heldRelease).toBeNull();
    expect(await bench.lastAudit()).toMatchObject({ action: "hold.lift", outcome: "done", detail: { type: "liftHold", reason: "Fixed." } });
  });
});

describe("the metrics source", () => {
  const metrics = PrometheusSettings.parse({ source: "prometheus", url: "http://prometheus:9090" });

  test("is set by a person with the permission, and is a fact of the fleet", async () => {
    await expect(commandFleet(bench.ctx("approver"), bench.onFleet({ type: "setMetrics", metrics }))).rejects.toMatchObject({
      code: "not-allowed",
    });
    expect((await bench.row()).fleet.metrics).toEqual({ source: "embedded" });
    await commandFleet(bench.ctx("admin"), bench.onFleet({ type: "setMetrics", metrics }));
    expect((await bench.row()).fleet.metrics).toEqual(metrics);
    expect(await bench.lastAudit()).toMatchObject({ action: "metrics.set", outcome: "done", detail: { metrics: { url: metrics.url } } });
    expect((await bench.fleetEvents()).map(({ type }) => type)).toContain("metrics.set");
    await commandFleet(bench.ctx(), bench.onFleet({ type: "scale", desired: 5 }));
    expect((await bench.row()).fleet).toMatchObject({ metrics, instances: { length: 5 } });
  });

  test("stays what it is while a rollout is judged by it", async () => {
    await bench.start(bench.fresh);
    await expect(commandFleet(bench.ctx(), bench.onFleet({ type: "setMetrics", metrics }))).rejects.toMatchObject({
      code: "not-allowed-now",
      message: expect.stringContaining("when that has ended"),
    });
  });

  test("of a fleet that was written before there was a choice is its balancer", async () => {
    await bench.db.execute(sql`update fleet set definition = definition - 'metrics' where fleet_id = ${bench.fleet.fleetId}`);
    expect((await bench.row()).fleet.metrics).toEqual({ source: "embedded" });
  });
});

describe("scaling", () => {
  test("brings new instances up and takes others away, and is a fact of the fleet", async () => {
    const engine = await bench.startEngine();
    await commandFleet(bench.ctx(), bench.onFleet({ type: "scale", desired: 6 }));
    await engine.run(async () => bench.world.inRotation() === 6);
    expect((await bench.row()).fleet.instances.map(({ id }) => id)).toEqual(["i0", "i1", "i2", "i3", "i4", "i5"]);
    expect([bench.world.runs("i4"), bench.world.runs("i5")]).toEqual([bench.old.releaseId, bench.old.releaseId]);
    await commandFleet(bench.ctx(), bench.onFleet({ type: "scale", desired: 3 }));
    await engine.run(async () => bench.world.instances().length === 3);
    expect(await bench.row()).toMatchObject({ fleet: { instances: { length: 3 } } });
    expect(Object.keys((await bench.row()).assigned)).toHaveLength(3);
    expect((await bench.fleetEvents()).filter(({ type }) => type === "fleet.scaled")).toMatchObject([
      { actor: { name: "Ada" } },
      { actor: { name: "Ada" } },
    ]);
    expect(bench.world.violations).toEqual([]);
  });

  test("in the middle of a rollout is a fact of both, in one transaction, and the new instances join it", async () => {
    const { rolloutId } = await bench.start(bench.fresh, { batches: [1], watch: "0ms" });
    const engine = await bench.startEngine();
    await engine.run(async () => (await bench.rollout(rolloutId)).batches.length === 2);
    await commandFleet(bench.ctx(), bench.onFleet({ type: "scale", desired: 6 }));
    expect(await bench.rollout(rolloutId)).toMatchObject({ desired: 6 });
    await engine.run(bench.hasEnded(rolloutId));
    expect(await bench.statusOf(rolloutId)).toBe("succeeded");
    expect((await bench.row()).fleet.instances.map(({ id }) => bench.world.runs(id))).toEqual(Array(6).fill(bench.fresh.releaseId));
    expect(bench.world.violations).toEqual([]);
  });

  test("needs its permission, is once for one id, and keeps to what one machine carries", async () => {
    await expect(commandFleet(bench.ctx("viewer"), bench.onFleet({ type: "scale", desired: 2 }))).rejects.toMatchObject({
      code: "not-allowed",
    });
    expect((await bench.row()).fleet.instances).toHaveLength(4);
    expect(await bench.lastAudit()).toMatchObject({ action: "fleet.scale", outcome: "refused" });
    const command = bench.onFleet({ type: "scale", desired: 5 });
    const [first, second] = await Promise.all([commandFleet(bench.ctx(), command), commandFleet(bench.ctx(), command)]);
    expect(second).toEqual(first);
    expect(await bench.fleetEvents()).toHaveLength(1);
    await expect(commandFleet(bench.ctx(), bench.onFleet({ type: "scale", desired: 201 }))).rejects.toMatchObject({
      code: "invalid",
      problems: [{ field: "desired" }],
    });
  });
});

describe("freezing", () => {
  test("holds a rollout at its next gate until it is lifted", async () => {
    const { rolloutId } = await bench.start(bench.fresh, { soak: "0ms", watch: "0ms", batches: [2] });
    await commandFleet(bench.ctx("operator"), bench.onFleet({ type: "setFreeze", until: null, reason: "The sale is on." }));
    const engine = await bench.startEngine();
    await engine.run(async () => (await bench.rollout(rolloutId)).waiting.some(({ reason }) => reason === "freeze"));
    for (let step = 0; step < 20; step += 1) await engine.step();
    const held = await bench.rollout(rolloutId);
    expect(held.waiting.some(({ reason }) => reason === "freeze")).toBe(true);
    await commandFleet(bench.ctx(), bench.onFleet({ type: "liftFreeze", reason: "It is over." }));
    await engine.run(bench.hasEnded(rolloutId));
    expect(await bench.statusOf(rolloutId)).toBe("succeeded");
    expect((await bench.fleetEvents()).map(({ type }) => type)).toEqual(expect.arrayContaining(["fleet.frozen", "fleet.thawed"]));
  });

  test("works although nothing can be reached, needs its permission and is audited", async () => {
    bench.world.driverDown = "The local runtime does not answer.";
    const freeze = bench.onFleet({ type: "setFreeze", until: null, reason: "Hands off." });
    await expect(commandFleet(bench.ctx("viewer"), freeze)).rejects.toMatchObject({ code: "not-allowed" });
    await commandFleet(bench.ctx(), freeze);
    expect((await bench.row()).freeze).toMatchObject({ reason: "Hands off.", by: "Ada", until: null });
    expect(await bench.lastAudit()).toMatchObject({ action: "fleet.freeze", outcome: "done" });
  });

  test("whoever has set it changes and lifts it, as the operator that they are", async () => {
    const operator = bench.ctx("operator");
    await commandFleet(operator, bench.onFleet({ type: "setFreeze", until: null, reason: "Hands off." }));
    await commandFleet(operator, bench.onFleet({ type: "setFreeze", until: Date.now() + 60_000, reason: "Soon." }));
    expect((await bench.row()).freeze).toMatchObject({ reason: "Soon.", byUserId: "ada" });
    await commandFleet(operator, bench.onFleet({ type: "liftFreeze", reason: "It is over." }));
    expect((await bench.row()).freeze).toBeNull();
    expect(await bench.lastAudit()).toMatchObject({ action: "fleet.freeze", outcome: "done" });
  });

  test("somebody else's is lifted or changed only by whoever may override it, and set twice is once", async () => {
    const freeze = bench.onFleet({ type: "setFreeze", until: null, reason: "Hands off." });
    await commandFleet(bench.ctx("operator"), freeze);
    await commandFleet(bench.ctx("operator"), freeze);
    // Another person, though of the same name.
    const operator = { ...bench.ctx("operator"), userId: "another", actor: { type: "person", userId: "another", name: "Ada" } as const };
    const shorter = bench.onFleet({ type: "setFreeze", until: Date.now() + 60_000, reason: "Soon." });
    const lift = bench.onFleet({ type: "liftFreeze", reason: "It is over." });
    for (const command of [shorter, lift]) await expect(commandFleet(operator, command)).rejects.toMatchObject({ code: "not-allowed" });
    expect(await bench.lastAudit()).toMatchObject({ action: "freeze.override", outcome: "refused" });
    const granted = bench.ctx({ ...noAccess, defaultRole: "operator", granted: ["freeze.override"] });
    await commandFleet({ ...granted, userId: operator.userId, actor: operator.actor }, lift);
    expect((await bench.row()).freeze).toBeNull();
    expect(await bench.lastAudit()).toMatchObject({ action: "freeze.override", outcome: "done" });
  });

  test("a refused command is not remembered", async () => {
    const past = bench.onFleet({ type: "setFreeze", until: 1, reason: "Late." });
    await expect(commandFleet(bench.ctx(), past)).rejects.toMatchObject({ code: "invalid" });
    const known = and(eq(commandTable.commandId, past.commandId), eq(commandTable.fleetId, bench.fleet.fleetId));
    expect(await bench.db.select().from(commandTable).where(known)).toEqual([]);
  });
});
