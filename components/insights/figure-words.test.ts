import { describe, expect, test } from "vitest";
import type { Insights } from "#domain/insights/insights.ts";
import { describeChangeFailure, describeExposure, describeFrequency, describeGates, describeSpread, formatMultiple } from "./figure-words.ts";

const insights = (part: Partial<Record<keyof Insights, unknown>>) => part as unknown as Insights;

describe("a spread", () => {
  test("tells its median and where nine in ten are", () => {
    expect(describeSpread({ spread: { count: 7, median: 90_000, p90: 240_000 }, rows: [] })).toEqual({
      value: "1 min 30 s",
      note: "median of 7; 9 of 10 within 4 min",
    });
    expect(describeSpread({ spread: { count: 1, median: 1.234, p90: 1.234 }, rows: [] }, formatMultiple)).toEqual({
      value: "1.2×",
      note: "one rollout",
    });
  });
  test("of nothing is a dash, not a zero", () => {
    expect(describeSpread({ spread: null, rows: [] }).value).toBe("–");
  });
});

test.each([
  [0.5, "0.5 a week"],
  [3, "3 a week"],
  [21, "3 a day"],
])("%s a week reads %s", (perWeek, value) => {
  expect(describeFrequency(insights({ frequency: { perWeek, rows: [] } })).value).toBe(value);
});

test("a share of no change is a dash", () => {
  expect(describeChangeFailure(insights({ changeFailure: { failed: 0, of: 0 } })).value).toBe("–");
  expect(describeChangeFailure(insights({ changeFailure: { failed: 1, of: 8 } }))).toEqual({ value: "13 %", note: "1 of 8 changes" });
});

test("exposure says of how many nothing is known", () => {
  const told = (exposure: object) => describeExposure(insights({ exposure }));
  expect(told({ failed: 12, requests: 3_400, unknown: 2, rows: [1] }).note).toBe("of 3,400 that they served; of 2 more no samples are kept");
  expect(told({ failed: 0, requests: 0, unknown: 2, rows: [] })).toEqual({ value: "–", note: "of 2 no samples are kept" });
});

test("gates tell what stood and what was overridden, and how that went", () => {
  const told = (gates: object) => describeGates(insights({ gates })).note;
  expect(told({ trips: 5, overridden: 2, overriddenAndWell: 1 })).toBe("3 stood, 2 overridden, 1 of them went well");
  expect(told({ trips: 1, overridden: 0, overriddenAndWell: 0 })).toBe("1 stood, 0 overridden");
});
