import { expect, test } from "vitest";
import { diffPlans } from "./plan-diff.ts";

test("the same plan, with a default written out, differs in nothing", () => {
  expect(diffPlans({ batches: [1] }, { batches: [{ size: 1 }], soak: "60s" })).toEqual([]);
});

test("each changed field is named with both values", () => {
  expect(diffPlans({ batches: [1] }, { batches: [1, { size: "25%", soak: "5m", approval: true }], metrics: { alpha: 0.01 } })).toEqual([
    { field: "batches", label: "Batches", before: "1", after: "1, 25% soak 5m approval" },
    { field: "metrics.alpha", label: "False-alarm bound", before: "0.001", after: "0.01" },
  ]);
});

test("switching evidence off shows the switch", () => {
  expect(diffPlans({}, { metrics: false })).toContainEqual({ field: "metrics", label: "Evidence", before: "not set", after: "off" });
});
