import { expect, test } from "vitest";
import type { RolloutEvent, RolloutFact } from "#domain/event.ts";
import { measureRollout } from "./critical-path.ts";

function stream(...facts: readonly (readonly [at: number, fact: RolloutFact])[]): RolloutEvent[] {
  return facts.map(([at, fact], index) => ({ ...fact, rolloutId: "r", seq: index + 1, at, actor: { type: "engine" } }));
}

function started(instanceId: string, attempt: number): RolloutFact {
  return { type: "update.started", instanceId, batch: 1, attempt, direction: "forward", startFirst: false, releaseId: "new" };
}

function steps(instanceId: string, attempt: number, ms: number): RolloutFact[] {
  return [
    { type: "instance.drained", instanceId, attempt, cut: 1, tookMs: ms },
    { type: "instance.replaced", instanceId, attempt, tookMs: ms },
    { type: "instance.healthy", instanceId, attempt, tookMs: ms },
    { type: "update.completed", instanceId, attempt, direction: "forward" },
  ];
}

test("three updates, two at a time, are two rounds: the slowest of each counts, and the soak", () => {
  const events = stream(
    [0, started("a", 1)],
    [0, started("b", 2)],
    ...steps("a", 1, 100).map((fact) => [300, fact] as const),
    ...steps("b", 2, 200).map((fact) => [600, fact] as const),
    [600, started("c", 3)],
    ...steps("c", 3, 100).map((fact) => [900, fact] as const),
    [1_900, { type: "gate.opened", batch: 1, evidence: {} }],
    [3_000, { type: "rollout.ended", status: "succeeded", message: "", failed: [] }],
  );
  expect(measureRollout(events, 3, 2, 1_000)).toEqual({
    wallMs: 1_900,
    criticalMs: 600 + 300 + 1_000,
    inRotationMin: 1,
    cut: 3,
    updatesMax: 1,
    status: "succeeded",
  });
});

test("an instance that was updated twice is seen", () => {
  expect(measureRollout(stream([0, started("a", 1)], [5, started("a", 2)]), 3, 1, 0).updatesMax).toBe(2);
});
