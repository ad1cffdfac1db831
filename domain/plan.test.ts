import { describe, expect, test } from "vitest";
import { formatDuration, parseDuration } from "./duration.ts";
import { Name } from "./names.ts";
import { Plan } from "./plan.ts";
import { resolvePlan } from "./plan-limits.ts";
import { problemsOf } from "./problems.ts";

function problems(plan: unknown): string[] {
  const parsed = Plan.safeParse(plan);
  return parsed.success ? [] : problemsOf(parsed.error).map(({ field }) => field);
}

describe("a plan as people write it", () => {
  test.each<[string, unknown, string[]]>([
    ["nothing written is the default plan", {}, []],
    ["batch 0", { batches: [0] }, ["batches.0"]],
    ["a batch above the whole", { batches: ["250%"] }, ["batches.0"]],
    ["a batch of 0 %", { batches: ["0%"] }, ["batches.0"]],
    ["no batch", { batches: [] }, ["batches"]],
    ["a batch of text", { batches: ["many"] }, ["batches.0"]],
    ["a negative soak", { soak: "-1" }, ["soak"]],
    ["a soak without a unit", { soak: "60" }, ["soak"]],
    ["an unknown field", { speed: "fast" }, ["speed"]],
    ["a retry of 1.5", { retries: 1.5 }, ["retries"]],
    ["memory of half the old release's", { metrics: { resources: { memory: 0.5 } } }, ["metrics.resources.memory"]],
    ["half a restart", { metrics: { resources: { restarts: 0.5 } } }, ["metrics.resources.restarts"]],
    ["a resource that is none", { metrics: { resources: { disk: 2 } } }, ["metrics.resources.disk"]],
    ["an alpha of 2", { metrics: { alpha: 2 } }, ["metrics.alpha"]],
  ])("%s", (_, plan, expected) => expect(problems(plan)).toEqual(expected));

  test.each<[string, string, string[]]>([
    ["a webhook", "https://ci.example.com:8443/hooks/tideline", []],
    ["one with an @ in its path", "https://ci.example.com/@ada/hook", []],
    ["one with a name and a password", "https://ada:hunter2@ci.example.com/hook", ["hooks.prepare.webhook"]],
    ["one with a name alone", "https://token@ci.example.com/hook", ["hooks.prepare.webhook"]],
    ["one with a query", "https://ci.example.com/hook?token=hunter2", ["hooks.prepare.webhook"]],
    ["one with a fragment", "https://ci.example.com/hook#token", ["hooks.prepare.webhook"]],
    ["one that is no URL", "ci.example.com?token", ["hooks.prepare.webhook"]],
  ])("%s", (_, webhook, expected) => expect(problems({ hooks: { prepare: { webhook } } })).toEqual(expected));

  test("a webhook that could hold a secret is refused in words", () => {
    const refused = Plan.safeParse({ hooks: { prepare: { webhook: "https://ci.example.com/hook?token=hunter2" } } });
    expect(refused.error?.issues[0]?.message).toMatch(/^Give a URL without a name, password, query or fragment/);
  });

  test("limits on resources have defaults of their own, and none unless they are asked for", () => {
    expect(Plan.parse({ metrics: { resources: { memory: 1.5 } } }).metrics).toMatchObject({ resources: { cpu: 3, memory: 1.5, restarts: 0 } });
    expect(Plan.parse({}).metrics).not.toHaveProperty("resources");
  });

  test("sizes are counted: batches up, limits down", () => {
    const limits = resolvePlan(Plan.parse({ batches: ["10%"], maxUnavailable: "30%", maxFailures: "30%" }), 12);
    expect([limits.batches[0]?.size, limits.maxUnavailable, limits.maxFailures]).toEqual([2, 3, 3]);
  });
  test("a percentage that rounds to nothing becomes 1, but one written as 0 stays 0", () => {
    expect(resolvePlan(Plan.parse({ maxUnavailable: "25%" }), 3).maxUnavailable).toBe(1);
    expect(resolvePlan(Plan.parse({ maxUnavailable: "0%" }), 3).maxUnavailable).toBe(0);
  });
});

describe("names", () => {
  test.each(["", "<script>alert(1)</script>", "x".repeat(10_000), "a\u0000b", " "])("refuses %j", (name) =>
    expect(Name.safeParse(name).success).toBe(false),
  );
  test.each(["1.1", "Grüße 2", "feature/x"])("takes %j", (name) => expect(Name.safeParse(name).success).toBe(true));
});

describe("durations", () => {
  test.each([
    ["500ms", 500],
    ["90s", 90_000],
    ["1.5m", 90_000],
    ["2h", 7_200_000],
  ])("%s is %d ms", (text, ms) => expect(parseDuration(text)).toBe(ms));
  test.each(["", "-1", "5", "5 s", "1e3s", "400d"])("%j is none", (text) => expect(parseDuration(text)).toBeNull());
  test.each([
    [0, "0 s"],
    [400, "0.4 s"],
    [12_000, "12 s"],
    [125_000, "2 min 05 s"],
    [4_800_000, "1 h 20 min"],
  ])("%d ms reads %s", (ms, text) => expect(formatDuration(ms)).toBe(text));
});
