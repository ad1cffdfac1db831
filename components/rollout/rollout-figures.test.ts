import { describe, expect, test } from "vitest";
import { oldReleaseId } from "#domain/engine/old-release.ts";
import { rolloutAfter, wholeUpdate } from "#domain/engine/rollout-testing.ts";
import type { RolloutFact } from "#domain/event.ts";
import { batchViews, cutRequests, describeFailureBudget, estimateLeftMs, inFlightIds, touchedCount, waitsUntil } from "./rollout-figures.ts";

const opened: RolloutFact = { type: "batch.opened", batch: 1, instanceIds: ["i0"] };
const settled: RolloutFact = { type: "batch.settled", batch: 1, failed: [] };
const firstDone = [opened, ...wholeUpdate("i0", 1), settled];
const badEvidence: RolloutFact = { type: "rollback.started", cause: "evidence", message: "Evidence is bad." };

describe("batches", () => {
  const states = (facts: readonly RolloutFact[]) => batchViews(rolloutAfter(facts).rollout).map(({ number, size, state }) => [number, size, state]);

  test("before the first opens, all are planned as the plan has them", () => {
    expect(states([])).toEqual([
      [1, 1, "planned"],
      [2, 2, "planned"],
      [3, 1, "planned"],
    ]);
  });

  test.each<[string, readonly RolloutFact[], string]>([
    ["open", [opened], "updating"],
    ["settled", firstDone, "soaking"],
    ["soaked", [...firstDone, { type: "batch.soaked", batch: 1 }], "gate"],
    ["past its gate", [...firstDone, { type: "batch.soaked", batch: 1 }, { type: "gate.opened", batch: 1, evidence: {} }], "done"],
    ["paused with nothing in flight", [...firstDone, { type: "rollout.paused", cause: "person", message: "" }], "paused"],
    ["turned back", [...firstDone, badEvidence], "reverting"],
    ["brought back", [...firstDone, badEvidence, ...wholeUpdate("i0", 2, "back")], "reverted"],
  ])("a batch that is %s", (_name, facts, state) => {
    expect(states(facts)[0]).toEqual([1, 1, state]);
  });

  test("a rollback plans no further batch", () => {
    expect(states([...firstDone, badEvidence])).toHaveLength(1);
  });
});

test("figures of the folded state", () => {
  const { rollout } = rolloutAfter([
    opened,
    ...wholeUpdate("i0", 1).slice(0, 1),
    { type: "instance.drained", instanceId: "i0", attempt: 1, cut: 3, tookMs: 9 },
  ]);
  expect(inFlightIds(rollout)).toEqual(["i0"]);
  expect(cutRequests(rollout)).toBe(3);
  expect(touchedCount(rollout)).toBe(1);
  expect(oldReleaseId(rollout)).toBe("v1");
});

test("the wait ends with the first of its times", () => {
  const { rollout } = rolloutAfter([
    { type: "waiting.changed", waiting: [{ reason: "soaking", until: 9_000 }, { reason: "retry-backoff", until: 4_000 }, { reason: "approval" }] },
  ]);
  expect(waitsUntil(rollout)).toBe(4_000);
  expect(waitsUntil(rolloutAfter([]).rollout)).toBeNull();
});

test("what is left is judged by the batches that are done: one round of 6 s, soaks of 60 s", () => {
  const { rollout } = rolloutAfter(firstDone);
  const now = 8_000;
  // Soak of batch 1, then two instances one at a time, a soak, and one more with its soak.
  expect(estimateLeftMs(rollout, now)).toBe(60_000 + 2 * 6_000 + 60_000 + 6_000 + 60_000);
  expect(estimateLeftMs(rolloutAfter([opened]).rollout, now)).toBeNull();
});

describe("how many more may fail", () => {
  const failed = (instanceId: string): RolloutFact => ({
    type: "attempt.failed",
    instanceId,
    attempt: 1,
    cause: "deadline",
    message: "not healthy",
    retryAt: null,
  });
  const twoFailed = [opened, ...wholeUpdate("i0", 1).slice(0, 1), failed("i0"), ...wholeUpdate("i1", 2).slice(0, 1), failed("i1")];

  test("none is tolerated", () =>
    expect(describeFailureBudget(rolloutAfter(twoFailed.slice(0, 3)).rollout)).toBe("The plan tolerates no failed instance; 1 counts now."));
  test("some are left", () =>
    expect(describeFailureBudget(rolloutAfter(twoFailed, { maxFailures: 3 }).rollout)).toBe(
      "The plan tolerates 3 failed instances; 2 count now, 1 left.",
    ));
  test("one that is skipped does not count", () =>
    expect(describeFailureBudget(rolloutAfter([...twoFailed, { type: "instance.skipped", instanceId: "i0" }], { maxFailures: 1 }).rollout)).toBe(
      "The plan tolerates 1 failed instance; 1 counts now, none is left.",
    ));
});
