import type { RolloutEvent } from "../event.ts";
import { assertNever, invariant } from "../invariant.ts";
import type { MetricEvidence } from "../metric.ts";
import { type Batch, currentBatch, isTerminal, type Rollout } from "../rollout.ts";
import { resetClock, shiftClock, stoppedClock } from "../stop-clock.ts";
import { begin, enqueue } from "./begin.ts";
import { withClocks } from "./clocks.ts";
import { evolveUpdates } from "./evolve-update.ts";
import { scaleRollout } from "./scale.ts";
import { inShape } from "./shape.ts";
import { updatesIn } from "./survey.ts";

/**
 * What is true after an event. Never asks whether it may: `decide` and `advance` did. The server and the browser fold
 * with this one function, so they cannot disagree.
 *
 * Status: (queued →) preparing → running → (finalizing →) watching → succeeded. From any of them a person or a failure
 * leads to paused (and back to where it came from), to rolling-back → rolled-back or rollback-failed, or to stopping →
 * cancelled or failed. A rollout of kind rollback is rolling-back from its start.
 */
export function evolve(state: Rollout | null, event: RolloutEvent): Rollout {
  if (state === null) {
    invariant(event.type === "rollout.started" || event.type === "rollout.queued", "A rollout begins with rollout.started or rollout.queued.");
    return event.type === "rollout.queued" ? enqueue(event) : begin(event, null);
  }
  invariant(event.seq === state.seq + 1, `Event ${event.seq} follows ${state.seq}.`);
  const text = movedText(event);
  const next = fold(state, event);
  return inShape(next, { seq: event.seq, moved: text === null ? next.moved : { seq: event.seq, text } });
}

function fold(state: Rollout, event: RolloutEvent): Rollout {
  switch (event.type) {
    case "rollout.queued":
      return state;
    case "start.approved": {
      const { queue } = state;
      if (!queue?.approval) return state;
      const approval = { ...queue.approval, approvedBy: event.actor };
      const waiting = state.waiting.filter(({ reason }) => reason !== "approval");
      return { ...state, queue: { ...queue, approval }, waiting };
    }
    case "rollout.started":
      return begin(event, state);
    case "rollout.prepared":
      return withClocks({ ...state, status: "running" }, event.at);
    case "batch.opened":
      return openBatch(state, event);
    case "batch.joined":
      return joinBatch(state, event);
    case "update.started":
      return noteBegun(evolveUpdates(state, event));
    case "update.postponed":
    case "update.reversed":
    case "instance.drained":
    case "instance.replaced":
    case "instance.healthy":
    case "instance.started":
    case "instance.restored":
    case "attempt.failed":
    case "effect.failed":
    case "instance.retried":
    case "repair.started":
    case "repair.completed":
      return evolveUpdates(state, event);
    case "instance.skipped":
      return evolveUpdates({ ...state, acceptedFailures: [...state.acceptedFailures, event.instanceId] }, event);
    case "fleet.scaled":
      return withClocks(scaleRollout(state, event), event.at);
    case "hook.started":
      return withClocks({ ...state, hooks: [...state.hooks, beginHook(event)] }, event.at);
    case "hook.ended":
      return withClocks(endHook(state, event), event.at);
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
      return withClocks({ ...state, evidence: { ...state.evidence, ...byMetric([event.evidence, ...(event.others ?? [])]) } }, event.at);
    case "evidence.overridden": {
      const evidence = state.evidence[event.metric];
      if (!evidence) return state;
      return withClocks({ ...state, evidence: { ...state.evidence, [event.metric]: { ...evidence, state: "overridden" } } }, event.at);
    }
    case "resources.overridden":
      return { ...state, resourcesOverridden: true };
    case "waiting.changed":
      return withClocks({ ...state, waiting: event.waiting }, event.at);
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
      return state.status === "queued" && state.queue ? { ...state, queue: { ...state.queue, isReleased: true } } : resume(state, event.at);
    case "rollout.finalizing":
      return withClocks({ ...state, status: "finalizing" }, event.at);
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
      return withClocks(
        {
          ...state,
          status: event.status,
          endedAt: event.at,
          outcome: event.message,
          waiting: [],
          hooks: state.hooks.map((run) => abandon(run, event.at)),
        },
        event.at,
      );
    default:
      return assertNever(event);
  }
}

function beginHook(event: RolloutEvent & { type: "hook.started" }): Rollout["hooks"][number] {
  const { key, hook, batch, at } = event;
  return { key, hook, batch, startedAt: at, status: "running", endedAt: null, message: null, output: "", isAccepted: false };
}

/** Nobody waits any more for what is still running. */
function abandon(run: Rollout["hooks"][number], at: number): Rollout["hooks"][number] {
  return run.status === "running" ? { ...run, status: "failed", endedAt: at, message: "The rollout did not wait for it any more." } : run;
}

function endHook(state: Rollout, { key, status, message, output, at }: RolloutEvent & { type: "hook.ended" }): Rollout {
  return { ...state, hooks: state.hooks.map((run) => (run.key === key ? { ...run, status, message, output, endedAt: at } : run)) };
}

function openBatch(state: Rollout, event: RolloutEvent & { type: "batch.opened" }): Rollout {
  const entry = state.limits.batches[Math.min(event.batch, state.limits.batches.length) - 1];
  invariant(entry, "A plan has at least one batch.");
  const batch: Batch = {
    number: event.batch,
    instanceIds: event.instanceIds,
    begun: 0,
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

function noteBegun(state: Rollout): Rollout {
  const batch = currentBatch(state);
  if (batch === null) return state;
  let { begun } = batch;
  while (begun < batch.instanceIds.length && state.updates.get(batch.instanceIds[begun] ?? "")?.phase !== "pending") begun += 1;
  return begun === batch.begun ? state : { ...state, batches: [...state.batches.slice(0, -1), { ...batch, begun }] };
}

function assignBatch(state: Rollout, batch: number, instanceIds: readonly string[]): Rollout {
  let { updates } = state;
  for (const instanceId of instanceIds) {
    const update = updates.get(instanceId);
    if (update) updates = updates.set(instanceId, { ...update, batch });
  }
  return { ...state, updates };
}

function changeBatch(state: Rollout, number: number, change: Partial<Batch>): Rollout {
  return { ...state, batches: state.batches.map((batch) => (batch.number === number ? { ...batch, ...change } : batch)) };
}

/** What has failed so far is accepted: only what fails from now on counts. */
function resume(state: Rollout, at: number): Rollout {
  return withClocks(
    {
      ...state,
      status: state.pausedFrom ?? "running",
      pausedFrom: null,
      pausedBy: null,
      acceptedFailures: [...new Set([...state.acceptedFailures, ...updatesIn(state, ["failed"]).map((update) => update.instanceId)])],
      hooks: state.hooks.map((run) => (run.status === "failed" ? { ...run, isAccepted: true } : run)),
      progress: state.pausedBy?.cause === "progress-deadline" ? stoppedClock : state.progress,
    },
    at,
  );
}

/** No deadline runs without an engine. */
function taken(state: Rollout, downMs: number, soakRestarts: boolean, at: number): Rollout {
  const later = (time: number | null) => (time === null ? null : time + downMs);
  const updates = state.updates.map((update) => ({
    ...update,
    phaseSince: update.phaseSince + downMs,
    replacedAt: later(update.replacedAt),
    retryAt: later(update.retryAt),
  }));
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
    case "start.approved":
      return "the start was approved";
    case "batch.approved":
      return `batch ${event.batch} was approved`;
    case "gate.opened":
      return `the gate of batch ${event.batch} opened`;
    case "rollout.paused":
      return "the rollout was paused";
    case "rollout.resumed":
      return "the rollout was resumed";
    case "instance.retried":
      return `${event.instanceId} is tried again`;
    case "instance.skipped":
      return `${event.instanceId} was skipped`;
    case "fleet.scaled":
      return `the fleet was scaled to ${event.desired}`;
    case "rollout.finalizing":
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

function byMetric(evidence: readonly MetricEvidence[]): Rollout["evidence"] {
  return Object.fromEntries(evidence.map((each) => [each.metric, each]));
}
