import { expect, test } from "vitest";
import type { ArmCount, MetricName } from "../metric.ts";
import { countText, formatCores, formatMs, metricText } from "./words.ts";

const count: ArmCount = { failed: 22.4, total: 1_000 };

test.each<[MetricName, number | null, string, string]>([
  ["errors", null, "errors", "failed 22 of 1,000 requests"],
  ["latency-p99.9", 812.4, "latency p99.9", "took longer than 812 ms for 22 of 1,000 requests"],
  ["latency-p50", 1_234, "latency p50", "took longer than 1,234 ms for 22 of 1,000 requests"],
  ["traffic", null, "the share of traffic", "gave no answer in 22 of 1,000 seconds of an instance"],
  ["custom-failed-refunds", null, "failed-refunds", "had 22 of 1,000 bad"],
])("%s", (metric, thresholdMs, name, sentence) => {
  expect(metricText(metric)).toBe(name);
  expect(countText({ metric, thresholdMs }, count)).toBe(sentence);
});

test.each([
  [0.4321, "0.43 ms"],
  [9.94, "9.9 ms"],
  [10, "10 ms"],
  [1_499.6, "1,500 ms"],
])("%d is %s", (ms, text) => {
  expect(formatMs(ms)).toBe(text);
});

test.each([
  [0, "0.00 cores"],
  [0.0042, "0.004 cores"],
  [0.0096, "0.01 cores"],
  [0.0104, "0.01 cores"],
  [12.46, "12.5 cores"],
])("%d cores are %s", (cores, text) => {
  expect(formatCores(cores)).toBe(text);
});
