import type { MetricEvidence } from "#domain/metric.ts";
import type { JudgedMetric, WholeEvidence } from "./whole-evidence.ts";

export function evidenceOf(change: Partial<MetricEvidence> = {}): MetricEvidence {
  return {
    metric: "errors",
    state: "good",
    lnE: Math.log(0.4),
    lnThreshold: Math.log(2_000),
    intervals: 12,
    old: { failed: 9, total: 9_000 },
    new: { failed: 1, total: 1_000 },
    comparison: "old-release",
    shownHarmless: false,
    thresholdMs: null,
    unit: "slots",
    at: 0,
    ...change,
  };
}

/** Metrics under a bound of one in a thousand, of which the sum is `factor`. */
export function wholeOf(metrics: readonly MetricEvidence[], factor: number): WholeEvidence {
  return {
    lnThreshold: Math.log(1_000),
    lnSum: Math.log(factor),
    metrics: metrics.map((evidence): JudgedMetric => ({ evidence, effect: null, weight: 0.1, override: null })),
    unjudged: [],
    points: [],
    decidesInMs: null,
  };
}
