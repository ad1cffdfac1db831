import { describe, expect, test } from "vitest";
import type { RolloutRecord } from "../history/record.ts";
import type { RolloutSummary } from "../live.ts";
import type { FinishedRollout } from "./finished.ts";
import { computeInsights } from "./insights.ts";
import { spreadOf } from "./spread.ts";

const weekMs = 7 * 86_400_000;

interface Told {
  readonly summary?: Partial<RolloutSummary>;
  readonly record?: Partial<RolloutRecord>;
  readonly endedAt?: number;
  readonly rest?: Partial<FinishedRollout>;
}

let number = 0;
/** A change that succeeded: started at 0, met at 1 s, rolled out at 8 s, ended at 10 s. */
function finished({ summary, record, endedAt = 10_000, rest }: Told = {}): FinishedRollout {
  number += 1;
  return {
    summary: {
      rolloutId: `r${number}`,
      fleetId: "f1",
      fleetName: "shop",
      kind: "rollout",
      status: "succeeded",
      releaseName: `1.${number}`,
      startedAt: 0,
      ...summary,
    } as RolloutSummary,
    endedAt,
    record: { pauses: 0, trips: [], phases: [], failedAttempts: {}, exposedAt: 1_000, rolledOutAt: 8_000, turnedBack: null, ...record },
    predictedMs: null,
    releaseRecordedAt: null,
    takenBack: null,
    served: null,
    ...rest,
  };
}

const turnedBack = (at: number, cause: "evidence" | "failures" = "evidence") => ({ at, cause, message: "" });
const rolledBack = (told: Told = {}) =>
  finished({
    ...told,
    summary: { status: "rolled-back", ...told.summary },
    record: { rolledOutAt: null, turnedBack: turnedBack(4_000), ...told.record },
  });

test("quantiles are of the values themselves", () => {
  expect(spreadOf([])).toBeNull();
  expect(spreadOf([7])).toEqual({ count: 1, median: 7, p90: 7 });
  expect(spreadOf([10, 1, 2, 3, 4, 5, 6, 7, 8, 9])).toEqual({ count: 10, median: 5, p90: 9 });
});

describe("what counts as a change", () => {
  const { changeFailure, frequency } = computeInsights(
    [
      finished(),
      rolledBack(),
      finished({ summary: { status: "failed" } }),
      finished({ rest: { takenBack: { rolloutId: "x", startedAt: 20_000, endedAt: 26_000, restored: true } } }),
      finished({ summary: { status: "cancelled" } }),
      finished({ summary: { status: "superseded" } }),
      finished({ summary: { kind: "rollback" } }),
      finished({ summary: { status: "failed" }, record: { exposedAt: null } }),
    ],
    2 * weekMs,
  );
  test("failed, turned back or taken back is a failure; stopped by a person, replaced, a rollback, or without any instance touched is no change", () => {
    expect(changeFailure).toMatchObject({ failed: 3, of: 4 });
  });
  test("deployments are those that succeeded, also when taken back later, by the week", () => {
    expect(frequency.perWeek).toBe(1);
    expect(frequency.rows).toHaveLength(2);
  });
});

test("lead time runs from the record of a release to its last batch, once for each release on each fleet", () => {
  const recorded = { releaseRecordedAt: 2_000 };
  const { leadTime } = computeInsights(
    [
      finished({ summary: { releaseName: "2.0" }, rest: recorded }),
      finished({ summary: { releaseName: "2.0" }, endedAt: 90_000, record: { rolledOutAt: 88_000 }, rest: recorded }),
      finished({ summary: { releaseName: "2.0", fleetId: "f2" }, record: { rolledOutAt: 12_000 }, rest: recorded }),
      finished(),
    ],
    weekMs,
  );
  expect(leadTime.rows.map(({ value }) => value)).toEqual([10_000, 6_000]);
});

test("it is restored from the decision on and detected until it; what never came back is in neither, or only detected", () => {
  const { restore, detect } = computeInsights(
    [
      rolledBack(),
      rolledBack({ summary: { status: "rollback-failed" } }),
      finished({ rest: { takenBack: { rolloutId: "x", startedAt: 61_000, endedAt: 70_000, restored: true } } }),
      finished({ rest: { takenBack: { rolloutId: "y", startedAt: 31_000, endedAt: null, restored: false } } }),
      finished({ summary: { status: "failed" } }),
    ],
    weekMs,
  );
  expect(restore.rows.map(({ value }) => value)).toEqual([9_000, 6_000]);
  expect(detect.rows.map(({ value }) => value)).toEqual([60_000, 30_000, 3_000, 3_000]);
});

test("exposure adds up what is known, and says of how many it is not", () => {
  const { exposure } = computeInsights(
    [
      rolledBack({ rest: { served: { requests: 100, failed: 7 } } }),
      rolledBack({ rest: { served: { requests: 50, failed: 0 } } }),
      rolledBack(),
      finished(),
      finished({ summary: { status: "failed" } }),
    ],
    weekMs,
  );
  expect(exposure).toMatchObject({ failed: 7, requests: 150, unknown: 1 });
});

test("a prediction is told as a multiple, of changes that succeeded and were predicted", () => {
  const { prediction } = computeInsights(
    [finished({ rest: { predictedMs: 5_000 } }), finished({ rest: { predictedMs: 10_000 } }), finished(), rolledBack({ rest: { predictedMs: 1 } })],
    weekMs,
  );
  expect(prediction.spread).toEqual({ count: 2, median: 1, p90: 2 });
});

test("a gate that was overridden counts as well only where the change then stayed", () => {
  const trip = (overridden: boolean) => ({ at: 1, what: "errors", overridden });
  const { gates } = computeInsights(
    [
      rolledBack({ record: { trips: [trip(false)] } }),
      finished({ record: { trips: [trip(true), trip(true)] } }),
      rolledBack({ record: { trips: [trip(true)] } }),
      finished({ record: { trips: [trip(true)] }, rest: { takenBack: { rolloutId: "x", startedAt: 1, endedAt: 2, restored: true } } }),
    ],
    weekMs,
  );
  expect(gates).toMatchObject({ trips: 5, overridden: 4, overriddenAndWell: 2 });
});

test("causes are ordered by how often they were, one that was taken back is a cause of its own", () => {
  const { causes } = computeInsights(
    [
      rolledBack({ record: { turnedBack: turnedBack(1, "failures") } }),
      rolledBack(),
      rolledBack(),
      finished({ rest: { takenBack: { rolloutId: "x", startedAt: 1, endedAt: 2, restored: true } } }),
    ],
    weekMs,
  );
  expect(causes.map(({ cause, rows }) => [cause, rows.length])).toEqual([
    ["evidence", 2],
    ["failures", 1],
    ["taken-back", 1],
  ]);
});

test("phases are summed over batches and rollouts, the longest first", () => {
  const { phases } = computeInsights(
    [
      finished({
        record: {
          phases: [
            { phase: "soaking", batch: 1, ms: 5 },
            { phase: "updating", batch: 1, ms: 8 },
            { phase: "soaking", batch: 2, ms: 5 },
          ],
        },
      }),
      finished({ record: { phases: [{ phase: "soaking", batch: 1, ms: 2 }] } }),
    ],
    weekMs,
  );
  expect(phases.map(({ phase, totalMs, spread }) => [phase, totalMs, spread.count])).toEqual([
    ["soaking", 12, 2],
    ["updating", 8, 1],
  ]);
});

test("an instance that failed in several rollouts comes before one that failed often in one; fleets have their own", () => {
  const { instances } = computeInsights(
    [
      finished({ record: { failedAttempts: { i0: 1, i1: 9 } } }),
      finished({ record: { failedAttempts: { i0: 1 } } }),
      finished({ summary: { fleetId: "f2", fleetName: "cart" }, record: { failedAttempts: { i0: 3 } } }),
    ],
    weekMs,
  );
  expect(instances.map(({ fleetName, instanceId, failedAttempts, rows }) => [fleetName, instanceId, failedAttempts, rows.length])).toEqual([
    ["shop", "i0", 2, 2],
    ["shop", "i1", 9, 1],
    ["cart", "i0", 3, 1],
  ]);
});

test("nothing finished gives nothing, and no figure that looks like a zero", () => {
  const { leadTime, restore, changeFailure } = computeInsights([], weekMs);
  expect([leadTime.spread, restore.spread, changeFailure.of]).toEqual([null, null, 0]);
});
