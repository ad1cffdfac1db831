import { describe, expect, test } from "vitest";
import { Plan, type PlanInput } from "../plan.ts";
import { resolvePlan } from "../plan-limits.ts";
import { type BatchPower, decidingTests, firstBatchThatFinds, type PowerContext, powerOf, soakThatFinds } from "./plan-power.ts";

const fleet: PowerContext = { desired: 10, requestsPerSecond: 200, errorRate: 0.001 };
const finds = (batch: BatchPower | undefined) => decidingTests(batch?.tests ?? []).map((test) => test.finds);

function power(input: PlanInput, context: PowerContext = fleet) {
  const plan = Plan.parse(input);
  return powerOf(plan, resolvePlan(plan, context.desired), context);
}

describe("the batches of a plan", () => {
  test("have a growing share, up to the last, which has nothing to compare with", () => {
    expect(power({ batches: [1, "30%"] }).map(({ number, share, tests }) => [number, share, tests.length])).toEqual([
      [1, 0.1, 5],
      [2, 0.4, 5],
      [3, 0.7, 5],
      [4, 1, 0],
    ]);
  });

  test("are told up to the sixth, however large the fleet is", () => {
    expect(power({ batches: [1] }, { ...fleet, desired: 10_000 })).toHaveLength(6);
  });

  test.each<[string, PlanInput, Partial<PowerContext>]>([
    ["without traffic", {}, { requestsPerSecond: 0 }],
    ["in a fleet of one", {}, { desired: 1 }],
    ["without evidence", { metrics: false }, {}],
  ])("say nothing %s", (_name, plan, change) => {
    expect(power(plan, { ...fleet, ...change })).toEqual([]);
  });

  test("only what the plan compares is told", () => {
    const [first] = power({ metrics: { errors: false, latency: ["p50", "p99.9"] } });
    expect(first?.tests.map(({ test, base, worse }) => [test, base, worse])).toEqual([
      ["latency-p50", 0.5, 0.99],
      ["latency-p99.9", 0.001, 0.003],
    ]);
  });
});

describe("what it takes", () => {
  const meanOf = (metrics: PlanInput["metrics"], change: Partial<PowerContext> = {}) =>
    power({ batches: [1], metrics }, { ...fleet, ...change })[0]?.tests.map(({ meanMs }) => meanMs ?? Number.POSITIVE_INFINITY) ?? [];

  test("half the traffic takes twice as long, where requests are counted", () => {
    const [full = 0, half = 0] = [meanOf({ latency: ["p99"] }), meanOf({ latency: ["p99"] }, { requestsPerSecond: 100 })].map((means) => means[1]);
    expect(half / full).toBeCloseTo(2, 9);
  });

  test("and no longer where seconds are, while every second has a request", () => {
    const [full = 0, half = 0] = [meanOf({ latency: ["p90"] }), meanOf({ latency: ["p90"] }, { requestsPerSecond: 100 })].map((means) => means[1]);
    expect(half / full).toBeCloseTo(1, 3);
  });

  test("errors judged alone are found sooner than among others", () => {
    expect(meanOf({ latency: [] })[0]).toBeLessThan(meanOf({})[0] ?? 0);
  });

  test("a slow tail is found sooner than the rarer one", () => {
    const [, p99 = 0, p999 = 0] = meanOf({ latency: ["p99", "p99.9"] });
    expect(p99 * 5).toBeLessThan(p999);
  });
});

describe("what would do", () => {
  test("is the soak by which errors and p99 are found, however rare what else is compared is", () => {
    const [first] = power({ batches: [1], soak: "60s" });
    const soakMs = first ? (soakThatFinds(first) ?? 0) : 0;
    const [mended] = power({ batches: [1], soak: `${soakMs / 1_000}s` });
    expect(finds(first)).toEqual(["few", "few"]);
    expect(finds(mended)).toEqual(["most", "most"]);
    expect(mended?.tests.find(({ test }) => test === "latency-p99.9")?.finds).not.toBe("most");
    const [shorter] = power({ batches: [1], soak: `${soakMs / 1_000 - 60}s` });
    expect(finds(shorter)).not.toEqual(["most", "most"]);
  });

  test("is that of all tests where neither errors nor p99 are compared", () => {
    const [first] = power({ batches: [1], soak: "60s", metrics: { errors: false, latency: ["p90", "p99.9"] } });
    expect(first && soakThatFinds(first)).toBe(first?.tests.at(-1)?.enoughMs);
  });

  test("is the smallest first batch for which the soak is long enough", () => {
    const plan = Plan.parse({ batches: [1], soak: "4m", metrics: { latency: ["p99"] } });
    const context = { ...fleet, desired: 100, requestsPerSecond: 1_000 };
    const size = firstBatchThatFinds(plan, resolvePlan(plan, 100), context) ?? 0;
    const suffices = (first: number) => power({ ...plan, batches: [first] }, context)[0]?.tests.every(({ finds }) => finds === "most");
    expect([size > 1, suffices(size), suffices(size - 1)]).toEqual([true, true, false]);
  });

  test("is never a batch above a quarter of the fleet", () => {
    const plan = Plan.parse({ batches: [1], soak: "20s" });
    expect(firstBatchThatFinds(plan, resolvePlan(plan, 10), fleet)).toBeNull();
  });
});
