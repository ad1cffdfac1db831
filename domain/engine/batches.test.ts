import { describe, expect, test } from "vitest";
import { Plan, type PlanInput } from "../plan.ts";
import { resolvePlan } from "../plan-limits.ts";
import { type Orderable, orderInstances, pickBatch, planBatches } from "./batches.ts";

type Candidate = Orderable & { readonly healthy: boolean };

function instances(count: number, zones = ["a"], unhealthy: readonly string[] = []): Candidate[] {
  return Array.from({ length: count }, (_, index) => ({
    instanceId: `i${index}`,
    zone: zones[index % zones.length] ?? "a",
    labels: { rack: `r${index % 3}` },
    unitStartedAt: 1_000 - index,
    healthy: !unhealthy.includes(`i${index}`),
  }));
}

function planned(plan: PlanInput, of: Candidate[]): string[] {
  return planBatches(of, resolvePlan(Plan.parse(plan), of.length), Plan.parse(plan).order).map((batch) => batch.join(" "));
}

describe("the batch list", () => {
  test.each<[string, PlanInput, Candidate[], string[]]>([
    ["counts, the last repeats", { batches: [1, 2] }, instances(6), ["i0", "i1 i2", "i3 i4", "i5"]],
    ["a percentage is of the fleet at start, rounded up", { batches: ["10%", "50%"] }, instances(5), ["i0", "i1 i2 i3", "i4"]],
    [
      "7 % of 100 is 7 and not 8",
      { batches: ["7%", "100%"] },
      instances(100),
      [
        instances(7)
          .map((i) => i.instanceId)
          .join(" "),
        instances(100)
          .slice(7)
          .map((i) => i.instanceId)
          .join(" "),
      ],
    ],
    ["one instance is one batch", { batches: ["25%"] }, instances(1), ["i0"]],
    [
      "unhealthy ones first, but one healthy in batch 1",
      { batches: [2, 4], maxUnavailable: 3 },
      instances(5, ["a"], ["i3", "i4"]),
      ["i3 i0", "i4 i1 i2"],
    ],
    ["a whole fleet of unhealthy ones still goes", { batches: [1, 2] }, instances(3, ["a"], ["i0", "i1", "i2"]), ["i0", "i1 i2"]],
  ])("%s", (_, plan, of, expected) => expect(planned(plan, of)).toEqual(expected));

  test("batch 1 grows by the unhealthy that must come back before the floor lets a healthy one leave", () => {
    const of = instances(6, ["a"], ["i3", "i4", "i5"]);
    const limits = resolvePlan(Plan.parse({ batches: [1, 2], maxUnavailable: 1 }), 6);
    const [healthy, unhealthy] = [of.filter((each) => each.healthy), of.filter((each) => !each.healthy)];
    const picked = pickBatch(healthy, unhealthy, { limits, number: 1, available: 3, desired: 6 });
    // The floor is 5: three must return before a healthy one may go.
    expect(picked.map((instance) => instance.instanceId)).toEqual(["i3", "i4", "i5", "i0"]);
  });
});

describe("the order", () => {
  test("spread takes one of each zone in turn", () => {
    expect(orderInstances(instances(6, ["b", "a"]), "spread").map((i) => i.zone)).toEqual(["a", "b", "a", "b", "a", "b"]);
  });
  test("zone by zone", () => {
    expect(orderInstances(instances(4, ["b", "a"]), "zone-by-zone").map((i) => i.instanceId)).toEqual(["i1", "i3", "i0", "i2"]);
  });
  test("by a label's values, what has none of them last", () => {
    const order = { label: "rack", values: ["r2", "r0"] };
    expect(orderInstances(instances(5), order).map((i) => i.instanceId)).toEqual(["i2", "i0", "i3", "i1", "i4"]);
  });
  test("oldest first", () => {
    expect(orderInstances(instances(3), "oldest-first").map((i) => i.instanceId)).toEqual(["i2", "i1", "i0"]);
  });
});
