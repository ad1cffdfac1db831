import { formatDuration } from "../duration.ts";
import { metricText } from "../evidence/words.ts";
import type { MetricEvidence } from "../metric.ts";
import { type Batch, currentBatch, type InstanceUpdate, inFlightPhases, type Rollout } from "../rollout.ts";
import { elapsedMsOf } from "../stop-clock.ts";
import { isRetryDue, startUpdate } from "./attempts.ts";
import { orderInstances, pickBatch } from "./batches.ts";
import { countAvailable, type Fit, fitLimits, nothingFits } from "./capacity.ts";
import { passHook } from "./hooks.ts";
import type { Observation } from "./observation.ts";
import { hasAnyIn, isServing, surveyOf, tallyOf, updatesIn } from "./survey.ts";
import { record, type Turn } from "./turn.ts";
import { windowOpensAt } from "./windows.ts";

/** Opens batches and gates, and starts updates, while the rollout is running. */
export function goForward(turn: Turn): void {
  const batch = currentBatch(turn.state);
  if (batch === null || batch.gateOpenedAt !== null) openNext(turn);
  else if (batch.settledAt === null) workOn(turn, batch);
  else passGate(turn, batch);
}

function openNext(turn: Turn): void {
  const { state, seen, now } = turn;
  const remaining = unassigned(state);
  if (remaining.length === 0) {
    finish(turn);
    return;
  }
  if (gateHolds(state, seen, now) !== null) return;
  const candidates = remaining.filter((update) => !update.joining);
  if (candidates.length === 0) return;
  const number = state.batches.length + 1;
  const healthy: InstanceUpdate[] = [];
  const unhealthy: InstanceUpdate[] = [];
  for (const update of candidates)
    (isServing(seen.instances.get(update.instanceId), now, state.limits.minHealthyMs) ? healthy : unhealthy).push(update);
  const picked = pickBatch(healthy, unhealthy, { limits: state.limits, number, available: countAvailable(state, seen, now), desired: state.desired });
  record(turn, { type: "batch.opened", batch: number, instanceIds: picked.map((update) => update.instanceId) });
  const opened = currentBatch(turn.state);
  if (opened) workOn(turn, opened);
}

/** After the last gate: the plan's own validation, then the watch. */
function finish(turn: Turn): void {
  if (turn.state.plan.hooks.finalize === undefined) record(turn, { type: "rollout.watching" });
  else record(turn, { type: "rollout.finalizing" });
  if (turn.state.status === "finalizing") finalize(turn);
}

export function finalize(turn: Turn): void {
  startRetries(turn);
  if (passHook(turn, "finalize")) record(turn, { type: "rollout.watching" });
}

/** In the plan's order, which is settled at the start: what happens to an instance later does not move it. */
function unassigned(state: Rollout): InstanceUpdate[] {
  return orderOf(state)
    .flatMap((instanceId) => state.updates.get(instanceId) ?? [])
    .filter((update) => update.phase === "pending" && update.batch === null);
}

const orders = new WeakMap<object, { readonly order: Rollout["plan"]["order"]; readonly instanceIds: readonly string[] }>();

/** It follows from the members alone, so it is worked out once for them. */
function orderOf(state: Rollout): readonly string[] {
  const { order } = state.plan;
  const before = orders.get(state.updates.members);
  if (before?.order === order) return before.instanceIds;
  const instanceIds = orderInstances(state.updates.values(), order).map((update) => update.instanceId);
  orders.set(state.updates.members, { order, instanceIds });
  return instanceIds;
}

/** What keeps new batches from starting: a freeze of the fleet, or the plan's windows. Never a rollback. */
export function gateHolds(
  state: Rollout,
  seen: Observation,
  now: number,
): { readonly reason: "freeze" | "window"; readonly until?: number; readonly detail?: string } | null {
  if (seen.freeze !== null && (seen.freeze.until === null || seen.freeze.until > now))
    return { reason: "freeze", detail: seen.freeze.reason, ...(seen.freeze.until === null ? {} : { until: seen.freeze.until }) };
  const opensAt = windowOpensAt(state.plan.windows, now);
  return opensAt === null ? null : { reason: "window", until: opensAt };
}

function workOn(turn: Turn, batch: Batch): void {
  joinDead(turn, batch, (update) => !update.wasUnhealthy);
  if (!passHook(turn, "beforeBatch", batch.number)) return;
  if (isStuck(turn)) joinDead(turn, batch, () => true);
  for (const update of startable(turn.state, turn.seen, turn.now).go) startUpdate(turn, update, "forward", turn.state.releaseId);
  settle(turn);
}

/** Nothing is under way, and what could begin is kept by the floor. */
function isStuck({ state, seen, now }: Turn): boolean {
  if (hasAnyIn(state, inFlightPhases) || updatesIn(state, ["retry-backoff"]).some((update) => !isRetryDue(update, now))) return false;
  const { go, keptCount } = startable(state, seen, now);
  return go.length === 0 && keptCount > 0;
}

/**
 * Old instances that die later move into the current batch; those that were dead before wait for their own, unless the
 * floor would wait for them: for something that nobody else repairs.
 */
function joinDead(turn: Turn, batch: Batch, mayJoin: (update: InstanceUpdate) => boolean): void {
  const dead = surveyOf(turn.state, turn.seen, turn.now).notable.filter((update) => {
    if (update.phase !== "pending" || update.batch !== null || update.joining || update.repair !== null || !mayJoin(update)) return false;
    const seen = turn.seen.instances.get(update.instanceId);
    return seen !== undefined && (seen.unit === null || seen.unit.state === "exited" || !seen.ready);
  });
  if (dead.length > 0) record(turn, { type: "batch.joined", batch: batch.number, instanceIds: dead.map((update) => update.instanceId) });
}

/** Members of the current batch, and retries of earlier ones, that could start now: those that go, and those that capacity keeps. */
export function startable(state: Rollout, seen: Observation, now: number): Fit {
  const batch = currentBatch(state);
  if (batch === null) return nothingFits;
  const retries = dueRetries(state, seen, now);
  return fitLimits(
    state,
    {
      updates: startOrder(state, seen, now, batch, retries),
      count: retries.down.length + retries.serving.length + tallyOf(state, batch.number).pending,
    },
    seen,
    now,
  );
}

/** What does not serve, then the others as the batch lists them, what is tried again before the rest; only as far as anyone asks. */
function* startOrder(state: Rollout, seen: Observation, now: number, batch: Batch, retries: Retries): Iterable<InstanceUpdate> {
  yield* retries.down;
  const first = surveyOf(state, seen, now).notable.filter((update) => update.phase === "pending" && update.batch === batch.number);
  yield* first;
  yield* retries.serving;
  const isTaken = new Set(first);
  for (let index = batch.begun; index < batch.instanceIds.length; index += 1) {
    const update = state.updates.get(batch.instanceIds[index] ?? "");
    // An instance may have left the fleet and another one come under its name.
    if (update?.phase === "pending" && update.batch === batch.number && !isTaken.has(update)) yield update;
  }
}

interface Retries {
  readonly down: readonly InstanceUpdate[];
  readonly serving: readonly InstanceUpdate[];
}

function dueRetries(state: Rollout, seen: Observation, now: number): Retries {
  const due = updatesIn(state, ["retry-backoff"]).filter((update) => update.direction === "forward" && isRetryDue(update, now));
  const serves = (update: InstanceUpdate) => isServing(seen.instances.get(update.instanceId), now, state.limits.minHealthyMs);
  return { down: due.filter((update) => !serves(update)), serving: due.filter(serves) };
}

/** After the last batch: what a person asked to be tried again. */
export function startRetries(turn: Turn): void {
  const { down, serving } = dueRetries(turn.state, turn.seen, turn.now);
  const retries = [...down, ...serving];
  for (const update of fitLimits(turn.state, { updates: retries, count: retries.length }, turn.seen, turn.now).go)
    startUpdate(turn, update, "forward", turn.state.releaseId);
}

function settle(turn: Turn): void {
  const batch = currentBatch(turn.state);
  if (batch === null || tallyOf(turn.state, batch.number).unfinished > 0) return;
  const failed = updatesIn(turn.state, ["failed"])
    .filter((update) => update.batch === batch.number)
    .map((update) => update.instanceId);
  record(turn, { type: "batch.settled", batch: batch.number, failed });
  passHook(turn, "afterBatch", batch.number);
}

function passGate(turn: Turn, batch: Batch): void {
  const isChecked = passHook(turn, "afterBatch", batch.number);
  startRetries(turn);
  const isSoaked = batch.soakedAt !== null || elapsedMsOf(turn.state.soak, turn.now) >= batch.soakMs;
  if (!isSoaked || blindHolds(turn.state)) return;
  if (batch.soakedAt === null) record(turn, { type: "batch.soaked", batch: batch.number });
  if (!isChecked || hasAnyIn(turn.state, [...inFlightPhases, "retry-backoff"])) return;
  if (batch.needsApproval && batch.approvedBy === null) return;
  if (insufficientHolds(turn.state) || overEvidence(turn.state) !== undefined) return;
  if (hasMoreBatches(turn.state) && gateHolds(turn.state, turn.seen, turn.now) !== null) return;
  record(turn, { type: "gate.opened", batch: batch.number, evidence: evidenceNow(turn) });
  openNext(turn);
}

/** Whether a next batch follows the current one, which is what a freeze or a window can hold. */
export function hasMoreBatches(state: Rollout): boolean {
  return tallyOf(state, null).pending > 0;
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
  if (state.plan.metrics === false || state.plan.metrics.onInsufficient !== "hold") return false;
  const { errors, latency, custom } = state.plan.metrics;
  if (!errors && latency.length === 0 && custom.length === 0) return false;
  const verdicts = Object.values(state.evidence);
  return verdicts.length === 0 || verdicts.some((evidence) => evidence.state === "insufficient");
}

/** A plain number of the plan's that is above its bound. */
export function overEvidence(state: Rollout): MetricEvidence | undefined {
  return Object.values(state.evidence).find((evidence) => evidence.state === "over");
}

function blindEvidence(state: Rollout): MetricEvidence | undefined {
  return Object.values(state.evidence).find((evidence) => evidence.state === "blind");
}

/** Nothing to judge by for longer than the plan's patience, with nothing else to wait for: a person decides. Never a rollback. */
export function losePatience(turn: Turn): void {
  loseBlindPatience(turn);
  loseOverPatience(turn);
  const { state, now } = turn;
  const soakedAt = currentBatch(state)?.soakedAt ?? null;
  if (state.status !== "running" || soakedAt === null || !insufficientHolds(state) || now - soakedAt < state.limits.patienceMs) return;
  if (currentBatch(state)?.gateOpenedAt !== null) return;
  record(turn, {
    type: "rollout.paused",
    cause: "evidence",
    message: `Too little traffic was seen to judge the release for ${formatDuration(now - soakedAt)} after the soak.`,
  });
}

function loseOverPatience(turn: Turn): void {
  const over = overEvidence(turn.state);
  if (!over?.gauge || !isAtGate(turn.state) || turn.now - over.at < turn.state.limits.patienceMs) return;
  const { value, max } = over.gauge;
  const message = `${metricText(over.metric)} has been above ${max} for ${formatDuration(turn.now - over.at)}; it was ${value} at the beginning.`;
  record(turn, { type: "rollout.paused", cause: "evidence", message });
}

function isAtGate(state: Rollout): boolean {
  const batch = currentBatch(state);
  return state.status === "watching" || (state.status === "running" && batch !== null && batch.settledAt !== null);
}

function loseBlindPatience(turn: Turn): void {
  const blind = blindEvidence(turn.state);
  if (!blind || !isAtGate(turn.state) || !blindHolds(turn.state) || turn.now - blind.at < turn.state.limits.patienceMs) return;
  record(turn, {
    type: "rollout.paused",
    cause: "evidence",
    message: `The metrics source has said nothing for ${formatDuration(turn.now - blind.at)}.`,
  });
}

/** The last part: judged on, but nothing more is changed. */
export function endWatch(turn: Turn): void {
  if (turn.state.status !== "watching") return;
  startRetries(turn);
  const { state } = turn;
  if (blindHolds(state) || overEvidence(state) !== undefined || elapsedMsOf(state.watch, turn.now) < state.limits.watchMs) return;
  if (hasAnyIn(state, [...inFlightPhases, "retry-backoff"])) return;
  record(turn, { type: "rollout.ended", status: "succeeded", ...successOf(state) });
}

/** How a rollout that reached its end is told: what was left out is named. */
export function successOf(state: Rollout): { readonly message: string; readonly failed: readonly string[] } {
  const failed = updatesIn(state, ["failed", "skipped"]).map((update) => update.instanceId);
  const name = state.releaseNames[state.releaseId] ?? "the new release";
  if (failed.length === 0) return { message: `All ${state.desired} instances run ${name}.`, failed };
  const moved = state.desired - failed.length;
  return { message: `${moved} of ${state.desired} instances run ${name}; ${failed.length} failed: ${failed.join(", ")}.`, failed };
}
