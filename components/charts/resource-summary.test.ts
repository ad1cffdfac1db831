import { expect, test } from "vitest";
import type { ReleaseSample, Usage } from "#domain/metric.ts";
import { summarizeResources } from "./resource-summary.ts";

const sample = (releaseId: string, at: number, usage: Usage | null): ReleaseSample => ({
  releaseId,
  at,
  widthMs: 5_000,
  requests: 0,
  failed: 0,
  cut: 0,
  latencyMsP50: null,
  latencyMsP95: null,
  latencyMsP99: null,
  usage,
});
const old = { releaseId: "v1", name: "1.0" };
const fresh = { releaseId: "v2", name: "1.1" };

test("tells the newest mean that is known, the new release first, and all restarts of the time shown", () => {
  const samples = [
    sample("v1", 0, { cpu: 0.1, memoryBytes: 84e6, restarts: 1 }),
    sample("v2", 5_000, { cpu: 0.23, memoryBytes: 210e6, restarts: 2 }),
    sample("v2", 10_000, { cpu: null, memoryBytes: null, restarts: 1 }),
    sample("v2", 20_000, { cpu: 9, memoryBytes: 9e9, restarts: 9 }),
  ];
  expect(summarizeResources(samples, [fresh, old], 15_000)).toEqual({
    cpu: "1.1: 0.23 cores · 1.0: 0.10 cores",
    memory: "1.1: 210 MB · 1.0: 84 MB",
    restarts: [
      { name: "1.1", count: 3 },
      { name: "1.0", count: 1 },
    ],
  });
});

test("is nothing where no source knows, and speaks of one release where only that is there", () => {
  expect(summarizeResources([sample("v1", 0, null)], [fresh, old], 1_000)).toBeNull();
  const one = summarizeResources([sample("v1", 0, { cpu: 0, memoryBytes: 50e6, restarts: 0 })], [fresh, old], 1_000);
  expect(one).toEqual({ cpu: "1.0: 0.00 cores", memory: "1.0: 50 MB", restarts: [{ name: "1.0", count: 0 }] });
});
