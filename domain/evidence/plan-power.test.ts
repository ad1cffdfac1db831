import { describe, expect, test } from "vitest";
import { Plan, type PlanInput, resolvePlan } from "../plan.ts";
import { describePower, firstBatchThatFinds, type PowerContext, powerOf, soakThatFinds } from "./plan-power.ts";

const fleet: PowerContext = { desired: 10, requestsPerSecond: 200, errorRate: 0.001 };
/** Errors have all of the bound but the ceiling's and the traffic's part. */
const onlyErrors = { latency: [], warmUp: "0s", smallestEffect: 5, margin: { ratio: 0, absolute: 0 } } satisfies PlanInput["metrics"];

function power(input: PlanInput, context: PowerContext = fleet) {
  const plan = Plan.parse(input);
  return powerOf(plan, resolvePlan(plan, context.desired), context);
}

function sentence(metrics: PlanInput["metrics"], change: Partial<PowerContext> = {}, soak = "60s"): string {
  const context = { ...fleet, ...change };
  const [first] = power({ batches: [1], soak, metrics }, context);
  const [test] = first?.tests ?? [];
  return first && test ? describePower(first, test, context) : "";
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
  test("is the soak of the slowest test", () => {
    const [first] = power({ batches: [1], soak: "60s" });
    const soakMs = first ? (soakThatFinds(first) ?? 0) : 0;
    const [mended] = power({ batches: [1], soak: `${soakMs / 1_000}s` });
    expect(first?.tests.some(({ finds }) => finds === "few")).toBe(true);
    expect(mended?.tests.every(({ finds }) => finds === "most")).toBe(true);
    const [shorter] = power({ batches: [1], soak: `${soakMs / 1_000 - 60}s` });
    expect(shorter?.tests.every(({ finds }) => finds === "most")).toBe(false);
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

describe("in words", () => {
  test.each<[string, string, string]>([
    ["a soak that is too short", "60s", "Your soak of 1 min would let most such releases pass; 4 min 40 s would find nine in ten."],
    ["a soak that finds half", "170s", "Your soak of 2 min 50 s finds about half of such releases; 4 min 40 s would find nine in ten."],
    ["a soak that does", "300s", "Your soak of 5 min finds nine in ten such releases or more."],
  ])("%s", (_name, soak, verdict) => {
    expect(sentence(onlyErrors, {}, soak)).toBe(
      `Batch 1 takes 10 % of 200 requests/s: a rise from 0.1 % to 0.5 % errors is found after about 3,200 new requests, 2 min 41 s. ${verdict}`,
    );
  });

  test("warm-up is part of the soak and not judged", () => {
    expect(sentence({ ...onlyErrors, warmUp: "10s" }, {}, "140s")).toContain(
      "Your soak of 2 min 20 s (10 s of it warm-up) would let most such releases pass; 4 min 50 s would find nine in ten.",
    );
  });

  test("within the margin", () => {
    expect(sentence({ ...onlyErrors, smallestEffect: 1.05, margin: { ratio: 0.1, absolute: 0 } })).toBe(
      "Batch 1 takes 10 % of 200 requests/s: a rise from 0.1 % to 0.11 % errors is within the margin and is never found. Make the margin smaller or the smallest effect larger.",
    );
  });

  test("latency is told by the old quantile", () => {
    expect(sentence({ errors: false, latency: ["p99"] })).toMatch(
      /a rise from 1 % to 3 % of answers slower than the old p99 is found after about [\d,]+ new requests/,
    );
  });
});
