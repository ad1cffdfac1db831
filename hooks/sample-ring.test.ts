import { expect, test } from "vitest";
import type { ReleaseSample } from "#domain/metric.ts";
import { addSamples, RING_WINDOW_MS } from "./sample-ring.ts";

const sample = (releaseId: string, at: number, requests = 1): ReleaseSample => ({
  releaseId,
  at,
  widthMs: 1_000,
  requests,
  failed: 0,
  cut: 0,
  latencyMsP50: 5,
  latencyMsP95: 8,
  latencyMsP99: 9,
});

test("samples of several releases stand in order of time", () => {
  const ring = addSamples([sample("v1", 2_000)], [sample("v2", 1_000), sample("v1", 3_000)]);
  expect(ring.map(({ releaseId, at }) => [releaseId, at])).toEqual([
    ["v2", 1_000],
    ["v1", 2_000],
    ["v1", 3_000],
  ]);
});

test("a backfill that repeats a second replaces it and doubles nothing", () => {
  const ring = addSamples([sample("v1", 1_000, 3)], [sample("v1", 1_000, 7)]);
  expect(ring).toHaveLength(1);
  expect(ring[0]?.requests).toBe(7);
});

test("what is older than the window is forgotten", () => {
  const ring = addSamples([sample("v1", 1_000), sample("v1", 2_000)], [sample("v1", 1_000 + RING_WINDOW_MS)]);
  expect(ring.map(({ at }) => at)).toEqual([2_000, 1_000 + RING_WINDOW_MS]);
});

test("nothing new is the same ring", () => {
  const ring = [sample("v1", 1_000)];
  expect(addSamples(ring, [])).toBe(ring);
});
