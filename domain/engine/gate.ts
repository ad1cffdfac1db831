import { formatDuration } from "../duration.ts";
import type { MetricEvidence } from "../metric.ts";
import { type Batch, currentBatch, type InstanceUpdate, isInFlight, type Rollout } from "../rollout.ts";
import { elapsedMsOf } from "../stop-clock.ts";
import { type Orderable, pickBatch } from "./batches.ts";
import { countAvailable, fitUnderFloor, isServing } from "./capacity.ts";
import type { Observation } from "./observation.ts";
import { record, type Turn } from "./turn.ts";

/** Opens batches and gates, and starts updates, while the rollout is running. */
export function goForward(turn: Turn): void {
  const batch = currentBatch(turn.state);
  if (batch === null || batch.gateOpenedAt !== null) openNext(turn);
  else if (batch.settledAt === null) workOn(turn, batch);
  else passGate(turn, batch);
}

function openNext(turn: Turn): void {
  const { state, seen } = turn;
  const remaining = unassigned(state);
  if (remaining.length === 0) {
    record(turn, { type: "rollout.watching" });
    return;
  }
  const number = state.batches.length + 1;
  const picked = pickBatch(
    remaining.map((update) => toOrderable(state, update, seen)),
    { limits: state.limits, order: state.plan.order, number, available: countAvailable(state, seen), desired: state.desired },
  );
  record(turn, { type: "batch.opened", batch: number, instanceIds: picked.map((instance) => instance.instanceId) });
  const opened = currentBatch(turn.state);
  if (opened) workOn(turn, opened);
}

function unassigned(state: Rollout): InstanceUpdate[] {
  return Object.values(state.updates).filter((update) => update.phase === "pending" && update.batch === null);
}

function toOrderable(state: Rollout, update: InstanceUpdate, seen: Observation): Orderable {
  const instance = seen.instances[update.instanceId];
  return {
    instanceId: update.instanceId,
    zone: update.zone,
    unitStartedAt: instance?.unit?.startedAt ?? null,
    healthy: isServing(instance, state.limits.minHealthyMs),
  };
}

function workOn(turn: Turn, batch: Batch): void {
  joinDead(turn, batch);
  for (const update of startable(turn.state, turn.seen, turn.now).go)
    record(turn, {
      type: "update.started",
      instanceId: update.instanceId,
      batch: batch.number,
      attempt: turn.state.attempts + 1,
      direction: "forward",
      releaseId: turn.state.releaseId,
    });
  settle(turn);
}

/** Old instances that die later move into the current batch, so that the floor never waits for something nobody repairs. */
function joinDead(turn: Turn, batch: Batch): void {
  const dead = unassigned(turn.state).filter((update) => {
    const seen = turn.seen.instances[update.instanceId];
    return seen !== undefined && (seen.unit === null || seen.unit.state === "exited" || !seen.ready);
  });
  if (dead.length > 0) record(turn, { type: "batch.joined", batch: batch.number, instanceIds: dead.map((update) => update.instanceId) });
}

/** Members of the current batch that could start now: those that go, and those the floor keeps. */
export function startable(state: Rollout, seen: Observation, now: number): { go: InstanceUpdate[]; kept: InstanceUpdate[] } {
  const batch = currentBatch(state);
  if (batch === null) return { go: [], kept: [] };
  const members = batch.instanceIds.flatMap((instanceId) => state.updates[instanceId] ?? []);
  const waiting = members.filter((update) => update.phase === "pending" || isRetryDue(update, now));
  const serves = (update: InstanceUpdate) => Number(isServing(seen.instances[update.instanceId], state.limits.minHealthyMs));
  return fitUnderFloor(
    state,
    [...waiting].sort((a, b) => serves(a) - serves(b)),
    seen,
  );
}

export function isRetryDue(update: InstanceUpdate, now: number): boolean {
  return update.phase === "retry-backoff" && now >= (update.retryAt ?? 0);
}

function settle(turn: Turn): void {
  const batch = currentBatch(turn.state);
  if (batch === null) return;
  const members = batch.instanceIds.flatMap((instanceId) => turn.state.updates[instanceId] ?? []);
  if (members.some((update) => isInFlight(update) || update.phase === "pending" || update.phase === "retry-backoff")) return;
  const failed = members.filter((update) => update.phase === "failed").map((update) => update.instanceId);
  record(turn, { type: "batch.settled", batch: batch.number, failed });
}

function passGate(turn: Turn, batch: Batch): void {
  const soaked = batch.soakedAt !== null || elapsedMsOf(turn.state.soak, turn.now) >= batch.soakMs;
  if (!soaked || blindHolds(turn.state)) return;
  if (batch.soakedAt === null) record(turn, { type: "batch.soaked", batch: batch.number });
  if (batch.needsApproval && batch.approvedBy === null) return;
  if (insufficientHolds(turn.state)) return;
  record(turn, { type: "gate.opened", batch: batch.number, evidence: evidenceNow(turn) });
  openNext(turn);
}

/** The numbers as they are at this gate: the state's own are those of the last changed verdict. */
function evidenceNow({ state, seen }: Turn): Rollout["evidence"] {
  const isFixed = (evidence: MetricEvidence) => evidence.state === "bad" || evidence.state === "overridden";
  return Object.fromEntries(
    Object.entries(state.evidence).map(([metric, known]) => [metric, isFixed(known) ? known : (seen.evidence[metric] ?? known)]),
  );
}

export function blindHolds(state: Rollout): boolean {
  return state.plan.metrics !== false && state.plan.metrics.onBlind === "hold" && blindEvidence(state) !== undefined;
}

export function insufficientHolds(state: Rollout): boolean {
  if (state.plan.metrics === false || state.plan.metrics.onInsufficient !== "hold" || !state.plan.metrics.errors) return false;
  const verdicts = Object.values(state.evidence);
  return verdicts.length === 0 || verdicts.some((evidence) => evidence.state === "insufficient");
}

function blindEvidence(state: Rollout): MetricEvidence | undefined {
  return Object.values(state.evidence).find((evidence) => evidence.state === "blind");
}

/** Blind for longer than the plan's patience, with nothing else to wait for: a person decides. Never a rollback. */
export function losePatience(turn: Turn): void {
  const blind = blindEvidence(turn.state);
  const batch = currentBatch(turn.state);
  const atGate = turn.state.status === "watching" || (turn.state.status === "running" && batch !== null && batch.settledAt !== null);
  if (!blind || !atGate || !blindHolds(turn.state) || turn.now - blind.at < turn.state.limits.patienceMs) return;
  record(turn, {
    type: "rollout.paused",
    cause: "evidence",
    message: `The metrics source has said nothing for ${formatDuration(turn.now - blind.at)}. Look at the fleet, then resume with a reason or roll back.`,
  });
}

/** The last part: judged on, but nothing more is changed. */
export function endWatch(turn: Turn): void {
  const { state } = turn;
  if (state.status !== "watching" || blindHolds(state) || elapsedMsOf(state.watch, turn.now) < state.limits.watchMs) return;
  const failed = Object.values(state.updates)
    .filter((update) => update.phase === "failed")
    .map((update) => update.instanceId);
  const name = state.releaseNames[state.releaseId] ?? "the new release";
  const moved = state.desired - failed.length;
  const message =
    failed.length === 0
      ? `All ${state.desired} instances run ${name}.`
      : `${moved} of ${state.desired} instances run ${name}; ${failed.length} failed: ${failed.join(", ")}.`;
  record(turn, { type: "rollout.ended", status: "succeeded", message, failed });
}
