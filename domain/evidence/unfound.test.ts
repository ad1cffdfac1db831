import { describe, expect, test } from "vitest";
import { Plan, type PlanInput } from "../plan.ts";
import { resolvePlan } from "../plan-limits.ts";
import type { PowerContext } from "./plan-power.ts";
import { describeUnfound } from "./unfound.ts";

const fleet: PowerContext = { desired: 12, requestsPerSecond: 300, errorRate: 0.002 };

function told(input: PlanInput, change: Partial<PowerContext> = {}): string | null {
  const context = { ...fleet, ...change };
  const plan = Plan.parse(input);
  return describeUnfound(plan, resolvePlan(plan, context.desired), context);
}

describe("evidence has a say", () => {
  test.each<[string, PlanInput, Partial<PowerContext>]>([
    ["although p99.9 would take a quarter of an hour", { batches: [1, 2, "25%"], soak: "90s" }, {}],
    ["although no single soak is long enough: they add up", { batches: [1, "25%"], soak: "60s" }, { requestsPerSecond: 100 }],
    ["by p99 alone", { batches: [1, "25%"], soak: "60s", metrics: { latency: ["p99"], errors: false } }, {}],
    ["by what else is compared, where neither errors nor p99 are", { soak: "60s", metrics: { latency: ["p50", "p99.9"], errors: false } }, {}],
    ["by more soaks than are counted", { batches: [1], soak: "20s" }, { desired: 200, requestsPerSecond: 1 }],
  ])("%s", (_name, plan, change) => {
    expect(told(plan, change)).toBeNull();
  });
});

describe("nothing is told", () => {
  test.each<[string, PlanInput, Partial<PowerContext>]>([
    ["without traffic", { soak: "1s" }, { requestsPerSecond: 0 }],
    ["without evidence", { soak: "1s", metrics: false }, {}],
    ["where nothing is left to compare with", { batches: ["100%"], soak: "1s" }, {}],
  ])("%s", (_name, plan, change) => {
    expect(told(plan, change)).toBeNull();
  });
});

describe("evidence has no say", () => {
  test("with too little traffic, and the sooner of errors and p99 is told", () => {
    expect(told({ batches: [1, "25%"], soak: "60s" }, { requestsPerSecond: 20 })).toBe(
      "At 20 requests/s most releases 3 times as bad would be on all 12 instances before they are found: a rise from 1 % to 3 % of answers slower than the old p99 takes batch 1 about 13 min 13 s, and it soaks for 1 min, less 10 s of warm-up. Soaks of 3 min 20 s would find nine in ten.",
    );
    expect(told({ batches: [1, "25%"], soak: "60s" }, { requestsPerSecond: 20, errorRate: 0.01 })).toContain("a rise from 1 % to 3 % errors");
  });

  test("with soaks that are over before they judge", () => {
    expect(told({ batches: ["50%"], soak: "5s" })).toMatch(/it soaks for 5 s, less 10 s of warm-up\. Soaks of \d+ s would find nine in ten\.$/);
  });

  test("and the soaks that are told do find it", () => {
    const plan: PlanInput = { batches: [1, "25%"], metrics: { warmUp: "0s" } };
    const change = { requestsPerSecond: 20 };
    const enough = /Soaks of (\d+) min (\d+) s/.exec(told({ ...plan, soak: "60s" }, change) ?? "");
    expect(told({ ...plan, soak: `${Number(enough?.[1]) * 60 + Number(enough?.[2])}s` }, change)).toBeNull();
  });

  test("within the margin", () => {
    expect(told({ metrics: { latency: [], smallestEffect: 1.05 } })).toBe(
      "A release 1.05 times as bad is never found: a rise from 0.2 % to 0.21 % errors is within the margin. Make the margin smaller or the smallest effect larger.",
    );
  });
});
