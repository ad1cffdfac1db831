import { attemptKey, type InstanceUpdate, inFlightPhases, type Rollout, type UpdatePhase } from "../rollout.ts";
import { rememberByChunk, type Table } from "../table.ts";
import type { InstanceObservation, Observation, UnitView } from "./observation.ts";

/** A unit that started later than this after its update was completed has crashed in between. */
const restartSlackMs = 500;

/**
 * The fleet at a glance, for one moment. Counting ten thousand instances at every look would cost more than deciding, so
 * a chunk of instances is counted again only when an update or an observation in it changed, or a hold in it ran out.
 */
export interface Survey {
  /** Instances that serve now and that nothing of ours is about to take away. */
  readonly available: number;
  /** Instances that answer users, whether they count or not. */
  readonly answering: number;
  /** Everything that is not simply serving: the only ones that can need something. */
  readonly notable: readonly InstanceUpdate[];
  /** Those that still run, in or out of rotation, the unit that failed. */
  readonly setAside: readonly InstanceUpdate[];
}

interface ChunkSurvey extends Survey {
  readonly seen: readonly InstanceObservation[] | null;
  readonly rolloutId: string;
  readonly minHealthyMs: number;
  /** Until a hold runs out and changes the count; −∞ when the two tables have different members. */
  readonly validUntil: number;
}

const chunkSurveys = new WeakMap<readonly InstanceUpdate[], ChunkSurvey>();
const whole = new WeakMap<
  Table<InstanceUpdate>,
  { readonly seen: Observation["instances"]; readonly now: number; readonly minHealthyMs: number; readonly survey: Survey }
>();

export function surveyOf(state: Rollout, seen: Observation, now: number): Survey {
  const { minHealthyMs } = state.limits;
  const before = whole.get(state.updates);
  if (before?.seen === seen.instances && before.now === now && before.minHealthyMs === minHealthyMs) return before.survey;
  let available = 0;
  let answering = 0;
  const notable: InstanceUpdate[] = [];
  const setAside: InstanceUpdate[] = [];
  for (const [index, chunk] of state.updates.chunks.entries()) {
    const part = chunkSurveyOf(state, seen, now, chunk, seen.instances.chunks[index] ?? null);
    available += part.available;
    answering += part.answering;
    for (const update of part.notable) notable.push(update);
    for (const update of part.setAside) setAside.push(update);
  }
  const survey = { available, answering, notable, setAside };
  whole.set(state.updates, { seen: seen.instances, now, minHealthyMs, survey });
  return survey;
}

function chunkSurveyOf(
  state: Rollout,
  seen: Observation,
  now: number,
  chunk: readonly InstanceUpdate[],
  seenChunk: readonly InstanceObservation[] | null,
): ChunkSurvey {
  const { rolloutId } = state;
  const { minHealthyMs } = state.limits;
  const before = chunkSurveys.get(chunk);
  if (before && before.seen === seenChunk && before.validUntil > now && before.rolloutId === rolloutId && before.minHealthyMs === minHealthyMs)
    return before;
  let available = 0;
  let answering = 0;
  let validUntil = Number.POSITIVE_INFINITY;
  const notable: InstanceUpdate[] = [];
  const setAside: InstanceUpdate[] = [];
  for (const [index, update] of chunk.entries()) {
    const beside = seenChunk?.[index];
    const isAligned = beside?.instanceId === update.instanceId;
    const instance = isAligned ? beside : seen.instances.get(update.instanceId);
    if (!isAligned) validUntil = Number.NEGATIVE_INFINITY;
    else validUntil = Math.min(validUntil, heldAt(beside, now, minHealthyMs), beside.next ? heldAt(beside.next, now, minHealthyMs) : validUntil);
    if (isAvailable(state, update, instance, now)) available += 1;
    if (isAnswering(update, instance, now)) answering += 1;
    if (!isPlain(update, instance)) notable.push(update);
    if (instance && isSetAside(state, update, instance)) setAside.push(update);
  }
  const part = { available, answering, notable, setAside, validUntil, seen: seenChunk, rolloutId, minHealthyMs };
  chunkSurveys.set(chunk, part);
  return part;
}

/** When this unit's readiness will have held long enough; never for one that has, or is not ready. */
function heldAt(view: UnitView, now: number, minHealthyMs: number): number {
  const at = (view.readySince ?? Number.POSITIVE_INFINITY) + minHealthyMs;
  return at > now ? at : Number.POSITIVE_INFINITY;
}

/** Readiness has held without a break for `minHealthyMs`. */
export function isHealthy(view: UnitView | null | undefined, now: number, minHealthyMs: number): boolean {
  return view != null && view.unit?.state === "running" && view.ready && view.readySince !== null && now - view.readySince >= minHealthyMs;
}

/** Healthy and confirmed in the balancer. */
export function isServing(view: UnitView | null | undefined, now: number, minHealthyMs: number): boolean {
  return isHealthy(view, now, minHealthyMs) && view?.rotation === "in";
}

/** Counts as capacity: serves now, and nothing of ours is about to take it away. Whatever is unhealthy is unavailable. */
export function isAvailable(state: Rollout, update: InstanceUpdate, seen: InstanceObservation | undefined, now: number): boolean {
  if (seen === undefined || seen.passiveFailed || update.phase === "removed") return false;
  const { minHealthyMs } = state.limits;
  if (inFlightPhases.has(update.phase)) return update.startFirst && (isServing(seen, now, minHealthyMs) || isServing(seen.next, now, minHealthyMs));
  if (isSetAside(state, update, seen)) return false;
  return isServing(seen, now, minHealthyMs);
}

/** Answers users, whether it counts or not: a restarted unit does before its readiness has held. Where nearly every answer fails it serves nobody. */
export function isAnswering(update: InstanceUpdate, seen: InstanceObservation | undefined, now: number): boolean {
  if (seen === undefined || seen.passiveFailed || update.phase === "removed" || inFlightPhases.has(update.phase)) return false;
  return update.failure?.cause !== "passive-check" && isServing(seen, now, 0);
}

/** It still runs the unit that failed. One that was started first, or repaired since, serves on whatever its update came to. */
export function isSetAside(state: Rollout, update: InstanceUpdate, seen: InstanceObservation): boolean {
  if (update.phase !== "failed" && update.phase !== "retry-backoff" && update.phase !== "skipped") return false;
  const { failedAttempt } = update;
  const key = seen.unit?.key;
  return key === attemptKey(state, update) || (failedAttempt !== null && key === attemptKey(state, { ...update, attempt: failedAttempt }));
}

/** Serving, with nothing odd about it, and nothing to be done. */
function isPlain(update: InstanceUpdate, seen: InstanceObservation | undefined): boolean {
  if (seen === undefined || seen.unit === null || seen.next !== null || !seen.ready || seen.passiveFailed) return false;
  if (seen.unit.state !== "running" || seen.rotation !== "in" || update.repair !== null || update.joining) return false;
  return !hasRestarted(update, seen);
}

export function hasRestarted(update: InstanceUpdate, seen: InstanceObservation): boolean {
  return seen.unit !== null && seen.unit.startedAt > update.phaseSince + restartSlackMs;
}

const byPhase = rememberByChunk((chunk: readonly InstanceUpdate[]) => {
  const lists = new Map<UpdatePhase, InstanceUpdate[]>();
  for (const update of chunk) {
    const list = lists.get(update.phase);
    if (list) list.push(update);
    else lists.set(update.phase, [update]);
  }
  return lists;
});

/** The updates in these phases, in the fleet's order, without a look at all the others. */
export function updatesIn(state: Rollout, phases: Iterable<UpdatePhase>): InstanceUpdate[] {
  const wanted = [...phases];
  const found: InstanceUpdate[] = [];
  for (const chunk of state.updates.chunks) {
    const lists = byPhase(chunk);
    for (const phase of wanted) for (const update of lists.get(phase) ?? []) found.push(update);
  }
  return found;
}

export function hasAnyIn(state: Rollout, phases: Iterable<UpdatePhase>): boolean {
  const wanted = [...phases];
  return state.updates.chunks.some((chunk) => wanted.some((phase) => byPhase(chunk).has(phase)));
}

export function countIn(state: Rollout, phases: Iterable<UpdatePhase>): number {
  const wanted = [...phases];
  return state.updates.chunks.reduce((sum, chunk) => sum + wanted.reduce((part, phase) => part + (byPhase(chunk).get(phase)?.length ?? 0), 0), 0);
}

/** How far the members of a batch are, or of no batch yet. */
export interface Tally {
  readonly members: number;
  readonly pending: number;
  /** Not at an end: pending, in flight, or waiting for another attempt. */
  readonly unfinished: number;
  readonly failed: number;
}

const noTally: Tally = { members: 0, pending: 0, unfinished: 0, failed: 0 };

const tallies = rememberByChunk((chunk: readonly InstanceUpdate[]) => {
  const byBatch = new Map<number | null, Tally>();
  for (const { batch, phase } of chunk) {
    if (phase === "removed") continue;
    const { members, pending, unfinished, failed } = byBatch.get(batch) ?? noTally;
    const isPending = phase === "pending";
    byBatch.set(batch, {
      members: members + 1,
      pending: pending + Number(isPending),
      unfinished: unfinished + Number(isPending || phase === "retry-backoff" || inFlightPhases.has(phase)),
      failed: failed + Number(phase === "failed"),
    });
  }
  return byBatch;
});

export function tallyOf(state: Rollout, batch: number | null): Tally {
  let members = 0;
  let pending = 0;
  let unfinished = 0;
  let failed = 0;
  for (const chunk of state.updates.chunks) {
    const part = tallies(chunk).get(batch);
    if (part === undefined) continue;
    members += part.members;
    pending += part.pending;
    unfinished += part.unfinished;
    failed += part.failed;
  }
  return { members, pending, unfinished, failed };
}

const inFlightOf = new WeakMap<Table<InstanceUpdate>, readonly InstanceUpdate[]>();

/** Asked for many times in one look. */
export function inFlightUpdates(state: Rollout): readonly InstanceUpdate[] {
  const known = inFlightOf.get(state.updates);
  if (known) return known;
  const found = updatesIn(state, inFlightPhases);
  inFlightOf.set(state.updates, found);
  return found;
}
