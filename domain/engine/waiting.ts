import { metricText } from "../evidence/words.ts";
import { type Batch, currentBatch, type InstanceUpdate, inFlightPhases, isTerminal, type Rollout } from "../rollout.ts";
import type { Waiting, WaitingReason } from "../waiting.ts";
import { type Fit, namedMax } from "./capacity.ts";
import { blindHolds, gateHolds, hasMoreBatches, insufficientHolds, overEvidence, startable } from "./gate.ts";
import { runningHooks } from "./hooks.ts";
import type { Observation } from "./observation.ts";
import { returnable, unwellUpdates } from "./rollback.ts";
import { hasAnyIn, inFlightUpdates, surveyOf, updatesIn } from "./survey.ts";

/** A wait's end may wander by this much without being a change worth an event. */
const untilSlackMs = 2_000;

/** Why the rollout does not do more right now. Never empty while it is active. */
export function waitingOf(state: Rollout, seen: Observation, now: number): Waiting[] {
  if (isTerminal(state.status)) return [];
  if (state.status === "queued") return [...state.waiting];
  return [...ofUnseen(seen), ...ofAttempts(state, seen), ...ofRepairs(state, seen, now), ...ofHooks(state), ...ofStatus(state, seen, now)];
}

function ofUnseen(seen: Observation): Waiting[] {
  const waiting: Waiting[] = [];
  if (seen.driver) waiting.push({ reason: "driver-unreachable", detail: seen.driver.message });
  if (seen.balancer) waiting.push({ reason: "balancer-unreachable", detail: seen.balancer.message });
  return waiting;
}

function ofAttempts(state: Rollout, seen: Observation): Waiting[] {
  const byReason = new Map<WaitingReason, InstanceUpdate[]>();
  const add = (reason: WaitingReason, update: InstanceUpdate) => {
    const updates = byReason.get(reason);
    if (updates) updates.push(update);
    else byReason.set(reason, [update]);
  };
  for (const update of inFlightUpdates(state)) add(reasonOf(update, seen), update);
  for (const update of updatesIn(state, ["retry-backoff"])) add("retry-backoff", update);
  return [...byReason].map(([reason, updates]) => {
    const retryAts = updates.flatMap((update) => update.retryAt ?? []);
    return reason === "retry-backoff" && retryAts.length > 0 ? { ...about(reason, updates), until: Math.min(...retryAts) } : about(reason, updates);
  });
}

/** The first of them by name, and how many they are where that is more. */
function about(reason: WaitingReason, updates: readonly InstanceUpdate[], count = updates.length): Waiting {
  const instanceIds = updates.slice(0, namedMax).map((update) => update.instanceId);
  return count > instanceIds.length ? { reason, instanceIds, count } : { reason, instanceIds };
}

function reasonOf(update: InstanceUpdate, seen: Observation): WaitingReason {
  const instance = seen.instances.get(update.instanceId);
  switch (update.phase) {
    case "draining":
      return "draining";
    case "checking": {
      const view = update.startFirst ? instance?.next : instance;
      if (view?.unit?.state !== "running") return "starting";
      return view.ready ? "holding" : "checking";
    }
    case "restoring":
      return "restoring";
    default:
      return "starting";
  }
}

function ofRepairs(state: Rollout, seen: Observation, now: number): Waiting[] {
  const mending = surveyOf(state, seen, now).notable.filter((update) => update.repair !== null || update.joining);
  return mending.length === 0 ? [] : [about("repairing", mending)];
}

function ofHooks(state: Rollout): Waiting[] {
  return runningHooks(state).map(({ hook, batch }) => ({ reason: "hook", detail: hook, ...(batch === null ? {} : { batch }) }));
}

function ofStatus(state: Rollout, seen: Observation, now: number): Waiting[] {
  switch (state.status) {
    case "paused": {
      const inFlight = inFlightUpdates(state);
      return [
        { reason: state.pausedBy?.cause === "person" ? "paused" : "failure-decision" },
        ...(inFlight.length > 0 ? [about("in-flight", inFlight)] : []),
      ];
    }
    case "stopping":
      return [about("in-flight", inFlightUpdates(state))];
    case "watching":
      return [
        blindHolds(state)
          ? { reason: "blind" }
          : overEvidence(state)
            ? { reason: "metric-over" }
            : { reason: "watching", ...endOf(state.watch, state.limits.watchMs) },
      ];
    case "rolling-back":
      return ofRollback(state, seen, now);
    case "running":
      return ofRunning(state, seen, now);
    default:
      return [];
  }
}

function ofRollback(state: Rollout, seen: Observation, now: number): Waiting[] {
  const fit = returnable(state, seen, now);
  if (fit.keptCount > 0 || hasAnyIn(state, [...inFlightPhases, "retry-backoff"])) return ofCapacity(fit);
  const unwell = unwellUpdates(state, seen, now).filter((update) => update.repair === null);
  return unwell.length === 0 ? [] : [about("repairing", unwell)];
}

function ofRunning(state: Rollout, seen: Observation, now: number): Waiting[] {
  const batch = currentBatch(state);
  if (batch === null || batch.gateOpenedAt !== null) return ofHold(state, seen, now);
  if (batch.settledAt !== null) return ofGate(state, batch, seen, now);
  return state.hooks.some((run) => run.status === "running") ? [] : ofCapacity(startable(state, seen, now));
}

function ofHold(state: Rollout, seen: Observation, now: number): Waiting[] {
  const hold = hasMoreBatches(state) ? gateHolds(state, seen, now) : null;
  return hold === null ? [] : [hold];
}

function ofGate(state: Rollout, batch: Batch, seen: Observation, now: number): Waiting[] {
  const number = { batch: batch.number };
  if (blindHolds(state)) return [{ reason: "blind", ...number }];
  const waiting: Waiting[] = [];
  if (batch.soakedAt === null) waiting.push({ reason: "soaking", ...number, ...endOf(state.soak, batch.soakMs) });
  if (batch.needsApproval && batch.approvedBy === null) waiting.push({ reason: "approval", ...number });
  else if (batch.soakedAt !== null && insufficientHolds(state)) waiting.push({ reason: "insufficient", ...number });
  const over = overEvidence(state);
  if (over && batch.soakedAt !== null) waiting.push({ reason: "metric-over", detail: metricText(over.metric), ...number });
  return [...waiting, ...ofHold(state, seen, now)];
}

function ofCapacity({ kept, keptCount }: Fit): Waiting[] {
  return keptCount === 0 ? [] : [about("capacity-floor", kept, keptCount)];
}

/** The same at every look, also when it is over and something else is waited for; nothing while the clock stands still. */
function endOf({ elapsedMs, runningSince }: Rollout["soak"], lengthMs: number): Pick<Waiting, "until"> {
  return runningSince === null ? {} : { until: runningSince + lengthMs - elapsedMs };
}

export function sameWaiting(a: readonly Waiting[], b: readonly Waiting[]): boolean {
  return a.length === b.length && a.every((left, index) => sameWait(left, b[index]));
}

function sameWait(a: Waiting, b: Waiting | undefined): boolean {
  if (b === undefined || a.reason !== b.reason || a.batch !== b.batch || a.detail !== b.detail || a.count !== b.count) return false;
  if ((a.until === undefined) !== (b.until === undefined) || Math.abs((a.until ?? 0) - (b.until ?? 0)) > untilSlackMs) return false;
  return (a.instanceIds ?? []).join() === (b.instanceIds ?? []).join();
}
