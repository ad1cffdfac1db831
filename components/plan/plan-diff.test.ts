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

test("metrics of one's own and quantiles are told in words", () => {
  const custom = [
    { name: "checkout", bad: 'bad{release="{{release}}"}', total: 'all{release="{{release}}"}' },
    { name: "queue", value: 'depth{release="{{release}}"}', max: 3 },
  ];
  expect(diffPlans({}, { metrics: { latency: [], custom } })).toEqual([
    { field: "metrics.latency", label: "Latency", before: "p50, p90, p99, p99.9", after: "off" },
    {
      field: "metrics.custom",
      label: "Metrics of your own",
      before: "none",
      after: 'checkout: bad{release="{{release}}"} of all{release="{{release}}"}; queue: depth{release="{{release}}"} up to 3',
    },
  ]);
});

test("switching evidence off shows the switch", () => {
  expect(diffPlans({}, { metrics: false })).toContainEqual({ field: "metrics", label: "Evidence", before: "not set", after: "off" });
});

test("hooks, windows and an order by label are told in words", () => {
  const after = {
    order: { label: "tier", values: ["edge", "core"] },
    hooks: { prepare: { command: ["/bin/backup", "a b"] } },
    windows: [{ days: ["mon" as const, "tue" as const, "wed" as const], from: "09:00", to: "17:00" }],
  };
  expect(diffPlans({}, after)).toEqual([
    { field: "order", label: "Order", before: "spread", after: "by tier: edge, core" },
    { field: "windows", label: "Windows", before: "always", after: "Mon–Wed 09:00–17:00 UTC" },
    { field: "hooks.prepare.command", label: "Hook before the first batch, command", before: "not set", after: "/bin/backup 'a b'" },
    { field: "hooks.prepare.timeout", label: "Hook before the first batch, timeout", before: "not set", after: "5m" },
  ]);
});
