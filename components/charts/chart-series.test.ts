import { expect, test } from "vitest";
import type { ReleaseSample } from "#domain/metric.ts";
import { busiestReleases, largest, POINTS_MAX, toRows } from "./chart-series.ts";

const sample = (releaseId: string, at: number, change: Partial<ReleaseSample> = {}): ReleaseSample => ({
  releaseId,
  at,
  widthMs: 1_000,
  requests: 100,
  failed: 0,
  cut: 0,
  latencyMsP50: 5,
  latencyMsP95: 8,
  latencyMsP99: 9,
  ...change,
});
const rowsOf = (samples: ReleaseSample[], from = 0, until = 1e9) => toRows({ samples, oldReleaseId: "v1", newReleaseId: "v2", from, until });

test("both releases stand in one row for each moment, each in its own unit", () => {
  const rows = rowsOf([sample("v2", 1_000, { requests: 20, failed: 1, latencyMsP99: 40 }), sample("v1", 1_000), sample("v3", 1_000)]);
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({ at: 1_000, oldRate: 100, newRate: 20, oldError: 0, newError: 5, newP99: 40 });
});

test("requests are told for one second, whatever the bucket is", () => {
  expect(rowsOf([sample("v1", 0, { widthMs: 5_000, requests: 1_500 })])[0]?.oldRate).toBe(300);
});

test("a release without traffic is a gap, not zero latency", () => {
  const rows = rowsOf([sample("v1", 1_000), sample("v2", 1_000, { requests: 0, latencyMsP50: null, latencyMsP95: null, latencyMsP99: null })]);
  expect(rows[0]).toMatchObject({ newRate: 0, newError: null, newP50: null });
  expect(rowsOf([sample("v1", 1_000)])[0]).toMatchObject({ newRate: null, newError: null });
});

test("what an instance takes is a line of its own, and a gap where nobody knows", () => {
  const usage = { cpu: 0.23, memoryBytes: 84e6, restarts: 0 };
  const [row] = rowsOf([sample("v1", 1_000), sample("v2", 1_000, { usage })]);
  expect(row).toMatchObject({ oldCpu: null, oldMemory: null, newCpu: 0.23, newMemory: 84e6 });
});

test("lost seconds break the lines", () => {
  const rows = rowsOf([sample("v1", 1_000), sample("v1", 2_000), sample("v1", 9_000)]);
  expect(rows.map((row) => [row.at, row.oldRate])).toEqual([
    [1_000, 100],
    [2_000, 100],
    [3_000, null],
    [9_000, 100],
  ]);
});

test("the error rate adds up five seconds of counts, not five rates", () => {
  const rows = rowsOf([
    sample("v2", 1_000, { requests: 10, failed: 10 }),
    sample("v2", 2_000, { requests: 90, failed: 0 }),
    sample("v2", 5_000, { requests: 100, failed: 0 }),
    sample("v2", 6_000, { requests: 100, failed: 0 }),
  ]).filter((row) => row.newError !== null);
  expect(rows.map((row) => row.newError)).toEqual([100, 10, 5, 0]);
});

test("what is outside the window and beyond the limit of points is left out", () => {
  expect(rowsOf([sample("v1", 1_000), sample("v1", 2_000), sample("v1", 3_000)], 1_500, 2_500).map((row) => row.at)).toEqual([2_000]);
  const many = Array.from({ length: POINTS_MAX + 50 }, (_, second) => sample("v1", second * 1_000));
  expect(rowsOf(many)).toHaveLength(POINTS_MAX);
  expect(rowsOf(many)[0]?.at).toBe(50_000);
});

test("the largest value of the drawn lines sets the axis", () => {
  expect(largest(rowsOf([sample("v1", 1_000, { latencyMsP99: 70 }), sample("v2", 2_000)]), ["oldP99", "newP99"])).toBe(70);
});

test("releases in order of their traffic", () => {
  expect(busiestReleases([sample("v1", 0, { requests: 3 }), sample("v2", 0, { requests: 5 })])).toEqual(["v2", "v1"]);
});
