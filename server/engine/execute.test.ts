import { expect, test } from "vitest";
import type { InstanceEffect } from "#domain/engine/effect.ts";
import { Failure } from "#domain/failure.ts";
import { createInstances } from "#domain/fleet.ts";
import { createExampleFleet } from "#domain/simulation/example-fleet.ts";
import type { Balancer } from "#server/balancers/balancer.ts";
import type { Fencing } from "#server/drivers/driver.ts";
import { createFakeWorld } from "#server/testing/fake-world.ts";
import { silentLog, waitFor } from "#server/testing/fixtures.ts";
import { createTestClock } from "#server/testing/test-clock.ts";
import { createExecutor, lingerMsOf } from "./execute.ts";
import { portsOf } from "./ports.ts";

const { fleet } = createExampleFleet(createInstances(1, ["a"]), "1.0");
const drain = (instanceId: string, key: string): InstanceEffect => ({ type: "instance.drain", instanceId, key, target: "unit", timeoutMs: 1 });

/** An executor whose balancer answers a drain when the test says so. */
function createBench({ mayAct = () => true, fencing = "stored" }: { readonly mayAct?: () => boolean; readonly fencing?: Fencing } = {}) {
  const clock = createTestClock();
  const asked: string[] = [];
  const waiting: { resolve: () => void; reject: (error: Error) => void; signal: AbortSignal }[] = [];
  const lease = new AbortController();
  const ports = portsOf(createFakeWorld({ clock, balancerFencing: fencing }).connect().ports, fleet);
  const balancer: Balancer = {
    ...ports.balancer,
    drain: (_fleet, { instanceId, key }, _timeoutMs, _fence, signal) => {
      asked.push(`${instanceId} ${key}`);
      return new Promise<void>((resolve, reject) => waiting.push({ resolve, reject, signal }));
    },
  };
  let settled = 0;
  const executor = createExecutor({
    ports: { ...ports, balancer },
    fleet: () => fleet,
    seenAt: () => null,
    lease: { token: 1, signal: lease.signal },
    loadRelease: () => Promise.reject(new Failure("not-found", "No release.")),
    mayAct,
    now: () => clock.now(),
    onSettled: () => {
      settled += 1;
    },
    log: silentLog,
  });
  return { executor, asked, waiting, clock, loseLease: () => lease.abort(), settled: () => settled };
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
  const { executor, asked } = createBench({ mayAct: () => false });
  executor.start([drain("i0", "k1")]);
  expect(asked).toEqual([]);
});

test("ends what is under way with the lease where a late call could not be refused, and asks nothing more", async () => {
  const { executor, asked, waiting, clock, loseLease, settled } = createBench({ fencing: "lease-only" });
  executor.start([drain("i0", "k1")]);
  loseLease();
  expect(waiting[0]?.signal.aborted).toBe(true);
  await waitFor("it has settled", () => settled() === 1);
  expect(executor.takeRefusals()).toEqual([]);
  clock.advance(1_000);
  executor.start([drain("i0", "k2")]);
  await waitFor("the second has settled", () => settled() === 2);
  expect(asked).toEqual(["i0 k1"]);
});

test("lets what is under way end by itself where a late call is refused by its token", async () => {
  const { executor, waiting, loseLease, settled } = createBench();
  executor.start([drain("i0", "k1")]);
  loseLease();
  expect(waiting[0]?.signal.aborted).toBe(false);
  waiting[0]?.resolve();
  await waitFor("it has settled", () => settled() === 1);
});

test.each([
  ["stored", 0],
  ["lease-only", 10_000],
] as const)("what was asked of a balancer with %s fencing may be under way for %i ms after its holder's end", (balancerFencing, ms) => {
  const { ports } = createFakeWorld({ clock: createTestClock(), balancerFencing }).connect();
  expect(lingerMsOf(portsOf(ports, fleet))).toBe(ms);
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
