import type { RolloutEvent } from "../event.ts";
import { assertNever, invariant } from "../invariant.ts";
import { resolvePlan } from "../plan.ts";
import { type Batch, currentBatch, type InstanceUpdate, isTerminal, type Rollout } from "../rollout.ts";
import { resetClock, shiftClock, startClock, stopClock, stoppedClock } from "../stop-clock.ts";
import { evolveUpdates } from "./evolve-update.ts";

/**
 * What is true after an event. Never asks whether it may: `decide` and `advance` did. The server and the browser fold
 * with this one function, so they cannot disagree.
 *
 * Status: preparing → running → watching → succeeded. From any of them a person or a failure leads to paused (and back
 * to where it came from), to rolling-back → rolled-back or rollback-failed, or to stopping → cancelled or failed.
 */
export function evolve(state: Rollout | null, event: RolloutEvent): Rollout {
  if (state === null) {
    invariant(event.type === "rollout.started", "A rollout begins with rollout.started.");
    return begin(event);
  }
  invariant(event.seq === state.seq + 1, `Event ${event.seq} follows ${state.seq}.`);
  const seen: Rollout = { ...state, seq: event.seq };
  const text = movedText(event);
  const moved = text === null ? seen.moved : { seq: event.seq, text };
  return { ...fold(seen, event), seq: event.seq, moved };
}

function fold(state: Rollout, event: RolloutEvent): Rollout {
  switch (event.type) {
    case "rollout.started":
      return state;
    case "rollout.prepared":
      return { ...state, status: "running" };
    case "batch.opened":
      return openBatch(state, event);
    case "batch.joined":
      return joinBatch(state, event);
    case "update.started":
    case "update.reversed":
    case "instance.drained":
    case "instance.replaced":
    case "instance.healthy":
    case "attempt.failed":
    case "effect.failed":
      return evolveUpdates(state, event);
    case "update.completed": {
      const updated = evolveUpdates(state, event);
      return { ...updated, progress: resetClock(updated.progress, event.at) };
    }
    case "batch.settled":
      return withClocks(changeBatch({ ...state, soak: stoppedClock, progress: stoppedClock }, event.batch, { settledAt: event.at }), event.at);
    case "batch.soaked":
      return withClocks(changeBatch(state, event.batch, { soakedAt: event.at }), event.at);
    case "soak.skipped":
      return withClocks(changeBatch(state, event.batch, { soakedAt: event.at, soakSkippedBy: event.actor }), event.at);
    case "batch.approved":
      return changeBatch(state, event.batch, { approvedBy: event.actor });
    case "approval.voided":
      return changeBatch(state, event.batch, { approvedBy: null });
    case "gate.opened":
      return changeBatch(state, event.batch, { gateOpenedAt: event.at });
    case "evidence.changed":
      return withClocks({ ...state, evidence: { ...state.evidence, [event.evidence.metric]: event.evidence } }, event.at);
    case "evidence.overridden": {
      const evidence = state.evidence[event.metric];
      if (!evidence) return state;
      return withClocks({ ...state, evidence: { ...state.evidence, [event.metric]: { ...evidence, state: "overridden" } } }, event.at);
    }
    case "waiting.changed":
      return { ...state, waiting: event.waiting };
    case "rollout.paused":
      return withClocks(
        {
          ...state,
          status: "paused",
          pausedFrom: state.status === "paused" || isTerminal(state.status) ? state.pausedFrom : state.status,
          pausedBy: { actor: event.actor, cause: event.cause, message: event.message },
        },
        event.at,
      );
    case "rollout.resumed":
      return resume(state, event.at);
    case "rollout.watching":
      return withClocks({ ...state, status: "watching" }, event.at);
    case "rollback.started":
      return withClocks(
        {
          ...state,
          status: "rolling-back",
          pausedFrom: null,
          pausedBy: null,
          progress: stoppedClock,
          rollback: { at: event.at, cause: event.cause, message: event.message, by: event.actor },
          outcome: event.message,
        },
        event.at,
      );
    case "rollout.stopping":
      return withClocks({ ...state, status: "stopping", pausedFrom: null, pausedBy: null, stopCause: event.cause, outcome: event.message }, event.at);
    case "rollout.taken":
      return taken(state, event.downMs, event.soakRestarts, event.at);
    case "rollout.ended":
      return withClocks({ ...state, status: event.status, endedAt: event.at, outcome: event.message, waiting: [] }, event.at);
    default:
      return assertNever(event);
  }
}

function begin(event: RolloutEvent & { type: "rollout.started" }): Rollout {
  const updates: Record<string, InstanceUpdate> = {};
  for (const instance of event.instances) {
    const alreadyThere = instance.releaseId === event.releaseId && !instance.wasUnhealthy;
    updates[instance.instanceId] = {
      instanceId: instance.instanceId,
      zone: instance.zone,
      labels: instance.labels,
      wayBackId: instance.wayBackId,
      wasUnhealthy: instance.wasUnhealthy,
      batch: null,
      direction: "forward",
      phase: alreadyThere ? "updated" : "pending",
      phaseSince: event.at,
      attempt: 0,
      attemptsUsed: 0,
      touched: instance.wayBackId !== null && instance.releaseId !== null && instance.releaseId !== instance.wayBackId,
      replacedAt: null,
      retryAt: null,
      cut: 0,
      failure: null,
    };
  }
  return {
    rolloutId: event.rolloutId,
    fleetId: event.fleetId,
    kind: event.kind,
    status: "preparing",
    pausedFrom: null,
    pausedBy: null,
    seq: event.seq,
    moved: { seq: event.seq, text: "the rollout started" },
    fleetName: event.fleetName,
    service: event.service,
    environment: event.environment,
    releaseId: event.releaseId,
    releaseNames: event.releaseNames,
    planName: event.planName,
    plan: event.plan,
    limits: resolvePlan(event.plan, event.instances.length),
    desired: event.instances.length,
    startedAt: event.at,
    startedBy: event.actor,
    endedAt: null,
    outcome: null,
    stopCause: null,
    updates,
    batches: [],
    attempts: 0,
    soak: stoppedClock,
    watch: stoppedClock,
    progress: stoppedClock,
    evidence: {},
    acceptedFailures: [],
    rollback: null,
    waiting: [],
  };
}

function openBatch(state: Rollout, event: RolloutEvent & { type: "batch.opened" }): Rollout {
  const entry = state.limits.batches[Math.min(event.batch, state.limits.batches.length) - 1];
  invariant(entry, "A plan has at least one batch.");
  const batch: Batch = {
    number: event.batch,
    instanceIds: event.instanceIds,
    soakMs: entry.soakMs,
    needsApproval: entry.approval,
    openedAt: event.at,
    settledAt: null,
    soakedAt: null,
    soakSkippedBy: null,
    approvedBy: null,
    gateOpenedAt: null,
  };
  const opened = { ...state, batches: [...state.batches, batch], soak: stoppedClock, progress: stoppedClock };
  return withClocks(assignBatch(opened, event.batch, event.instanceIds), event.at);
}

function joinBatch(state: Rollout, event: RolloutEvent & { type: "batch.joined" }): Rollout {
  const batch = state.batches[event.batch - 1];
  invariant(batch, `Batch ${event.batch} is open.`);
  const grown = changeBatch(state, event.batch, { instanceIds: [...batch.instanceIds, ...event.instanceIds] });
  return assignBatch(grown, event.batch, event.instanceIds);
}

function assignBatch(state: Rollout, batch: number, instanceIds: readonly string[]): Rollout {
  const updates = { ...state.updates };
  for (const instanceId of instanceIds) {
    const update = updates[instanceId];
    if (update) updates[instanceId] = { ...update, batch };
  }
  return { ...state, updates };
}

function changeBatch(state: Rollout, number: number, change: Partial<Batch>): Rollout {
  return { ...state, batches: state.batches.map((batch) => (batch.number === number ? { ...batch, ...change } : batch)) };
}

function resume(state: Rollout, at: number): Rollout {
  const failed = Object.values(state.updates).filter((update) => update.phase === "failed");
  return withClocks(
    {
      ...state,
      status: state.pausedFrom ?? "running",
      pausedFrom: null,
      pausedBy: null,
      acceptedFailures: failed.map((update) => update.instanceId),
      progress: state.pausedBy?.cause === "progress-deadline" ? stoppedClock : state.progress,
    },
    at,
  );
}

function taken(state: Rollout, downMs: number, soakRestarts: boolean, at: number): Rollout {
  const updates: Record<string, InstanceUpdate> = {};
  for (const update of Object.values(state.updates))
    updates[update.instanceId] = {
      ...update,
      phaseSince: update.phaseSince + downMs,
      replacedAt: update.replacedAt === null ? null : update.replacedAt + downMs,
      retryAt: update.retryAt === null ? null : update.retryAt + downMs,
    };
  return withClocks(
    {
      ...state,
      updates,
      soak: soakRestarts ? stoppedClock : shiftClock(state.soak, downMs),
      watch: shiftClock(state.watch, downMs),
      progress: shiftClock(state.progress, downMs),
    },
    at,
  );
}

/** Which clocks run follows from the state alone; nothing else ever starts or stops one. */
function withClocks(state: Rollout, at: number): Rollout {
  const batch = currentBatch(state);
  const sighted = state.plan.metrics === false || !Object.values(state.evidence).some((evidence) => evidence.state === "blind");
  const soaking = state.status === "running" && batch !== null && batch.settledAt !== null && batch.soakedAt === null && sighted;
  const moving = (state.status === "running" && batch !== null && batch.settledAt === null) || state.status === "rolling-back";
  const watching = state.status === "watching" && sighted;
  return {
    ...state,
    soak: soaking ? startClock(state.soak, at) : stopClock(state.soak, at),
    progress: moving ? startClock(state.progress, at) : stopClock(state.progress, at),
    watch: watching ? startClock(state.watch, at) : stopClock(state.watch, at),
  };
}

/** What a late command is answered with: "batch 4 started". The end of a soak changes nothing that one approves. */
function movedText(event: RolloutEvent): string | null {
  switch (event.type) {
    case "rollout.prepared":
      return "the rollout started";
    case "batch.opened":
      return `batch ${event.batch} started`;
    case "batch.settled":
      return `batch ${event.batch} settled`;
    case "soak.skipped":
      return `the soak of batch ${event.batch} was skipped`;
    case "batch.approved":
      return `batch ${event.batch} was approved`;
    case "gate.opened":
      return `the gate of batch ${event.batch} opened`;
    case "rollout.paused":
      return "the rollout was paused";
    case "rollout.resumed":
      return "the rollout was resumed";
    case "rollout.watching":
      return "the last batch is done";
    case "rollback.started":
      return "the rollback started";
    case "rollout.stopping":
      return "the rollout is stopping";
    case "rollout.ended":
      return "the rollout ended";
    default:
      return null;
  }
}
