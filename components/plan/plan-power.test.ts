import { describe, expect, test } from "vitest";
import { parseDuration } from "#domain/duration.ts";
import { createInstances } from "#domain/fleet.ts";
import { Plan, type PlanInput } from "#domain/plan.ts";
import { describePlanPower, toDurationText } from "./plan-power.ts";

const fleet = { name: "shop", instances: createInstances(12, ["a", "b"]), requestsPerSecond: 300, errorRate: 0.001 };
const describeOn = (plan: PlanInput, change: Partial<typeof fleet> = {}) => describePlanPower(Plan.parse(plan), { ...fleet, ...change });

describe("what would do", () => {
  test("is offered while the first soak lets such releases pass, and no longer once it is used", () => {
    const { soakMs } = describeOn({ batches: [1], soak: "60s" });
    expect(soakMs).toBeGreaterThan(60_000);
    expect(describeOn({ batches: [{ size: 1, soak: toDurationText(soakMs ?? 0) }] }).soakMs).toBeNull();
  });

  test("a larger first batch is offered where one below a quarter is enough", () => {
    const metrics = { latency: ["p99" as const], errors: false };
    const { firstSize } = describeOn({ batches: [1], soak: "60s", metrics });
    expect(firstSize).toBe(2);
    expect(describeOn({ batches: [2], soak: "60s", metrics }).soakMs).toBeNull();
  });

  test("what is within the margin is not asked of the soak", () => {
    const plan: PlanInput = { soak: "2h", metrics: { latency: [], smallestEffect: 1.05 } };
    expect(describeOn(plan)).toMatchObject({ soakMs: null, firstSize: null });
    expect(describeOn(plan).batches[0]?.tests[0]?.finds).toBe("none");
  });

  test("without traffic nothing is offered", () => {
    expect(describeOn({}, { requestsPerSecond: 0 })).toMatchObject({ batches: [], soakMs: null, firstSize: null });
  });
});

test.each([
  [280_000, "280s"],
  [300_000, "5m"],
  [7_200_000, "2h"],
  [4_500_000, "75m"],
])("%d ms is written %s, and read as the same", (ms, text) => {
  expect(toDurationText(ms)).toBe(text);
  expect(parseDuration(text)).toBe(ms);
});
