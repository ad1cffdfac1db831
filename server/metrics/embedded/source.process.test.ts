import { afterAll, beforeAll, expect, test } from "vitest";
import { fromBins, quantileMs } from "#domain/evidence/histogram.ts";
import type { Fleet } from "#domain/fleet.ts";
import type { InstanceTick } from "#domain/metric.ts";
import {
  bringUp,
  createTestFleet,
  createTestRelease,
  type LocalBench,
  nothingTold,
  startLocalBench,
  waitUntil,
} from "#server/testing/local-runtime.ts";

let bench: LocalBench;
let fleet: Fleet;
let releaseId = "";
let url = "";
const soon = () => AbortSignal.timeout(30_000);
const read = (after = 0) => bench.source.readTicks(fleet, after, soon());

beforeAll(async () => {
  bench = await startLocalBench();
  fleet = createTestFleet({ requestTimeout: "1s" });
  const release = await createTestRelease(bench.serviceDirectory);
  releaseId = release.releaseId;
  url = await bringUp(bench, fleet, release);
});
afterAll(() => bench.close());

/** What was counted after a tick, over all later ones. */
async function countAfter(number: number): Promise<{ requests: number; failed: number; cut: number; ticks: InstanceTick[] }> {
  const ticks = (await read(number)).flatMap(({ instances }) => instances.i0 ?? []);
  const sum = (of: (tick: InstanceTick) => number) => ticks.reduce((total, tick) => total + of(tick), 0);
  return {
    requests: sum(({ slots }) => slots.reduce((total, [requests]) => total + requests, 0)),
    failed: sum(({ slots }) => slots.reduce((total, [, failed]) => total + failed, 0)),
    cut: sum(({ cut }) => cut),
    ticks,
  };
}

const newest = async () => (await read()).at(-1)?.number ?? 0;

test("gives one tick a second, numbered without a gap, and only those asked for", async () => {
  await waitUntil(async () => (await read()).length >= 3, "three seconds have passed");
  const ticks = await read();
  expect(ticks.map(({ number }) => number - (ticks[0]?.number ?? 0))).toEqual(ticks.map((_, index) => index));
  expect((await read(ticks[1]!.number))[0]).toEqual(ticks[2]);
});

test("counts answers and failures by slot, with their latency and the unit they came from", async () => {
  const before = await newest();
  for (let round = 0; round < 5; round += 1) await (await fetch(url)).arrayBuffer();
  await (await fetch(`${url}/failing`)).arrayBuffer();
  await (await fetch(`${url}/nothing-here`)).arrayBuffer();
  await (await fetch(`${url}/slow?ms=400`)).arrayBuffer();
  await waitUntil(async () => (await countAfter(before)).requests === 8, "eight requests were counted");
  const { failed, ticks } = await countAfter(before);
  expect(failed).toBe(1);
  expect(ticks[0]).toMatchObject({ unitKey: "up/i0", releaseId, inRotation: true });
  expect(ticks.at(-1)?.readyForMs).toBeGreaterThan(0);
  expect(ticks.every(({ slots }) => slots.length === 10)).toBe(true);
  const latency = fromBins(ticks.flatMap(({ bins }) => bins));
  expect(latency.total).toBe(8);
  expect(quantileMs(latency, 1)).toBeGreaterThan(390);
});

test("counts a request beyond the fleet's timeout as failed, one whose client left not at all, one that was cut apart", async () => {
  const before = await newest();
  expect((await fetch(`${url}/slow?ms=10000`)).status).toBe(504);
  await expect(fetch(`${url}/slow?ms=800`, { signal: AbortSignal.timeout(100) })).rejects.toThrow();
  const cut = fetch(`${url}/slow?ms=900`);
  await waitUntil(async () => (await bench.balancer.observe(fleet, nothingTold, soon())).i0?.inFlight === 1, "one is in flight");
  await bench.balancer.drain(fleet, { instanceId: "i0", target: "unit", key: "d", seen: null }, 0, { token: 1 }, soon());
  expect((await cut).status).toBe(503);
  await waitUntil(async () => (await countAfter(before)).cut === 1, "the cut was counted");
  expect(await countAfter(before)).toMatchObject({ requests: 1, failed: 1, cut: 1 });
});

test("counts trial traffic like any other, at its rate, until it is switched off", async () => {
  await bench.balancer.restore(fleet, { instanceId: "i0", target: "unit", key: "r", seen: null }, { token: 1 }, soon());
  await bench.client.local.setTraffic(fleet.fleetId, 50);
  await expect(bench.client.local.setTraffic(fleet.fleetId, 301)).rejects.toMatchObject({ code: "invalid" });
  const inLastTwo = async () => (await countAfter((await newest()) - 2)).requests;
  await waitUntil(async () => (await inLastTwo()) >= 90, "about 100 requests in two seconds");
  // A third second may have come while it was asked.
  expect(await inLastTwo()).toBeLessThan(200);
  await bench.client.local.setTraffic(fleet.fleetId, 0);
  await waitUntil(async () => (await inLastTwo()) === 0, "it has ended");
});

test("counts a second unit apart, and goes on with it under the instance's name when it took over", async () => {
  const release = await createTestRelease(bench.serviceDirectory, { name: "1.1" });
  await bench.driver.start(fleet, "i0", release, "second", { token: 1 }, soon());
  await waitUntil(async () => (await bench.driver.observe(fleet, soon())).i0?.next?.ready === true, "the second unit is ready");
  await bench.balancer.restore(fleet, { instanceId: "i0", target: "next", key: "r", seen: null }, { token: 1 }, soon());
  await bench.client.local.setTraffic(fleet.fleetId, 50);
  const before = await newest();
  /** Requests by the name in the tick and the unit. */
  const counted = async (name: string, unitKey: string) =>
    (await read(before))
      .flatMap(({ instances }) => instances[name] ?? [])
      .filter((tick) => tick.unitKey === unitKey)
      .reduce((total, { slots }) => total + slots.reduce((sum, [requests]) => sum + requests, 0), 0);
  await waitUntil(async () => (await counted("i0", "up/i0")) > 20 && (await counted("i0+next", "second")) > 20, "both were counted");
  expect((await read(before)).at(-1)?.instances["i0+next"]).toMatchObject({ releaseId: release.releaseId, inRotation: true });
  await bench.balancer.drain(fleet, { instanceId: "i0", target: "unit", key: "d", seen: null }, 5_000, { token: 1 }, soon());
  await waitUntil(async () => (await bench.balancer.observe(fleet, nothingTold, soon())).i0?.rotation === "out", "the first unit is out");
  await bench.driver.retire(fleet, "i0", "second", { token: 1 }, soon());
  await waitUntil(async () => (await counted("i0", "second")) > 20, "the second one is the instance's unit");
  const names = async () => Object.keys((await read()).at(-1)?.instances ?? {});
  await waitUntil(async () => (await names()).join() === "i0", "the first one's last counts were told");
  await bench.client.local.setTraffic(fleet.fleetId, 0);
});
