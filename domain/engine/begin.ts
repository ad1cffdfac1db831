import type { RolloutEvent, StartedInstance } from "../event.ts";
import { resolvePlan } from "../plan-limits.ts";
import type { InstanceUpdate, Rollout } from "../rollout.ts";
import { stoppedClock } from "../stop-clock.ts";
import { Table } from "../table.ts";
import type { Waiting } from "../waiting.ts";
import { withClocks } from "./clocks.ts";

type Queued = RolloutEvent & { type: "rollout.queued" };
type Started = RolloutEvent & { type: "rollout.started" };

/** Not yet begun: which instances it will touch is looked at when it starts. */
export function enqueue(event: Queued): Rollout {
  return {
    ...blank(event, []),
    status: "queued",
    queue: { behind: event.behind, isReleased: false, approval: event.approval ? { ...event.approval, approvedBy: null } : null },
    waiting: [...(event.approval ? [{ reason: "approval", until: event.approval.until } as const] : []), ...waitsBehind(event.behind)],
    moved: { seq: event.seq, text: "the rollout was queued" },
  };
}

/** What a queued rollout waits for besides an approval. */
export function waitsBehind(behind: string | null): Waiting[] {
  return behind === null ? [] : [{ reason: "queued" }];
}

export function begin(event: Started, queued: Rollout | null): Rollout {
  const state = {
    ...blank(event, event.instances),
    provenReleaseId: event.provenReleaseId,
    undoes: event.undoes,
    baseline: event.baseline ?? null,
    moved: { seq: event.seq, text: "the rollout started" },
    ...(queued === null ? {} : { queue: queued.queue }),
  };
  if (event.kind === "rollout") return withClocks(state, event.at);
  const message = event.reason ?? "Rolled back after the rollout had ended";
  return withClocks(
    { ...state, status: "rolling-back", outcome: message, rollback: { at: event.at, cause: "person", message, by: event.actor } },
    event.at,
  );
}

function blank(event: Queued | Started, instances: readonly StartedInstance[]): Rollout {
  return {
    rolloutId: event.rolloutId,
    fleetId: event.fleetId,
    kind: event.kind,
    status: "preparing",
    queue: null,
    pausedFrom: null,
    pausedBy: null,
    seq: event.seq,
    moved: { seq: event.seq, text: "" },
    fleetName: event.fleetName,
    service: event.service,
    environment: event.environment,
    releaseId: event.releaseId,
    releaseNames: event.releaseNames,
    planName: event.planName,
    plan: event.plan,
    limits: resolvePlan(event.plan, instances.length),
    desired: instances.length,
    desiredAtStart: instances.length,
    provenReleaseId: null,
    undoes: null,
    startedAt: event.at,
    startedBy: event.actor,
    endedAt: null,
    outcome: null,
    stopCause: null,
    updates: Table.from(instances.map((instance) => [instance.instanceId, beginUpdate(event, instance)])),
    batches: [],
    attempts: 0,
    repairs: 0,
    hooks: [],
    soak: stoppedClock,
    watch: stoppedClock,
    progress: stoppedClock,
    evidence: {},
    baseline: null,
    resourcesOverridden: false,
    acceptedFailures: [],
    rollback: null,
    waiting: [],
  };
}

export function beginUpdate(event: Pick<Started, "kind" | "releaseId" | "at">, instance: StartedInstance): InstanceUpdate {
  const isThere = event.kind === "rollout" && instance.releaseId === event.releaseId && instance.serves;
  return {
    instanceId: instance.instanceId,
    zone: instance.zone,
    labels: instance.labels,
    unitStartedAt: instance.unitStartedAt,
    wayBackId: instance.wayBackId,
    wasUnhealthy: instance.wasUnhealthy,
    batch: null,
    direction: "forward",
    phase: isThere ? "updated" : "pending",
    phaseSince: event.at,
    attempt: 0,
    attemptsUsed: 0,
    startFirst: false,
    touched: instance.wayBackId !== null && instance.releaseId !== null && instance.releaseId !== instance.wayBackId,
    replacedAt: null,
    retryAt: null,
    cut: 0,
    failure: null,
    failedForward: false,
    failedAttempt: null,
    servesNobody: false,
    repair: null,
    joining: false,
  };
}
