import { describe, expect, test } from "vitest";
import type { MetricEvidence } from "#domain/metric.ts";
import { formatArm, formatFactor, readEvidence } from "./evidence-text.ts";

const evidence = (change: Partial<MetricEvidence> = {}): MetricEvidence => ({
  metric: "errors",
  state: "good",
  lnE: Math.log(1.8),
  lnThreshold: Math.log(1_000),
  intervals: 12,
  old: { failed: 9, total: 9_000 },
  new: { failed: 2, total: 1_000 },
  comparison: "old-release",
  shownHarmless: false,
  thresholdMs: null,
  unit: "slots",
  at: 0,
  ...change,
});

describe("the reading", () => {
  test.each([
    ["good, leaning", evidence(), "Leaning good", "1.8×: not enough to act (needs 1,000×)"],
    ["good, shown", evidence({ shownHarmless: true, lnE: Math.log(0.02) }), "Shown harmless", "below 0.1×: shown not to be much worse"],
    ["bad", evidence({ state: "bad", lnE: Math.log(4_200) }), "Bad", "4,200×: the new release fails more often (acts at 1,000×)"],
    ["insufficient", evidence({ state: "insufficient" }), "Too little traffic", "1.8×: too few requests to tell (acts at 1,000×)"],
    ["blind", evidence({ state: "blind" }), "Blind", "The metrics source is silent: nothing is judged, and nothing counts as good."],
    ["overridden", evidence({ state: "overridden", lnE: Math.log(4_200) }), "Overridden", "4,200×: overridden by a person, does not act any more"],
  ])("%s", (_name, given, label, text) => {
    expect(readEvidence(given, false)).toMatchObject({ label, text });
  });

  test("off and not yet are two different things", () => {
    expect(readEvidence(null, true).label).toBe("Off");
    expect(readEvidence(null, false).label).toBe("Nothing yet");
  });
});

test.each([
  [Math.log(0.5), 0],
  [0, 0],
  [Math.log(1_000) / 2, 0.5],
  [Math.log(1_000), 1],
  [Math.log(1e9), 1],
])("ln E of %f fills %f of the log scale", (lnE, filled) => {
  expect(readEvidence(evidence({ lnE }), false).filled).toBeCloseTo(filled, 9);
});

test("factors as people read them", () => {
  expect([0.01, 0.34, 1, 9.94, 12.4, 1_000, 1e7].map((value) => formatFactor(Math.log(value)))).toEqual([
    "below 0.1×",
    "0.3×",
    "1.0×",
    "9.9×",
    "12×",
    "1,000×",
    "more than 1,000,000×",
  ]);
});

test("an arm in counts and percent", () => {
  expect(formatArm({ failed: 9, total: 9_000 })).toBe("9 of 9,000 failed (0.1 %)");
  expect(formatArm({ failed: 0, total: 0 })).toBe("no requests yet");
});
