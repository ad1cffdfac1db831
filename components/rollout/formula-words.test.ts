import { describe, expect, test } from "vitest";
import { Metrics } from "#domain/plan.ts";
import { describeFormula, describeUnit } from "./formula-words.ts";

const metrics = Metrics.parse({});
const told = { comparison: "old-release", unit: "slots" } as const;

describe("the formula in words carries the plan's numbers", () => {
  test("errors, with the margin", () => {
    const text = describeFormula({ ...told, metric: "errors" }, metrics);
    expect(text).toContain("“at most 1.1 times the old rate plus 0.01 %”");
    expect(text).toContain("Eight bets, from 1.5 to 1,000 times that");
  });

  test("frequent events have three bets", () => {
    expect(describeFormula({ ...told, metric: "latency-p90" }, metrics)).toContain("Three bets, from 1.5 to 10 times that");
  });

  test("the share of traffic has a margin of its own", () => {
    expect(describeFormula({ ...told, metric: "traffic" }, metrics)).toContain("“at most 1.5 times the old rate plus 10 %”");
  });

  test("the ceiling is a bound, written or not", () => {
    expect(describeFormula({ ...told, metric: "errors", comparison: "ceiling" }, { ...metrics, ceiling: 0.05 })).toContain("a bound: 5 %.");
    expect(describeFormula({ ...told, metric: "errors", comparison: "ceiling" }, metrics)).toContain("at least 1 %");
  });
});

test("what is counted differs by metric and source", () => {
  expect(describeUnit({ ...told, metric: "errors" })).toContain("at least one failed request");
  expect(describeUnit({ ...told, metric: "errors" })).toContain("divided by the length of such runs");
  expect(describeUnit({ ...told, metric: "latency-p99" })).toContain("at least one slow answer");
  expect(describeUnit({ ...told, metric: "latency-p50" })).toContain("one trial");
  expect(describeUnit({ ...told, metric: "errors", unit: "raw" })).toContain("weaker");
});
