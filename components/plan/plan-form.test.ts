import { describe, expect, test } from "vitest";
import { lintPlan } from "#domain/engine/lint.ts";
import { Plan } from "#domain/plan.ts";
import { compactPlan, type PlanForm, parsePlan, readPlan, toPlanForm } from "./plan-form.ts";
import { planTemplates } from "./plan-templates.ts";

const blank = toPlanForm("Standard", {});
const withHook = (change: Partial<PlanForm["hooks"]["prepare"]>): PlanForm => ({
  ...blank,
  hooks: { ...blank.hooks, prepare: { ...blank.hooks.prepare, ...change } },
});
const withWindow = (change: Partial<PlanForm["windows"][number]>): PlanForm => ({
  ...blank,
  windows: [{ days: ["mon"], from: "09:00", to: "17:00", zone: "UTC", ...change }],
});
const withMetric = (change: Partial<PlanForm["metrics"]["custom"][number]>): PlanForm => ({
  ...blank,
  metrics: { ...blank.metrics, custom: [{ name: "", kind: "counts", bad: "", total: "", value: "", max: "", ...change }] },
});
const firstBatch = (change: Partial<PlanForm["batches"][number]>) => ({ ...blank, batches: [{ size: "1", soak: "", approval: false, ...change }] });

describe("every template goes through the form unchanged", () => {
  test.each(planTemplates)("$name", ({ name, plan }) => {
    const read = readPlan(toPlanForm(name, plan));
    expect(read.problems).toEqual([]);
    expect(read.name).toBe(name);
    expect(compactPlan(read.plan ?? Plan.parse({}))).toEqual(Plan.parse(plan));
  });

  test("and so does a plan that says everything", () => {
    const plan = Plan.parse({
      batches: [{ size: 1, soak: "2m", approval: true }, "12.5%"],
      maxUnavailable: 2,
      maxSurge: "10%",
      order: "zone-by-zone",
      retries: 0,
      onFailure: "pause",
      metrics: {
        alpha: 1e-6,
        ceiling: 0.05,
        smallestEffect: 1.5,
        onBlind: "proceed",
        latency: ["p50", "p99"],
        custom: [
          { name: "checkout", bad: 'sum(bad{release="{{release}}"})', total: 'sum(all{release="{{release}}"})' },
          { name: "queue", value: 'max(depth{release="{{release}}"})', max: 12.5 },
        ],
        resources: { cpu: 4, memory: 1.5, restarts: 2 },
      },
      rollback: { maxUnavailable: "50%" },
      hooks: {
        prepare: { command: ["/bin/backup", "--to", "a place"], timeout: "10m", onFailure: "continue" },
        finalize: { webhook: "https://example.org/check" },
      },
      windows: [{ days: ["mon", "fri"], from: "22:00", to: "04:00", zone: "Europe/Berlin" }],
      supersede: "queue",
    });
    expect(compactPlan(readPlan(toPlanForm("All", plan)).plan ?? Plan.parse({}))).toEqual(plan);
  });

  test("and the order of a label's values, spaces included", () => {
    const order = { label: "tier", values: ["canary", "far edge", "core"] };
    expect(readPlan(toPlanForm("Tiers", { order })).plan?.order).toEqual(order);
  });

  test("a plan without evidence stays without", () => {
    expect(readPlan(toPlanForm("Blind", { metrics: false })).plan?.metrics).toBe(false);
  });
});

describe("what cannot be meant is refused at its field, in a sentence", () => {
  const rows: readonly [string, PlanForm, string, RegExp][] = [
    ["batch 0", firstBatch({ size: "0" }), "batches.0.size", /at least 1 instance/],
    ["batch 0%", firstBatch({ size: "0%" }), "batches.0.size", /at least 1 instance/],
    ["batch 250%", firstBatch({ size: "250%" }), "batches.0.size", /percentage from "0%" to "100%"/],
    ["batch -1", firstBatch({ size: "-1" }), "batches.0.size", /0 or more/],
    ["half an instance", firstBatch({ size: "1.5" }), "batches.0.size", /whole number/],
    ["an empty batch", firstBatch({ size: "" }), "batches.0.size", /percentage|whole number/],
    ["a million instances", firstBatch({ size: "1000000" }), "batches.0.size", /at most 100,000/],
    ["no batch", { ...blank, batches: [] }, "batches", /at least one batch/],
    ["a batch's soak without unit", firstBatch({ soak: "90" }), "batches.0.soak", /90s/],
    ["soak -1", { ...blank, soak: "-1" }, "soak", /duration such as/],
    ["an endless soak", { ...blank, soak: "400d" }, "soak", /duration such as/],
    ["retries in words", { ...blank, retries: "two" }, "retries", /number/],
    ["eleven retries", { ...blank, retries: "11" }, "retries", /at most 10/],
    ["unavailable 250%", { ...blank, maxUnavailable: "250%" }, "maxUnavailable", /percentage/],
    ["a rollback of 250%", { ...blank, rollback: { maxUnavailable: "250%" } }, "rollback.maxUnavailable", /percentage/],
    ["a bound in words", { ...blank, metrics: { ...blank.metrics, alpha: "small" } }, "metrics.alpha", /number/],
    ["a bound above a half", { ...blank, metrics: { ...blank.metrics, alpha: "0.9" } }, "metrics.alpha", /at most 0.5/],
    ["a ceiling in words", { ...blank, metrics: { ...blank.metrics, ceiling: "high" } }, "metrics.ceiling", /./],
    [
      "memory in words",
      { ...blank, metrics: { ...blank.metrics, resources: { ...blank.metrics.resources, judged: true, memory: "double" } } },
      "metrics.resources.memory",
      /number of times/,
    ],
    ["an effect that is none", { ...blank, metrics: { ...blank.metrics, smallestEffect: "1" } }, "metrics.smallestEffect", /above 1/],
    [
      "a metric of no name",
      withMetric({ bad: 'a{release="{{release}}"}', total: 'b{release="{{release}}"}' }),
      "metrics.custom.0.name",
      /small letters/,
    ],
    ["a metric of no query", withMetric({ name: "queue", bad: 'a{release="{{release}}"}' }), "metrics.custom.0.total", /Write a query/],
    [
      "a number without a bound",
      withMetric({ name: "queue", kind: "value", value: 'q{release="{{release}}"}', max: "high" }),
      "metrics.custom.0.max",
      /number/,
    ],
    [
      "a query that names no release",
      withMetric({ name: "queue", bad: "up", total: 'a{release="{{release}}"}' }),
      "metrics.custom.0.bad",
      /Name the release/,
    ],
    [
      "queries of two stretches of time",
      withMetric({ name: "queue", bad: 'increase(a{release="{{release}}"}[{{window}}])', total: 'a{release="{{release}}"}' }),
      "metrics.custom.0.bad",
      /both queries or in none/,
    ],
    ["an order by no label", { ...blank, order: "label", orderValues: "a b" }, "orderLabel", /Name the label/],
    ["an order by no values", { ...blank, order: "label", orderLabel: "tier" }, "orderValues", /values in their order/],
    ["a command of nothing", withHook({ kind: "command" }), "hooks.prepare.command", /Name the program/],
    ["a webhook that is no URL", withHook({ kind: "webhook", webhook: "ftp://x" }), "hooks.prepare.webhook", /http or https/],
    ["a hook's timeout without unit", withHook({ kind: "command", command: "true", timeout: "5" }), "hooks.prepare.timeout", /duration/],
    ["a window on no day", withWindow({ days: [] }), "windows.0.days", /at least one day/],
    ["a window from noon", withWindow({ from: "noon" }), "windows.0.from", /time of day/],
    ["a window in no zone", withWindow({ zone: "Mars/Olympus" }), "windows.0.zone", /IANA time zone/],
    ["no name", { ...blank, name: " " }, "name", /Give a name/],
    ["a name of 10,000 characters", { ...blank, name: "n".repeat(10_000) }, "name", /at most 64 characters/],
    ["a name that is markup", { ...blank, name: "<script>alert(1)</script>" }, "name", /Start with a letter or a digit/],
  ];
  test.each(rows)("%s", (_, form, field, message) => {
    const { problems } = readPlan(form);
    expect(problems.map((problem) => problem.field)).toEqual([field]);
    expect(problems[0]?.severity).toBe("error");
    expect(problems[0]?.message).toMatch(message);
    expect(problems[0]?.message).toMatch(/^[A-Z"].*[.]$/);
  });

  test("several mistakes are all named", () => {
    const { problems, plan } = readPlan({ ...firstBatch({ size: "0" }), name: "", soak: "-1" });
    expect(problems.map((problem) => problem.field).toSorted()).toEqual(["batches.0.size", "name", "soak"]);
    expect(plan).toBeNull();
  });
});

describe("what is written correctly but cannot work is refused by lint", () => {
  const fleet = { desired: 12, canSurge: false };
  const errors = (form: PlanForm) => lintPlan(readPlan(form).plan ?? Plan.parse({}), fleet).filter((finding) => finding.severity === "error");

  test("both limits 0", () => {
    const found = errors({ ...blank, maxUnavailable: "0", maxSurge: "0%" });
    expect(found.map((finding) => finding.field)).toContain("maxUnavailable");
  });

  test("a deadline before the instance could be healthy", () => {
    const found = errors({ ...blank, minHealthyTime: "30s", healthyDeadline: "20s" });
    expect(found.map((finding) => finding.field)).toContain("healthyDeadline");
  });
});

describe("text that is pasted", () => {
  test("a field that no plan has is named", () => {
    expect(parsePlan({ bathces: [1] }).problems).toEqual([{ severity: "error", field: "bathces", message: expect.stringContaining('"bathces"') }]);
  });

  test.each([[null], [[]], ["plan"], [{ batches: "1" }], [{ batches: [{ soak: "5s" }] }]])("%j is refused, not thrown at", (value) => {
    expect(parsePlan(value).plan).toBeNull();
    expect(parsePlan(value).problems.length).toBeGreaterThan(0);
  });

  test("spaces around a value do not matter", () => {
    const { plan, problems } = readPlan({ ...firstBatch({ size: " 25 % ", soak: " 5s " }), soak: " 90s" });
    expect(problems).toEqual([]);
    expect(plan?.batches).toEqual([{ size: "25%", soak: "5s" }]);
    expect(plan?.soak).toBe("90s");
  });
});
