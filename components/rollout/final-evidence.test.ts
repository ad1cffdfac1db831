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
  at: 0,
});
const interval = { lnE: -0.4, oldFailed: 1, oldTotal: 275, newFailed: 0, newTotal: 25 };

test("a verdict that never decided is shown as the last interval left it", () => {
  const final = finalEvidence(recorded("insufficient"), [{ ...interval, lnE: -0.1 }, interval]);
  expect(final).toMatchObject({ state: "insufficient", lnE: -0.4, old: { failed: 2, total: 550 }, new: { failed: 0, total: 50 } });
});

test.each(["bad", "overridden"] as const)("%s keeps the numbers it was decided on", (state) => {
  expect(finalEvidence(recorded(state), [interval])).toEqual(recorded(state));
});

test("nothing is invented where nothing was stored", () => {
  expect(finalEvidence(null, [interval])).toBeNull();
  expect(finalEvidence(recorded("good"), [])).toEqual(recorded("good"));
});

test("counts never shrink when the oldest intervals are gone", () => {
  expect(finalEvidence({ ...recorded("good"), old: { failed: 9, total: 90_000 } }, [interval])?.old).toEqual({ failed: 9, total: 90_000 });
});
