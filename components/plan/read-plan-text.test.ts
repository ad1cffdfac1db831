import { describe, expect, test } from "vitest";
import { Plan } from "#domain/plan.ts";
import { formatPlan, readPlanText } from "./read-plan-text.ts";

const plan = Plan.parse({ batches: [1, "25%"], soak: "30s", metrics: { warmUp: "5s" } });

describe("a plan as text", () => {
  test("comes back as it was written", () => expect(readPlanText(formatPlan(plan))).toEqual({ plan, error: null }));

  test("may be JSON", () =>
    expect(readPlanText('{"batches": [1, "25%"], "soak": "30s", "metrics": {"warmUp": "5s"}}')).toEqual({ plan, error: null }));

  test("tells where it stops being YAML", () => {
    const { plan: none, error } = readPlanText("batches: [1, 2\nsoak: 30s");
    expect(none).toBeNull();
    expect(error).toMatch(/^This is not YAML yet: .*line \d/);
  });

  test("names the field that is wrong", () => expect(readPlanText("soak: soon").error).toMatch(/soak/i));

  test.each([
    ["an alias, which could make a short text a huge plan", "batches: &a [1]\nhooks: *a"],
    ["nothing", ""],
    ["a list", "- 1"],
  ])("is not %s", (_, text) => {
    const { plan: none, error } = readPlanText(text);
    expect(none).toBeNull();
    expect(error).not.toBeNull();
  });

  test("has an end", () => expect(readPlanText("#".repeat(100_001)).error).toContain("longer than 100,000"));
});
