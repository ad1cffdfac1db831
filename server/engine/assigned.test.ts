import { expect, test } from "vitest";
import { evolve } from "#domain/engine/evolve.ts";
import type { RolloutFact } from "#domain/event.ts";
import { Plan } from "#domain/plan.ts";
import type { Rollout } from "#domain/rollout.ts";
import { ada } from "#server/testing/fixtures.ts";
import { busyInstances, endOf, moveAssigned } from "./assigned.ts";

const begun: RolloutFact = {
  type: "rollout.started",
  kind: "rollout",
  fleetId: "f",
  fleetName: "f",
  service: "greeter",
  environment: "test",
  releaseId: "new",
  releaseNames: {},
  planName: "p",
  plan: Plan.parse({ batches: [3] }),
  instances: ["a", "b", "c"].map((instanceId) => ({ instanceId, zone: "z", labels: {}, releaseId: "old", wayBackId: "old", wasUnhealthy: false })),
};

function fold(facts: readonly RolloutFact[]): Rollout {
  let state: Rollout | null = null;
  for (const [index, fact] of facts.entries()) state = evolve(state, { ...fact, rolloutId: "r", seq: index + 1, at: index, actor: ada });
  if (!state) throw new Error("No facts.");
  return state;
}

const update = (instanceId: string, attempt: number, direction: "forward" | "back" = "forward"): RolloutFact => ({
  type: "update.started",
  instanceId,
  batch: 1,
  attempt,
  direction,
  releaseId: direction === "forward" ? "new" : "old",
});
const completed = (instanceId: string, attempt: number, direction: "forward" | "back" = "forward"): RolloutFact => ({
  type: "update.completed",
  instanceId,
  attempt,
  direction,
});
const opened: RolloutFact = { type: "batch.opened", batch: 1, instanceIds: ["a", "b", "c"] };
const lost: RolloutFact = { type: "attempt.failed", instanceId: "b", attempt: 2, cause: "deadline", message: "Late.", retryAt: null };

test("an instance should run the new release once its update is completed, and the old one once it is back", () => {
  const facts = [begun, { type: "rollout.prepared" }, opened, update("a", 1), completed("a", 1)] as const;
  expect(moveAssigned(fold(facts), facts)).toEqual({ a: "new" });
  const back = [...facts, { type: "rollback.started", cause: "person", message: "No." }, update("a", 2, "back"), completed("a", 2, "back")] as const;
  expect(moveAssigned(fold(back), back.slice(-1))).toEqual({ a: "old" });
});

test("the upkeep leaves alone what is in flight or set aside, while the rollout goes on and after it", () => {
  const running = fold([begun, { type: "rollout.prepared" }, opened, update("a", 1), update("b", 2), lost]);
  expect([...busyInstances(running, null)].sort()).toEqual(["a", "b"]);
  expect([...busyInstances(null, running)].sort()).toEqual(["a", "b"]);
  expect(busyInstances(null, null).size).toBe(0);
});

test("while a rollback is under way the upkeep touches only what is back already", () => {
  const facts = [begun, { type: "rollout.prepared" }, opened, update("a", 1), completed("a", 1)] as const;
  const goingBack = fold([...facts, { type: "rollback.started", cause: "person", message: "No." }]);
  expect([...busyInstances(goingBack, null)].sort()).toEqual(["a", "b", "c"]);
});

test("a success proves the release, a rollback holds it, and anything else says nothing of it", () => {
  const end = (status: "succeeded" | "rolled-back" | "cancelled"): RolloutFact => ({ type: "rollout.ended", status, message: "Done.", failed: [] });
  const outcome = (fact: RolloutFact) => endOf(fold([begun, fact]), [fact], 7);
  expect(outcome(end("succeeded"))).toEqual({ provenReleaseId: "new" });
  expect(outcome(end("rolled-back"))).toEqual({ heldRelease: { releaseId: "new", rolloutId: "r", reason: "Done.", at: 7 } });
  expect(outcome(end("cancelled"))).toEqual({});
  expect(endOf(fold([begun]), [begun], 7)).toBeNull();
});
