import { describe, expect, test } from "vitest";
import { engineActor } from "../actor.ts";
import type { RolloutFact } from "../event.ts";
import type { MetricEvidence } from "../metric.ts";
import { fromRelease, recordOf } from "./record.ts";
import type { ToldEvent } from "./told.ts";

type ToldFact = Extract<RolloutFact, { type: ToldEvent["type"] }>;

/** Events at the given seconds after the start. */
function told(...facts: readonly (readonly [second: number, fact: ToldFact])[]): ToldEvent[] {
  return facts.map(([second, fact], index) => ({ ...fact, rolloutId: "r1", seq: index + 2, at: 1_000 * second, actor: engineActor }) as ToldEvent);
}

const evidence = (metric: string, state: string) => ({ metric, state }) as MetricEvidence;
const rollout = { kind: "rollout", startedAt: 0 } as const;

describe("phases", () => {
  test("take the whole time, each moment once", () => {
    const { phases, exposedAt, rolledOutAt } = recordOf(
      rollout,
      told(
        [1, { type: "rollout.prepared" }],
        [2, { type: "batch.opened", batch: 1, instanceIds: ["i0"] }],
        [10, { type: "batch.settled", batch: 1, failed: [] }],
        [70, { type: "batch.soaked", batch: 1 }],
        [100, { type: "gate.opened", batch: 1, evidence: {} }],
        [100, { type: "rollout.watching" }],
        [160, { type: "rollout.ended", status: "succeeded", message: "", failed: [] }],
      ),
    );
    expect(phases.map(({ phase, batch, ms }) => [phase, batch, ms / 1_000])).toEqual([
      ["preparing", null, 2],
      ["updating", 1, 8],
      ["soaking", 1, 60],
      ["gate", 1, 30],
      ["watching", null, 60],
    ]);
    expect([exposedAt, rolledOutAt]).toEqual([2_000, 100_000]);
  });

  test("a pause counts as pause, and what goes on after it is where it would have been", () => {
    const { phases, pauses } = recordOf(
      rollout,
      told(
        [2, { type: "batch.opened", batch: 1, instanceIds: ["i0"] }],
        [4, { type: "rollout.paused", cause: "person", message: "" }],
        [6, { type: "batch.settled", batch: 1, failed: [] }],
        [14, { type: "rollout.resumed", reason: null }],
        [20, { type: "rollback.started", cause: "person", message: "" }],
        [25, { type: "rollout.ended", status: "rolled-back", message: "", failed: [] }],
      ),
    );
    expect(pauses).toBe(1);
    expect(phases.map(({ phase, ms }) => [phase, ms / 1_000])).toEqual([
      ["preparing", 2],
      ["updating", 2],
      ["paused", 10],
      ["soaking", 6],
      ["rolling-back", 5],
    ]);
  });
});

describe("gate trips", () => {
  test("evidence that turned bad is one, whichever metrics did at once; a verdict that is not bad is none", () => {
    const { trips } = recordOf(
      rollout,
      told(
        [5, { type: "evidence.changed", evidence: evidence("errors", "good") }],
        [9, { type: "evidence.changed", evidence: evidence("latency-p99", "bad"), others: [evidence("errors", "bad")] }],
      ),
    );
    expect(trips).toEqual([{ at: 9_000, what: "latency-p99, errors", overridden: false }]);
  });

  test("a person who goes on against the metric, or the resources, overrides it; another metric's does not", () => {
    const { trips } = recordOf(
      rollout,
      told(
        [5, { type: "evidence.changed", evidence: evidence("errors", "bad") }],
        [6, { type: "evidence.overridden", metric: "latency-p99", reason: "known" }],
        [7, { type: "rollout.paused", cause: "resources", message: "" }],
        [8, { type: "resources.overridden", reason: "known" }],
      ),
    );
    expect(trips.map(({ what, overridden }) => [what, overridden])).toEqual([
      ["errors", false],
      ["resources", true],
    ]);
  });
});

test("failed attempts are counted by instance", () => {
  const failed = (instanceId: string) => ({ type: "attempt.failed", instanceId, attempt: 1, cause: "deadline", message: "", retryAt: null }) as const;
  expect(recordOf(rollout, told([1, failed("i0")], [2, failed("i1")], [3, failed("i0")])).failedAttempts).toEqual({ i0: 2, i1: 1 });
});

test.each([
  ["what most instances return to", [["v1"], ["v1"], ["v0"]], null, "1.0"],
  ["nothing when nothing ran", [[null]], null, null],
  ["of a rollback what it takes back", [["v1"]], { rolloutId: "r0", releaseId: "v2" }, "2.0"],
])("a rollout comes from %s", (_, wayBacks, undoes, expected) => {
  const instances = wayBacks.map(([wayBackId]) => ({ wayBackId }));
  const started = { releaseId: "v3", releaseNames: { v0: "0.9", v1: "1.0", v2: "2.0" }, undoes, instances };
  expect(fromRelease(started as unknown as Parameters<typeof fromRelease>[0])).toBe(expected);
});
