import { describe, expect, test } from "vitest";
import type { FleetTick, InstanceTick, Usage } from "../metric.ts";
import { Plan } from "../plan.ts";
import { Table } from "../table.ts";
import { type ComparedRollout, compareResources } from "./resources.ts";

const warmUpMs = 10_000;
const rollout: ComparedRollout = {
  releaseId: "v2",
  startedAt: 0,
  plan: Plan.parse({ metrics: { resources: {} } }),
  limits: { warmUpMs },
  updates: Table.from([
    ["i0", { wayBackId: "v1", batch: 1 }],
    ["i1", { wayBackId: "v1", batch: 2 }],
    ["i2", { wayBackId: "v1", batch: null }],
  ]),
  batches: [{ gateOpenedAt: 0 }, { gateOpenedAt: null }],
};
const seconds = 30;

describe("compareResources", () => {
  test("tells what both releases took in each ten seconds of the last thirty", () => {
    const parts = compare((second) => ({ i0: unit("v2", { cpu: second <= 10 ? 1 : 0.5, memoryBytes: 210 }), i2: unit("v1", {}) }));
    expect(parts.map((part) => part.new.cpuSeconds)).toEqual([10, 5, 5]);
    expect(parts.map((part) => part.new.memoryByteSeconds)).toEqual([2_100, 2_100, 2_100]);
    expect(parts.map((part) => part.old)).toEqual(Array(3).fill({ unitSeconds: 10, cpuSeconds: 1.25, memoryByteSeconds: 840, restarts: 0 }));
  });

  test.each<[string, (second: number) => Record<string, InstanceTick>]>([
    ["no old release serves", () => ({ i0: unit("v2", {}) })],
    ["the old release left ten seconds ago", (second) => ({ i0: unit("v2", {}), ...(second <= 20 ? { i2: unit("v1", {}) } : {}) })],
    ["the new release is not in rotation", () => ({ i0: { ...unit("v2", {}), inRotation: false }, i2: unit("v1", {}) })],
    ["the new release warms up", () => ({ i0: { ...unit("v2", {}), readyForMs: warmUpMs - 1 }, i2: unit("v1", {}) })],
    ["the source does not know", () => ({ i0: { ...unit("v2", {}), usage: undefined }, i2: unit("v1", {}) })],
    ["what the new release takes is not known", () => ({ i0: unit("v2", { cpu: null }), i2: unit("v1", {}) })],
    ["the other release is neither", () => ({ i0: unit("v2", {}), i2: unit("v0", {}) })],
  ])("compares nothing while %s", (_, instances) => expect(compare(instances)).toEqual([]));

  test("waits until thirty seconds were seen, forgives two that were lost, and takes nothing from before the start", () => {
    const both = () => ({ i0: unit("v2", {}), i2: unit("v1", {}) });
    expect(compare(both, { from: 4 })).toEqual([]);
    expect(compare(both, { from: 3 })).toHaveLength(3);
    expect(compare(both, { changed: { startedAt: 4_000 } })).toEqual([]);
  });

  test("is silent when the newest second is old, and when the plan does not ask", () => {
    const both = () => ({ i0: unit("v2", {}), i2: unit("v1", {}) });
    expect(compare(both, { now: 33_000 })).toHaveLength(3);
    expect(compare(both, { now: 33_001 })).toEqual([]);
    expect(compare(both, { changed: { plan: Plan.parse({}) } })).toEqual([]);
    expect(compare(both, { changed: { plan: Plan.parse({ metrics: false }) } })).toEqual([]);
  });

  test("counts restarts of the old release, and of new instances that have passed their gate, warm or not", () => {
    const restarted = (second: number, releaseId: string) => unit(releaseId, second === 25 ? { cpu: null, restarts: 1 } : {});
    const parts = compare((second) => ({ i0: restarted(second, "v2"), i1: restarted(second, "v2"), i2: restarted(second, "v1") }));
    expect(parts.map((part) => [part.old.restarts, part.new.restarts])).toEqual([
      [0, 0],
      [0, 0],
      [1, 1],
    ]);
  });
});

interface Change {
  readonly from?: number;
  readonly now?: number;
  readonly changed?: Partial<ComparedRollout>;
}

function compare(instances: (second: number) => Record<string, InstanceTick>, { from = 1, now = seconds * 1_000, changed = {} }: Change = {}) {
  const ticks = Array.from({ length: seconds }, (_, index): FleetTick => {
    const number = index + 1;
    return { number, at: number * 1_000, instances: instances(number) };
  });
  return compareResources(ticks.slice(from - 1), { ...rollout, ...changed }, now);
}

function unit(releaseId: string, usage: Partial<Usage>): InstanceTick {
  const taken = { cpu: 0.125, memoryBytes: 84, restarts: 0, ...usage };
  return { unitKey: "k", releaseId, slots: [], bins: [], inFlight: 0, cut: 0, readyForMs: 60_000, inRotation: true, usage: taken };
}
