import { type Batch, currentBatch, type InstanceUpdate, isInFlight, isTerminal, type Rollout } from "../rollout.ts";
import { elapsedMsOf } from "../stop-clock.ts";
import type { Waiting, WaitingReason } from "../waiting.ts";
import { blindHolds, insufficientHolds, startable } from "./gate.ts";
import type { Observation } from "./observation.ts";
import { returnable } from "./rollback.ts";

/** A wait's end may wander by this much without being a change worth an event. */
const untilSlackMs = 2_000;

/** Why the rollout does not do more right now. Never empty while it is active. */
export function waitingOf(state: Rollout, seen: Observation, now: number): Waiting[] {
  if (isTerminal(state.status)) return [];
  return [...unreachable(seen), ...attempts(state, seen), ...status(state, seen, now)];
}

function unreachable(seen: Observation): Waiting[] {
  const waiting: Waiting[] = [];
  if (seen.driver) waiting.push({ reason: "driver-unreachable", detail: seen.driver.message });
  if (seen.balancer) waiting.push({ reason: "balancer-unreachable", detail: seen.balancer.message });
  return waiting;
}

function attempts(state: Rollout, seen: Observation): Waiting[] {
  const byReason = new Map<WaitingReason, InstanceUpdate[]>();
  for (const update of Object.values(state.updates)) {
    const reason = reasonOf(update, seen);
    if (reason) byReason.set(reason, [...(byReason.get(reason) ?? []), update]);
  }
  return [...byReason].map(([reason, updates]) => {
    const retryAts = updates.flatMap((update) => update.retryAt ?? []);
    const instanceIds = updates.map((update) => update.instanceId);
    return reason === "retry-backoff" && retryAts.length > 0 ? { reason, instanceIds, until: Math.min(...retryAts) } : { reason, instanceIds };
  });
}

function reasonOf(update: InstanceUpdate, seen: Observation): WaitingReason | null {
  const instance = seen.instances[update.instanceId];
  switch (update.phase) {
    case "draining":
      return "draining";
    case "replacing":
      return "starting";
    case "checking":
      if (instance?.unit?.state !== "running") return "starting";
      return instance.ready ? "holding" : "checking";
    case "restoring":
      return "restoring";
    case "retry-backoff":
      return "retry-backoff";
    default:
      return null;
  }
}

function status(state: Rollout, seen: Observation, now: number): Waiting[] {
  switch (state.status) {
    case "paused":
      return [
        { reason: state.pausedBy?.cause === "person" ? "paused" : "failure-decision" },
        ...(Object.values(state.updates).some(isInFlight) ? [inFlight(state)] : []),
      ];
    case "stopping":
      return [inFlight(state)];
    case "watching":
      return [blindHolds(state) ? { reason: "blind" } : { reason: "watching", until: endOf(state.watch, state.limits.watchMs, now) }];
    case "rolling-back":
      return keptByFloor(returnable(state, seen, now).kept);
    case "running":
      return running(state, seen, now);
    default:
      return [];
  }
}

function running(state: Rollout, seen: Observation, now: number): Waiting[] {
  const batch = currentBatch(state);
  if (batch === null) return [];
  return batch.settledAt === null ? keptByFloor(startable(state, seen, now).kept) : atGate(state, batch, now);
}

function atGate(state: Rollout, batch: Batch, now: number): Waiting[] {
  const number = { batch: batch.number };
  if (batch.gateOpenedAt !== null) return [];
  if (blindHolds(state)) return [{ reason: "blind", ...number }];
  const waiting: Waiting[] = [];
  if (batch.soakedAt === null) waiting.push({ reason: "soaking", ...number, until: endOf(state.soak, batch.soakMs, now) });
  if (batch.needsApproval && batch.approvedBy === null) waiting.push({ reason: "approval", ...number });
  else if (batch.soakedAt !== null && insufficientHolds(state)) waiting.push({ reason: "insufficient", ...number });
  return waiting;
}

function keptByFloor(kept: readonly InstanceUpdate[]): Waiting[] {
  return kept.length === 0 ? [] : [{ reason: "capacity-floor", instanceIds: kept.map((update) => update.instanceId) }];
}

function inFlight(state: Rollout): Waiting {
  return {
    reason: "in-flight",
    instanceIds: Object.values(state.updates)
      .filter(isInFlight)
      .map((update) => update.instanceId),
  };
}

function endOf(clock: Rollout["soak"], lengthMs: number, now: number): number {
  return now + Math.max(0, lengthMs - elapsedMsOf(clock, now));
}

export function sameWaiting(a: readonly Waiting[], b: readonly Waiting[]): boolean {
  return a.length === b.length && a.every((left, index) => sameWait(left, b[index]));
}

function sameWait(a: Waiting, b: Waiting | undefined): boolean {
  if (b === undefined || a.reason !== b.reason || a.batch !== b.batch || a.detail !== b.detail) return false;
  if ((a.until === undefined) !== (b.until === undefined) || Math.abs((a.until ?? 0) - (b.until ?? 0)) > untilSlackMs) return false;
  return (a.instanceIds ?? []).join() === (b.instanceIds ?? []).join();
}
