import { engineActor } from "#domain/actor.ts";
import { evolve } from "#domain/engine/evolve.ts";
import type { RolloutEvent, RolloutFact } from "#domain/event.ts";
import { Plan, type PlanInput } from "#domain/plan.ts";
import type { Rollout } from "#domain/rollout.ts";

/** A rollout of i0 … i3 from 1.0 to 1.1 in batches of 1, 2 and 1, then the given facts, one second apart. */
export function rolloutAfter(facts: readonly RolloutFact[], plan: PlanInput = {}): { rollout: Rollout; events: RolloutEvent[] } {
  const events = [started(plan), { type: "rollout.prepared" } as const, ...facts].map(
    (fact, index): RolloutEvent => ({ ...fact, rolloutId: "r1", seq: index + 1, at: index * 1_000, actor: engineActor }),
  );
  const rollout = events.reduce<Rollout | null>(evolve, null);
  if (rollout === null) throw new Error("A rollout has at least its first event.");
  return { rollout, events };
}

/** Everything one instance goes through, forward or back. */
export function wholeUpdate(instanceId: string, attempt: number, direction: "forward" | "back" = "forward"): RolloutFact[] {
  return [
    { type: "update.started", instanceId, batch: 1, attempt, direction, releaseId: direction === "forward" ? "v2" : "v1", startFirst: false },
    { type: "instance.drained", instanceId, attempt, cut: 0, tookMs: 100 },
    { type: "instance.replaced", instanceId, attempt, tookMs: 100 },
    { type: "instance.healthy", instanceId, attempt, tookMs: 100 },
    { type: "update.completed", instanceId, attempt, direction },
  ];
}

function started(plan: PlanInput): RolloutFact {
  return {
    type: "rollout.started",
    kind: "rollout",
    fleetId: "f1",
    fleetName: "demo",
    service: "shop",
    environment: "local",
    releaseId: "v2",
    releaseNames: { v1: "1.0", v2: "1.1" },
    planName: "standard",
    provenReleaseId: "v1",
    undoes: null,
    reason: null,
    plan: Plan.parse({ batches: [1, 2], soak: "60s", ...plan }),
    instances: ["i0", "i1", "i2", "i3"].map((instanceId, index) => ({
      instanceId,
      zone: index % 2 === 0 ? "a" : "b",
      labels: {},
      releaseId: "v1",
      wayBackId: "v1",
      wasUnhealthy: false,
      unitStartedAt: null,
    })),
  };
}
