import { expect, test } from "vitest";
import type { MetricEvidence, ReleaseSample } from "#domain/metric.ts";
import { alignTraffic, pairPhases, shownVerdicts } from "./compare-figures.ts";

test("phases stand in the order of a rollout; one that only one of them had is there too", () => {
  const rows = pairPhases({
    a: [
      { phase: "preparing", batch: null, ms: 1 },
      { phase: "updating", batch: 1, ms: 2 },
      { phase: "watching", batch: null, ms: 3 },
    ],
    b: [
      { phase: "preparing", batch: null, ms: 4 },
      { phase: "updating", batch: 1, ms: 5 },
      { phase: "soaking", batch: 1, ms: 6 },
      { phase: "updating", batch: 12, ms: 7 },
      { phase: "rolling-back", batch: null, ms: 8 },
    ],
  });
  expect(rows.map(({ phase, batch, a, b }) => [phase, batch, a, b])).toEqual([
    ["preparing", null, 1, 4],
    ["updating", 1, 2, 5],
    ["soaking", 1, null, 6],
    ["updating", 12, null, 7],
    ["watching", null, 3, null],
    ["rolling-back", null, null, 8],
  ]);
});

test("the traffic of the later one is laid over that of the first from its start; other releases are left out", () => {
  const sample = (at: number, releaseId: string) => ({ at, widthMs: 10_000, releaseId, requests: 1 }) as ReleaseSample;
  const aligned = alignTraffic(
    {
      a: { samples: [sample(100_000, "v2"), sample(110_000, "v1")], releaseId: "v2", startedAt: 103_000 },
      b: { samples: [sample(900_000, "v3"), sample(910_000, "v3")], releaseId: "v3", startedAt: 902_000 },
    },
    10_000,
  );
  expect(aligned.map(({ releaseId, at }) => [releaseId, at])).toEqual([
    ["a", 103_000],
    ["b", 103_000],
    ["b", 113_000],
  ]);
});

test("a verdict that decided keeps its numbers, any other has those of the last second; without them what was recorded stays", () => {
  const evidence = (metric: string, state: string, lnE: number) => ({ metric, state, lnE }) as MetricEvidence;
  const recorded = { errors: evidence("errors", "bad", 9), traffic: evidence("traffic", "good", 1), old: evidence("old", "good", 2) };
  const shown = shownVerdicts(recorded, [evidence("errors", "good", 0), evidence("traffic", "insufficient", 4), evidence("new", "good", 5)]);
  expect(Object.values(shown).map(({ metric, state, lnE }) => [metric, state, lnE])).toEqual([
    ["errors", "bad", 9],
    ["traffic", "good", 4],
    ["old", "good", 2],
    ["new", "good", 5],
  ]);
});
