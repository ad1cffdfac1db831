import { describe, expect, test } from "vitest";
import type { Effect, InstanceEffect } from "../engine/effect.ts";
import { createInstances } from "../fleet.ts";
import type { ReleaseBehaviour } from "./behaviour.ts";
import { carryOut } from "./carry-out.ts";
import { observe } from "./observe.ts";
import { bringBack, loseInstance, nextChangeAt, passTime, takeAway } from "./pass-time.ts";
import { readTicks } from "./traffic.ts";
import { createWorld, type World, type WorldSetup } from "./world.ts";

const best: ReleaseBehaviour = { updateMs: 1_000, readyMs: 500 };

function make(change: Partial<Omit<WorldSetup, "instances">> & { count?: number; v2?: Partial<ReleaseBehaviour> } = {}): World {
  const { count = 3, v2 = {}, ...rest } = change;
  return createWorld({
    seed: 1,
    startAt: 0,
    instances: createInstances(count, ["a"]),
    releaseId: "v1",
    unhealthy: [],
    drainMs: 0,
    canSurge: true,
    behaviours: { byRelease: { v2: { ...best, ...v2 } }, otherwise: best },
    traffic: null,
    ...rest,
  });
}

const drain: Effect = { type: "instance.drain", instanceId: "i0", key: "k", target: "unit", timeoutMs: 5_000 };
const replace: Effect = { type: "instance.replace", instanceId: "i0", key: "k", releaseId: "v2" };
const restore: Effect = { type: "instance.restore", instanceId: "i0", key: "k", target: "unit" };
const start: Effect = { type: "instance.start", instanceId: "i0", key: "k", releaseId: "v2" };

function i0(world: World) {
  const seen = observe(world).instances.get("i0");
  return seen && { release: seen.unit?.releaseId ?? null, ready: seen.ready, rotation: seen.rotation, next: seen.next?.unit?.releaseId ?? null };
}

function traffic(requestsPerSecond: number, errorRate = 0) {
  return { requestsPerSecond, errorRate, latencyMs: { p50: 20, p99: 120 } };
}

describe("one after the other", () => {
  test("out of rotation, replaced, ready, and back", () => {
    const world = make({ drainMs: 2_000 });
    carryOut(world, drain);
    expect(i0(world)?.rotation).toBe("draining");
    passTime(world, nextChangeAt(world));
    expect([world.now, i0(world)?.rotation]).toEqual([2_000, "out"]);
    carryOut(world, replace);
    expect(i0(world)).toEqual({ release: null, ready: false, rotation: "out", next: null });
    passTime(world, 3_000);
    expect(i0(world)).toEqual({ release: "v2", ready: false, rotation: "out", next: null });
    passTime(world, 3_500);
    expect(i0(world)?.ready).toBe(true);
    expect(carryOut(world, restore)).toEqual({ is: "done" });
    expect(i0(world)?.rotation).toBe("in");
    expect(world.tally).toMatchObject({ minServing: 2, maxExisting: 3 });
    expect(Object.fromEntries(world.tally.effects.get("i0") ?? [])).toEqual({ drain: 1, replace: 1, restore: 1 });
  });

  test("the same effect again changes nothing and is not counted", () => {
    const world = make();
    world.faults.isDoubling = true;
    for (const effect of [drain, replace, replace]) carryOut(world, effect);
    passTime(world, 2_000);
    for (const effect of [replace, restore, restore]) carryOut(world, effect);
    expect(Object.fromEntries(world.tally.effects.get("i0") ?? [])).toEqual({ drain: 1, replace: 1, restore: 1 });
  });

  test("what does not end is cut at the deadline, and counted", () => {
    const world = make({ drainMs: Number.POSITIVE_INFINITY });
    carryOut(world, drain);
    passTime(world, 5_000);
    expect(observe(world).instances.get("i0")).toMatchObject({ rotation: "out", cut: 1 });
  });

  test("one that is not ready is not put back", () => {
    const world = make({ v2: { neverReady: ["i0"] } });
    for (const effect of [drain, replace]) carryOut(world, effect);
    passTime(world, 60_000);
    expect(carryOut(world, restore).is).toBe("no");
  });
});

test("start-first: a second unit takes over, or is thrown away", () => {
  const world = make();
  carryOut(world, start);
  expect([i0(world)?.next, world.tally.existing]).toEqual([null, 4]);
  passTime(world, 1_500);
  expect(i0(world)?.next).toBe("v2");
  carryOut(world, { ...restore, target: "next" } as InstanceEffect);
  carryOut(world, { ...drain, target: "unit" } as InstanceEffect);
  expect(world.tally.serving).toBe(3);
  carryOut(world, { type: "instance.retire", instanceId: "i0", key: "k" });
  expect(i0(world)).toEqual({ release: "v2", ready: true, rotation: "in", next: null });
  carryOut(world, { ...start, key: "l" } as InstanceEffect);
  passTime(world, 4_000);
  carryOut(world, { type: "instance.discard", instanceId: "i0", key: "l" });
  expect([i0(world)?.next, world.tally.existing, world.tally.maxExisting, world.tally.minServing]).toEqual([null, 3, 4, 3]);
});

describe("by itself", () => {
  test("a release crashes again and again, and its driver waits longer each time", () => {
    const world = make({ v2: { crashAfterMs: 2_000 } });
    for (const effect of [drain, replace]) carryOut(world, effect);
    const restarts: number[] = [];
    for (let step = 0; step < 10; step += 1) {
      passTime(world, nextChangeAt(world));
      const unit = observe(world).instances.get("i0")?.unit;
      if (unit?.state === "running" && unit.startedAt === world.now) restarts.push(world.now);
    }
    expect(restarts).toEqual([1_000, 4_500, 9_000, 15_500]);
  });

  test("a flapping one comes and goes", () => {
    const world = make({ v2: { flap: { upMs: 900, downMs: 100 } } });
    for (const effect of [drain, replace]) carryOut(world, effect);
    const readyAt = [1_499, 1_500, 2_399, 2_400, 2_500, 3_400].map((at) => {
      passTime(world, at);
      return i0(world)?.ready;
    });
    expect(readyAt).toEqual([false, true, true, false, true, false]);
  });

  test("the driver says no as often as it is told to", () => {
    const world = make({ v2: { driverErrors: { i0: 2 } } });
    carryOut(world, drain);
    expect([1, 2, 3].map(() => carryOut(world, replace).is)).toEqual(["no", "no", "done"]);
  });

  test("a lost instance stays lost, and a balancer that is away shows what it showed last", () => {
    const world = make();
    takeAway(world, "balancer", 5_000, "connection refused");
    observe(world);
    const slot = world.slots.get("i0");
    if (slot) loseInstance(world, slot);
    expect([observe(world).balancer?.message, i0(world)?.release, carryOut(world, drain).is]).toEqual(["connection refused", "v1", "unreachable"]);
    passTime(world, 5_000);
    expect([observe(world).balancer, i0(world)?.release, world.tally.serving]).toEqual([null, null, 2]);
    bringBack(world, "balancer");
    expect(nextChangeAt(world)).toBe(Number.POSITIVE_INFINITY);
  });

  test("a balancer lies, or takes its time", () => {
    const world = make();
    world.faults.balancer = "ignores";
    carryOut(world, drain);
    expect(i0(world)?.rotation).toBe("in");
    world.faults.balancer = { lateMs: 700 };
    carryOut(world, drain);
    passTime(world, 700);
    expect(i0(world)?.rotation).toBe("out");
  });
});

describe("traffic", () => {
  test("is spread evenly over what is in rotation, and fails as often as it should", () => {
    const world = make({ traffic: traffic(200, 0.01), v2: { errorRate: 0.2 } });
    for (const effect of [drain, replace]) carryOut(world, effect);
    passTime(world, 1_500);
    carryOut(world, restore);
    passTime(world, 2_000);
    expect(readTicks(world.traffic!, 0).map((tick) => tick.number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    for (let at = 3_000; at <= 102_000; at += 1_000) {
      passTime(world, at);
      const [tick] = readTicks(world.traffic!, at / 1_000 + 9);
      const answers = Object.values(tick?.instances ?? {}).map((unit) => unit.slots.reduce((sum, [requests]) => sum + requests, 0));
      expect(answers.every((requests) => requests === 66 || requests === 67)).toBe(true);
    }
    expect(world.traffic?.total).toBe(20_400);
    const share = (world.traffic?.failed ?? 0) / 20_400;
    expect(Math.abs(share - (0.01 * 2 + 0.2) / 3)).toBeLessThan(0.01);
  });

  test("a request that hangs has failed when its time is up", () => {
    const world = make({ count: 1, traffic: traffic(10), v2: { hangs: "all" } });
    for (const effect of [drain, replace]) carryOut(world, effect);
    passTime(world, 1_500);
    carryOut(world, restore);
    const before = world.traffic?.failed ?? 0;
    passTime(world, 13_000);
    expect([before, world.traffic?.failed]).toEqual([15, 30]);
    carryOut(world, drain);
    passTime(world, 20_000);
    expect(observe(world).instances.get("i0")).toMatchObject({ rotation: "out", cut: 100 });
  });
});

describe("ten thousand instances", () => {
  test("what did not change is the same object, and so is its chunk", () => {
    const world = make({ count: 10_000 });
    const before = observe(world).instances;
    for (let index = 0; index < 2_500; index += 1) {
      carryOut(world, { ...drain, instanceId: `i${index}` } as InstanceEffect);
      carryOut(world, { ...replace, instanceId: `i${index}` } as InstanceEffect);
    }
    passTime(world, 1_500);
    const after = observe(world).instances;
    expect(after.get("i2499")?.ready).toBe(true);
    expect(after.get("i9999")).toBe(before.get("i9999"));
    expect(after.chunks.filter((chunk, index) => chunk !== before.chunks[index])).toHaveLength(40);
  });
});
