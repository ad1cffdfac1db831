import { describe, expect, test } from "vitest";
import { Plan, type PlanInput } from "../plan.ts";
import { type LintContext, lintPlan } from "./lint.ts";

function found(plan: PlanInput, context: Partial<LintContext> = {}): string[] {
  return lintPlan(Plan.parse(plan), { desired: 12, canSurge: false, ...context }).map(({ severity, field }) => `${severity} ${field}`);
}

describe("the lint of a plan", () => {
  test.each<[string, PlanInput, Partial<LintContext>, string[]]>([
    ["the default plan is clean", {}, {}, []],
    ["both limits 0", { maxUnavailable: 0 }, {}, ["error maxUnavailable"]],
    ["both limits 0, written as a percentage", { maxUnavailable: "0%" }, {}, ["error maxUnavailable"]],
    ["a percentage that rounds to 0 counts as 1", { maxUnavailable: "25%" }, { desired: 3 }, ["note maxUnavailable"]],
    ["a fleet of one may leave, and the floor of 0 is said", { maxUnavailable: 1 }, { desired: 1 }, ["warning maxUnavailable", "note batches.1"]],
    ["surge on a driver that cannot", { maxSurge: 1 }, {}, ["error maxSurge"]],
    ["surge on one that can", { maxSurge: 1, maxUnavailable: 0 }, { canSurge: true }, []],
    ["surge of the whole fleet", { maxSurge: "100%" }, { canSurge: true }, ["note maxSurge"]],
    ["surge with a port to spare", { maxSurge: 1 }, { canSurge: true, ports: { count: 13, words: "reach.ports has 13" } }, []],
    ["surge without a port to spare", { maxSurge: 1 }, { canSurge: true, ports: { count: 12, words: "reach.ports has 12" } }, ["error maxSurge"]],
    ["no surge needs no port to spare", {}, { canSurge: true, ports: { count: 12, words: "reach.ports has 12" } }, []],
    ["a rollback that could not move", { rollback: { maxUnavailable: 0 } }, {}, ["error rollback.maxUnavailable"]],
    ["entries that are never reached", { batches: [6, 6, 1] }, {}, ["note batches.2"]],
    ["an approval that is never reached", { batches: ["100%", { size: 1, approval: true }] }, {}, ["warning batches.1"]],
    ["a window longer than the soaks", { windows: [{ from: "09:00", to: "17:00" }] }, {}, []],
    ["a window shorter than the soaks", { soak: "1h", windows: [{ from: "23:00", to: "01:00" }] }, {}, ["warning windows"]],
    ["a deadline that nothing can meet", { minHealthyTime: "1m", healthyDeadline: "1m" }, {}, ["error healthyDeadline"]],
    ["a drain longer than the progress deadline", { drainTimeout: "20m" }, {}, ["error progressDeadline"]],
    ["failures that can never trigger", { maxFailures: 12 }, {}, ["warning maxFailures"]],
    ["soaks too short for the traffic", { soak: "15s" }, { requestsPerSecond: 300, errorRate: 0.001 }, ["warning soak"]],
    ["soaks long enough", { soak: "60s" }, { requestsPerSecond: 300, errorRate: 0.001 }, []],
    [
      "a batch's own soak is named",
      { batches: [{ size: 1, soak: "10s" }, "25%"] },
      { requestsPerSecond: 20, errorRate: 0.001 },
      ["warning batches.0.soak"],
    ],
    ["nothing that is compared", { metrics: { errors: false, latency: [] } }, {}, ["warning metrics.errors"]],
    ["evidence off asks for no soak", { soak: "10s", metrics: false }, { requestsPerSecond: 100, errorRate: 0.001 }, []],
    ["resources that are known within the soak", { soak: "40s", metrics: { resources: {} } }, {}, []],
    ["resources that are known too late", { soak: "30s", metrics: { resources: {} } }, {}, ["warning metrics.resources"]],
    ["resources with nothing to compare", { batches: ["100%"], metrics: { resources: {} } }, {}, ["warning metrics.resources"]],
    ["what nobody counts", {}, { uncounted: ["errors", "latency"] }, ["warning metrics.errors", "note metrics.latency"]],
    ["what nobody counts, and nobody compares", { metrics: false }, { uncounted: ["errors", "latency"] }, []],
    ["resources that nobody asks about", { soak: "30s", metrics: { resources: false } }, {}, []],
  ])("%s", (_, plan, context, expected) => expect(found(plan, context)).toEqual(expected));

  test("a message carries its arithmetic", () => {
    const [finding] = lintPlan(Plan.parse({ maxUnavailable: 0 }), { desired: 12, canSurge: false });
    expect(finding?.message).toContain("of 12 instances none may ever leave");
    const ports = { count: 4, words: "reach.ports has 4" };
    expect(lintPlan(Plan.parse({ maxSurge: "50%" }), { desired: 3, canSurge: true, ports })[0]?.message).toBe(
      "3 instances and 2 more need 5 ports; reach.ports has 4. Set maxSurge to at most 1, or give the fleet more ports.",
    );
  });
});
