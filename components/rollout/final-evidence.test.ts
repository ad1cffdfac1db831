import { expect, test } from "vitest";
import type { MetricEvidence } from "#domain/metric.ts";
import { finalEvidence } from "./final-evidence.ts";

const recorded = (state: MetricEvidence["state"]): MetricEvidence => ({
  metric: "errors",
  state,
  lnE: 0,
  lnThreshold: 7,
  intervals: 1,
  old: { failed: 0, total: 10 },
  new: { failed: 0, total: 1 },
  comparison: "old-release",
  shownHarmless: false,
  thresholdMs: null,
  unit: "slots",
  at: 0,
});
const last: MetricEvidence = { ...recorded("good"), lnE: -0.4, old: { failed: 2, total: 550 }, new: { failed: 0, total: 50 } };

test("a verdict that never decided is shown as the last interval left it", () => {
  expect(finalEvidence(recorded("insufficient"), last)).toEqual({ ...last, state: "insufficient" });
});

test.each(["bad", "overridden"] as const)("%s keeps the numbers it was decided on", (state) => {
  expect(finalEvidence(recorded(state), last)).toEqual(recorded(state));
});

test("nothing is invented where nothing was stored", () => {
  expect(finalEvidence(null, last)).toBeNull();
  expect(finalEvidence(recorded("good"), null)).toEqual(recorded("good"));
});

test("counts never shrink when intervals are gone", () => {
  expect(finalEvidence({ ...recorded("good"), old: { failed: 9, total: 90_000 } }, last)?.old).toEqual({ failed: 9, total: 90_000 });
});
