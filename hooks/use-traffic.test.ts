import { expect, test } from "vitest";
import type { ReleaseSample } from "#domain/metric.ts";
import { wholeBuckets } from "./use-traffic.ts";

const sample = (releaseId: string, at: number): ReleaseSample => ({
  releaseId,
  at,
  widthMs: 5_000,
  requests: 1_500,
  failed: 0,
  cut: 0,
  latencyMsP50: 5,
  latencyMsP95: 8,
  latencyMsP99: 9,
});

test("the newest bucket is not drawn, of neither release", () => {
  const samples = [sample("v1", 0), sample("v1", 5_000), sample("v2", 5_000), sample("v1", 10_000), sample("v2", 10_000)];
  expect(wholeBuckets(samples)).toEqual(samples.slice(0, 3));
  expect(wholeBuckets([])).toEqual([]);
});
