import { expect, test } from "vitest";
import type { ReleaseSample } from "#domain/metric.ts";
import { armNow, summarize } from "./chart-summary.ts";

const sample = (releaseId: string, at: number, change: Partial<ReleaseSample> = {}): ReleaseSample => ({
  releaseId,
  at,
  widthMs: 1_000,
  requests: 100,
  failed: 0,
  cut: 0,
  latencyMsP50: 5,
  latencyMsP95: 100,
  latencyMsP99: 200,
  ...change,
});

test("counts are added over ten seconds; the percentile is the newest there is", () => {
  const samples = [
    sample("v1", 0, { failed: 100 }),
    sample("v1", 20_000, { latencyMsP99: 150 }),
    sample("v1", 21_000, { requests: 100, failed: 2, latencyMsP99: null }),
  ];
  expect(armNow(samples, "v1", "1.0", 30_000)).toEqual({ name: "1.0", perSecond: 100, errorPercent: 1, latencyMsP99: 150 });
});

test("a release that served nothing is not spoken of", () => {
  expect(armNow([sample("v1", 0)], "v2", "1.1", 1_000)).toBeNull();
  expect(summarize(null, null)).toEqual({
    requests: "No requests.",
    errors: "Nothing ended, so nothing failed.",
    latency: "No latency to tell.",
  });
});

test("the new release goes first, with its change against the old", () => {
  const old = { name: "1.0", perSecond: 275, errorPercent: 0, latencyMsP99: 200 };
  const fresh = { name: "1.1", perSecond: 25, errorPercent: 2.04, latencyMsP99: 208 };
  expect(summarize(old, fresh)).toEqual({
    requests: "1.1: 25/s · 1.0: 275/s",
    errors: "1.1: 2 % · 1.0: 0 %",
    latency: "1.1: p99 208 ms · 1.0: p99 200 ms (+4 %)",
  });
  expect(summarize(old, { ...fresh, latencyMsP99: 4_232 }).latency).toMatch(/\(\+2,016 %\)$/);
});
