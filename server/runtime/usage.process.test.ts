import { afterAll, beforeAll, expect, test } from "vitest";
import type { Fleet } from "#domain/fleet.ts";
import type { InstanceTick } from "#domain/metric.ts";
import { bringUp, createTestFleet, createTestRelease, type LocalBench, startLocalBench, waitUntil } from "#server/testing/local-runtime.ts";

const mebibyte = 1024 * 1024;
let bench: LocalBench;
let fleet: Fleet;
const soon = () => AbortSignal.timeout(30_000);

beforeAll(async () => {
  bench = await startLocalBench();
  fleet = createTestFleet({ count: 2 });
  await bringUp(bench, fleet, await createTestRelease(bench.serviceDirectory));
});
afterAll(() => bench.close());

async function ticksOf(instanceId: string, after = 0): Promise<InstanceTick[]> {
  return (await bench.source.readTicks(fleet, after, soon())).flatMap(({ instances }) => instances[instanceId] ?? []);
}

const newest = async () => (await bench.source.readTicks(fleet, 0, soon())).at(-1)?.number ?? 0;

/** Asks one instance itself, past the balancer. */
async function ask(instanceId: string, path: string): Promise<void> {
  const { [instanceId]: seen } = await bench.driver.observe(fleet, soon());
  await fetch(`http://${seen?.unit?.address}${path}`).catch(() => undefined);
}

test("tells what each instance's process takes: one keeps memory and computes, the other does not", async () => {
  const isKnown = async (instanceId: string) => (await ticksOf(instanceId)).at(-1)?.usage?.cpu != null;
  await waitUntil(async () => (await isKnown("i0")) && (await isKnown("i1")), "both instances were looked at twice");
  const before = { number: await newest(), i0: (await ticksOf("i0")).at(-1)?.usage, i1: (await ticksOf("i1")).at(-1)?.usage };
  expect(before.i0?.memoryBytes).toBeGreaterThan(10 * mebibyte);

  await ask("i0", "/keep?mb=100");
  await ask("i0", "/burn?ms=10000");
  const grown = (before.i0?.memoryBytes ?? 0) + 90 * mebibyte;
  // A machine with much else to do gives it less than a core.
  const busy = async () => (await ticksOf("i0", before.number)).some(({ usage }) => (usage?.cpu ?? 0) > 0.1 && (usage?.memoryBytes ?? 0) > grown);
  await waitUntil(busy, "i0 takes a tenth of a core and 90 MiB more");

  const [most, still] = [await ticksOf("i0", before.number), await ticksOf("i1", before.number)];
  const cpuOf = (ticks: InstanceTick[]) => Math.max(...ticks.map(({ usage }) => usage?.cpu ?? 0));
  expect(cpuOf(most)).toBeLessThan(2);
  expect(cpuOf(still)).toBeLessThan(cpuOf(most) / 2);
  expect(still.at(-1)?.usage?.memoryBytes).toBeLessThan((before.i1?.memoryBytes ?? 0) + 50 * mebibyte);
});

test("tells a restart once, and of a new process nothing that it does not know", async () => {
  const before = await newest();
  await ask("i1", "/crash");
  await waitUntil(async () => (await ticksOf("i1", before)).some(({ usage }) => usage?.restarts === 1), "the restart was told");
  await waitUntil(async () => ((await ticksOf("i1", before)).at(-1)?.usage?.memoryBytes ?? 0) > 0, "the new process was looked at");
  const ticks = await ticksOf("i1", before);
  expect(ticks.reduce((sum, { usage }) => sum + (usage?.restarts ?? 0), 0)).toBe(1);
  expect(ticks.find(({ usage }) => usage?.restarts === 1)?.usage).toMatchObject({ cpu: null });
  expect((await ticksOf("i0", before)).every(({ usage }) => usage?.restarts === 0)).toBe(true);
});
