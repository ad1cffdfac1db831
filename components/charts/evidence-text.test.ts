import { describe, expect, test } from "vitest";
import type { Effect } from "#domain/evidence/effect.ts";
import type { MetricEvidence } from "#domain/metric.ts";
import {
  describeCounted,
  filledOf,
  formatArmCount,
  formatArmRate,
  formatEffect,
  formatFactor,
  formatGauge,
  labelEvidence,
  metricLabel,
} from "./evidence-text.ts";

describe("the state of a metric in a word", () => {
  const rows: [string, MetricEvidence["state"], number, boolean, string, string][] = [
    ["good, with nothing against it", "good", 0.3, false, "Leaning good", "ok"],
    ["good, and shown", "good", 0.02, true, "Shown harmless", "ok"],
    ["good, but leaning", "good", 4, true, "Leaning bad", "neutral"],
    ["good, but leaning hard", "good", 40, false, "Leaning bad", "warn"],
    ["too little seen", "insufficient", 1.2, false, "Too little seen", "neutral"],
    ["too little seen, and yet it speaks", "insufficient", 40, false, "Leaning bad", "warn"],
    ["bad stays bad, whatever the value is", "bad", 0.1, false, "Bad", "bad"],
    ["blind", "blind", 40, true, "Blind", "warn"],
    ["overridden", "overridden", 4_000, false, "Overridden", "warn"],
  ];
  test.each(rows)("%s", (_name, state, factor, shownHarmless, label, tone) => {
    expect(labelEvidence({ state, lnE: Math.log(factor), shownHarmless })).toEqual({ label, tone });
  });
});

test.each([
  [Math.log(0.5), 0],
  [0, 0],
  [Math.log(1_000) / 2, 0.5],
  [Math.log(1_000), 1],
  [Math.log(1e9), 1],
])("ln E of %f fills %f of the log scale", (lnE, filled) => {
  expect(filledOf(lnE, Math.log(1_000))).toBeCloseTo(filled, 9);
});

test("factors as people read them", () => {
  expect([0.01, 0.34, 1, 9.94, 9.99, 12.4, 1_000, 1e6, 1e7].map((value) => formatFactor(Math.log(value)))).toEqual([
    "below 0.1×",
    "0.3×",
    "1.0×",
    "9.9×",
    "10×",
    "12×",
    "1,000×",
    "1,000,000×",
    "more than 1,000,000×",
  ]);
});

test("an arm as a rate and as counts", () => {
  expect(formatArmRate({ failed: 9, total: 9_000 })).toBe("0.1\u00a0%");
  expect(formatArmCount({ failed: 9, total: 9_000 })).toBe("9 of 9,000");
  expect(formatArmRate({ failed: 0, total: 0 })).toBe("–");
  expect(formatArmCount({ failed: 0, total: 0 })).toBe("nothing yet");
});

test("a plain number has words of its own", () => {
  const gauge = { value: 12.3456, max: 10_000 };
  const label = (state: MetricEvidence["state"]) => labelEvidence({ state, lnE: 0, shownHarmless: false, gauge }).label;
  expect((["good", "over", "insufficient", "blind"] as const).map(label)).toEqual(["Within its bound", "Above its bound", "No value yet", "Blind"]);
  expect(describeCounted({ metric: "custom-queue", thresholdMs: null, gauge })).toBe("a number, at most 10,000");
  expect([formatGauge(gauge.value), formatGauge(0.00012), formatGauge(null)]).toEqual(["12.35", "0.00012", "–"]);
});

test("metrics by name, and what is counted", () => {
  expect((["errors", "latency-p99.9", "traffic", "custom-checkout"] as const).map(metricLabel)).toEqual([
    "Errors",
    "Latency p99.9",
    "Share of traffic",
    "checkout",
  ]);
  expect(describeCounted({ metric: "latency-p99", thresholdMs: 23.04 })).toBe("slower than 23 ms");
  expect(describeCounted({ metric: "traffic", thresholdMs: null })).toBe("seconds without an answer");
});

test.each<[string, Effect | null, string]>([
  ["both ends known", { ratio: 2.1, low: 0.81, high: 5.3 }, "2.1× (0.8 to 5.3)"],
  ["no upper end", { ratio: 12, low: 4.4, high: null }, "12× (over 4.4)"],
  ["no lower end", { ratio: 0.4, low: 0, high: 1.9 }, "0.4× (under 1.9)"],
  ["nothing ruled out", { ratio: 1.3, low: 0, high: null }, "1.3× (open)"],
  ["no event on the old release", { ratio: null, low: 6, high: null }, "over 6.0×"],
  ["no event at all", { ratio: null, low: 0, high: null }, "–"],
  ["no rate of two arms", null, "–"],
])("an effect with %s", (_name, effect, text) => {
  expect(formatEffect(effect)).toBe(text);
});
