import { engineActor } from "../actor.ts";
import { type RolloutEvent, type RolloutFact, type StartedInstance, toEvent } from "../event.ts";
import { Plan, type PlanInput } from "../plan.ts";
import type { InstanceUpdate, Rollout } from "../rollout.ts";
import { evolve } from "./evolve.ts";

type Started = RolloutFact & { readonly type: "rollout.started" };

/** The start of a rollout of shop from 1.0 (v1) to 1.1 (v2). */
export function startedWith({ plan = {}, ...change }: Partial<Omit<Started, "plan">> & { readonly plan?: PlanInput }): Started {
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
    plan: Plan.parse(plan),
    provenReleaseId: "v1",
    undoes: null,
    reason: null,
    instances: ["i0", "i1"].map((instanceId) => startedInstance({ instanceId })),
    ...change,
  };
}

export function startedInstance(change: Partial<StartedInstance> & Pick<StartedInstance, "instanceId">): StartedInstance {
  return { zone: "a", labels: {}, releaseId: "v1", wayBackId: "v1", wasUnhealthy: false, serves: true, unitStartedAt: null, ...change };
}

/** The facts as a rollout's events, of which number `index` (from 0) happens at `atOf(index)`; a second apart when left out. */
export function toEvents(facts: readonly RolloutFact[], atOf = (index: number) => index * 1_000): RolloutEvent[] {
  return facts.map((fact, index) => toEvent(fact, { rolloutId: "r1", seq: index + 1, at: atOf(index), actor: engineActor }));
}

export function foldEvents(events: readonly RolloutEvent[]): Rollout {
  const rollout = events.reduce<Rollout | null>(evolve, null);
  if (rollout === null) throw new Error("A rollout has at least its first event.");
  return rollout;
}

/** A rollout of i0 … i3 from 1.0 to 1.1 in batches of 1, 2 and 1, then the given facts, one second apart. */
export function rolloutAfter(facts: readonly RolloutFact[], plan: PlanInput = {}): { rollout: Rollout; events: RolloutEvent[] } {
  const instances = ["i0", "i1", "i2", "i3"].map((instanceId, index) => startedInstance({ instanceId, zone: index % 2 === 0 ? "a" : "b" }));
  const started = startedWith({ plan: { batches: [1, 2], soak: "60s", ...plan }, instances });
  const events = toEvents([started, { type: "rollout.prepared" }, ...facts]);
  return { rollout: foldEvents(events), events };
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

/** An instance of the first batch, before anything was done to it. */
export function updateOf(instanceId: string, change: Partial<InstanceUpdate> = {}): InstanceUpdate {
  const started = startedWith({ instances: [startedInstance({ instanceId })] });
  const events = toEvents([started, { type: "rollout.prepared" }, { type: "batch.opened", batch: 1, instanceIds: [instanceId] }]);
  const update = foldEvents(events).updates.get(instanceId);
  if (!update) throw new Error("A rollout has an update for each of its instances.");
  return { ...update, ...change };
}
