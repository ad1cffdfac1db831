import { expect, test, vi } from "vitest";
import type { FleetTick, InstanceTick, Usage } from "#domain/metric.ts";
import { silentLog } from "#server/testing/fixtures.ts";
import { createTestFleet } from "#server/testing/local-runtime.ts";
import { createUsages } from "./usages.ts";

const fleet = createTestFleet();
const bare: InstanceTick = { unitKey: "k0", releaseId: "r", slots: [], bins: [], inFlight: 0, cut: 0, readyForMs: null, inRotation: true };
const tick: FleetTick = { number: 1, at: 0, instances: { i0: bare, i1: { ...bare, unitKey: "k1" } } };

test("a tick gets what the driver saw of its units, and restarts are told once", async () => {
  const usage: Usage = { cpu: 0.5, memoryBytes: 100, restarts: 2 };
  const usages = createUsages({ readUsage: async () => ({ k0: usage }) }, silentLog);
  usages.sample(fleet);
  await vi.waitUntil(() => usages.addTo(tick) !== tick);
  const again = usages.addTo(tick);
  expect(again.instances.i0?.usage).toEqual({ ...usage, restarts: 0 });
  expect(again.instances.i1).toBe(tick.instances.i1);
});

test("what the source of the ticks knows itself stands", async () => {
  const own: Usage = { cpu: 1, memoryBytes: 1, restarts: 1 };
  const usages = createUsages({ readUsage: async () => ({ k0: { cpu: 0.5, memoryBytes: 100, restarts: 2 } }) }, silentLog);
  usages.sample(fleet);
  const counted = { ...tick, instances: { i0: { ...bare, usage: own } } };
  await vi.waitUntil(() => usages.addTo(tick) !== tick);
  expect(usages.addTo(counted).instances.i0?.usage).toBe(own);
});

test("one look at a time, and none where the driver knows nothing", async () => {
  const readUsage = vi.fn(() => new Promise<never>(() => {}));
  const slow = createUsages({ readUsage }, silentLog);
  slow.sample(fleet);
  slow.sample(fleet);
  expect(readUsage).toHaveBeenCalledTimes(1);
  const none = createUsages({}, silentLog);
  none.sample(fleet);
  expect(none.addTo(tick)).toBe(tick);
});
