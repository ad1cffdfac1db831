import { expect, test } from "vitest";
import type { InstanceEffect } from "#domain/engine/effect.ts";
import { Failure } from "#domain/failure.ts";
import { createInstances } from "#domain/fleet.ts";
import { createExampleFleet } from "#domain/simulation/example-fleet.ts";
import type { Balancer } from "#server/balancers/balancer.ts";
import { createFakeWorld } from "#server/testing/fake-world.ts";
import { silentLog, waitFor } from "#server/testing/fixtures.ts";
import { createTestClock } from "#server/testing/test-clock.ts";
import { createExecutor } from "./execute.ts";
import { portsOf } from "./ports.ts";

const { fleet } = createExampleFleet(createInstances(1, ["a"]), "1.0");
const drain = (instanceId: string, key: string): InstanceEffect => ({ type: "instance.drain", instanceId, key, target: "unit", timeoutMs: 1 });

/** An executor whose balancer answers a drain when the test says so. */
function createBench(mayAct: () => boolean = () => true) {
  const clock = createTestClock();
  const asked: string[] = [];
  const waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const ports = portsOf(createFakeWorld({ clock }).connect().ports, fleet);
  const balancer: Balancer = {
    ...ports.balancer,
    drain: (_fleet, { instanceId, key }) => {
      asked.push(`${instanceId} ${key}`);
      return new Promise<void>((resolve, reject) => waiting.push({ resolve, reject }));
    },
  };
  let settled = 0;
  const executor = createExecutor({
    ports: { ...ports, balancer },
    fleet: () => fleet,
    seenAt: () => null,
    fence: { token: 1 },
    loadRelease: () => Promise.reject(new Failure("not-found", "No release.")),
    mayAct,
    now: () => clock.now(),
    onSettled: () => {
      settled += 1;
    },
    log: silentLog,
  });
  return { executor, asked, waiting, clock, settled: () => settled };
}

test("asks for the same effect once, however often it is wanted", () => {
  const { executor, asked } = createBench();
  for (let index = 0; index < 5; index += 1) executor.start([drain("i0", "k1")]);
  expect(asked).toEqual(["i0 k1"]);
  expect(executor.inFlight()).toBe(1);
});

test("lets nothing overtake what is under way for the same instance", async () => {
  const { executor, asked, waiting, settled } = createBench();
  executor.start([drain("i0", "k1"), drain("i0", "k2"), drain("i1", "k3")]);
  expect(asked).toEqual(["i0 k1", "i1 k3"]);
  waiting[0]?.resolve();
  await waitFor("the first has settled", () => settled() === 1);
  executor.start([drain("i0", "k2")]);
  expect(asked).toEqual(["i0 k1", "i1 k3", "i0 k2"]);
});

test("does nothing without the lease", () => {
  const { executor, asked } = createBench(() => false);
  executor.start([drain("i0", "k1")]);
  expect(asked).toEqual([]);
});

test("hands on the world's no with its words, and does not ask again at once", async () => {
  const { executor, asked, waiting, settled } = createBench();
  executor.start([drain("i0", "k1")]);
  waiting[0]?.reject(new Failure("invalid", "There is no such instance."));
  await waitFor("it has settled", () => settled() === 1);
  expect(executor.takeRefusals()).toEqual([{ effect: drain("i0", "k1"), message: "There is no such instance." }]);
  expect(executor.takeRefusals()).toEqual([]);
  executor.start([drain("i0", "k1")]);
  expect(asked).toHaveLength(1);
});

test("an unreachable world is no refusal: it is asked again a second later", async () => {
  const { executor, asked, waiting, clock, settled } = createBench();
  executor.start([drain("i0", "k1")]);
  waiting[0]?.reject(new Failure("unavailable", "No answer."));
  await waitFor("it has settled", () => settled() === 1);
  expect(executor.takeRefusals()).toEqual([]);
  executor.start([drain("i0", "k1")]);
  expect(asked).toHaveLength(1);
  clock.advance(1_000);
  executor.start([drain("i0", "k1")]);
  expect(asked).toHaveLength(2);
});
