import { floorOf } from "../engine/capacity.ts";
import type { InstanceEffect } from "../engine/effect.ts";
import type { InstanceObservation, UnitView } from "../engine/observation.ts";
import { isHealthy } from "../engine/survey.ts";
import type { RolloutEvent } from "../event.ts";
import { inFlightPhases, isTerminal, type Rollout } from "../rollout.ts";
import { activeOf, type Book } from "./book.ts";
import type { ControlPlane, Happening, Watch } from "./plane.ts";
import type { World } from "./world.ts";

/**
 * What must hold after every step of every run, whatever goes wrong (docs/semantics). Each looks at one thing that
 * happened, with the world or the rollout before and after it, and answers with what is broken; null is well.
 */

type Recorded = Extract<Happening, { type: "recorded" }>;
type CarriedOut = Extract<Happening, { type: "carried-out" }>;
type Passed = Extract<Happening, { type: "passed" }>;
type Check<What> = (what: What, plane: ControlPlane) => string | null;

export class BrokenInvariant extends Error {
  override readonly name = "BrokenInvariant";
  readonly invariant: string;

  constructor(invariant: string, message: string) {
    super(message);
    this.invariant = invariant;
  }
}

type Failed = RolloutEvent & { readonly type: "attempt.failed" };

/** The units whose attempts have failed, by their key, and by the book that says so. */
const failedUnits = new WeakMap<Book, Map<string, Failed>>();

function failedUnitsOf(book: Book): Map<string, Failed> {
  const known = failedUnits.get(book) ?? new Map<string, Failed>();
  failedUnits.set(book, known);
  return known;
}

/** Watches a run and throws at the first step that breaks something. */
export const watchInvariants: Watch = (happening, plane) => {
  if (happening.type === "recorded") noteFailures(happening, plane);
  if (happening.type === "recorded") checkAll(recordedChecks, happening, plane);
  if (happening.type === "carried-out") checkAll(effectChecks, happening, plane);
  if (happening.type === "passed") checkAll(timeChecks, happening, plane);
};

function noteFailures({ events }: Recorded, { book }: ControlPlane): void {
  for (const event of events)
    if (event.type === "attempt.failed") failedUnitsOf(book).set(`${event.rolloutId}/${event.instanceId}/${event.attempt}`, event);
}

function checkAll<What>(checks: Readonly<Record<string, Check<What>>>, what: What, plane: ControlPlane): void {
  for (const [name, check] of Object.entries(checks)) {
    const broken = check(what, plane);
    if (broken !== null) throw new BrokenInvariant(name, `At ${plane.world.now} ms: ${broken}`);
  }
}

const effectChecks = {
  "the floor holds": keepsFloor,
  "the ceiling holds": keepsCeiling,
  "nothing is stopped that still takes requests": stopsOnlyDrained,
  "nothing is restored before it is healthy": restoresOnlyHealthy,
} satisfies Record<string, Check<CarriedOut>>;

const recordedChecks = {
  "events have no gap": hasNoGap,
  "one rollout acts at a time": actsAlone,
  "an end is an end": endsOnce,
  "no batch before the gate of the one before": waitsForGates,
  "no data opens no gate": opensOnData,
  "a pause starts nothing": pauseStartsNothing,
  "a rollback is not rolled back": goesBackOnce,
  "rolled back is whole again": isWholeAfterRollback,
  "succeeded is on the target": isOnTargetAfterSuccess,
  "nothing is in flight after the end": leavesNothingInFlight,
} satisfies Record<string, Check<Recorded>>;

const timeChecks = {
  "what only fails leaves rotation": leavesWhenFailing,
} satisfies Record<string, Check<Passed>>;

/** A drain and whatever holds up the engine may take so long, and no longer. */
const failingMsMax = 240_000;

/** Ready in rotation never goes below the floor, or what was ready, by an act of the engine's own. */
function keepsFloor({ effect, before, after }: CarriedOut, plane: ControlPlane): string | null {
  if (effect.type === "hook.run" || isStale(plane)) return null;
  const active = activeOf(plane.book)?.state ?? null;
  const floor = active === null ? plane.book.fleet.fleet.instances.length : floorOf(active);
  for (const holdMs of [0, active?.limits.minHealthyMs ?? 0]) {
    const served = before.get(effect.instanceId);
    // Of which nearly every answer fails serves nobody.
    if (served?.passiveFailed || !isServed(served, plane, holdMs) || isServed(after.get(effect.instanceId), plane, holdMs)) continue;
    const left = countServing(after, plane, holdMs);
    if (left < Math.min(floor, left + 1))
      return `${effect.type} of ${effect.instanceId} left ${left} serving (held for ${holdMs} ms); the floor is ${floor}.`;
  }
  return null;
}

function countServing(views: World["views"], plane: ControlPlane, holdMs: number): number {
  let count = 0;
  for (const chunk of views.chunks) for (const view of chunk) if (isServed(view, plane, holdMs)) count += 1;
  return count;
}

/** What has failed is not healthy, whatever its check says. */
function isServed(view: InstanceObservation | undefined, { world, book }: ControlPlane, holdMs: number): boolean {
  if (view === undefined) return false;
  const active = activeOf(book)?.state;
  if (active?.updates.get(view.instanceId)?.failure?.cause === "passive-check") return false;
  const hasFailed = (key = "") => active !== undefined && key.startsWith(`${active.rolloutId}/`) && failedUnitsOf(book).has(key);
  const isCounted = (unit: UnitView) => serves(unit, world.now, holdMs) && (holdMs === 0 || !hasFailed(unit.unit?.key));
  return isCounted(view) || (view.next !== null && isCounted(view.next));
}

function serves(view: UnitView, now: number, holdMs: number): boolean {
  return view.rotation === "in" && isHealthy(view, now, holdMs);
}

/** What is seen may be old in these runs on purpose: then no promise about the world can be kept. */
function isStale({ world }: ControlPlane): boolean {
  return world.faults.away.has("view");
}

/** It serves nobody, so no floor keeps it in rotation. */
function leavesWhenFailing({ after }: Passed, { world, book, down }: ControlPlane): string | null {
  const failed = failedUnits.get(book);
  if (failed === undefined || down !== null || world.faults.away.size > 0 || world.faults.balancer !== "well") return null;
  const active = activeOf(book);
  for (const [key, { rolloutId, instanceId, cause, at }] of failed) {
    if (cause !== "passive-check" || rolloutId !== active?.rolloutId || world.now - at < failingMsMax) continue;
    const view = after.get(instanceId);
    if (view?.passiveFailed && view.unit?.key === key && view.rotation === "in")
      return `${instanceId} has failed nearly every request since ${at} ms and is still in rotation.`;
  }
  return null;
}

/** No unit is started that would make more than `desired + maxSurge`. */
function keepsCeiling({ effect, existingBefore }: CarriedOut, plane: ControlPlane): string | null {
  if ((effect.type !== "instance.start" && effect.type !== "instance.replace") || isStale(plane)) return null;
  const { existing } = plane.world.tally;
  const active = activeOf(plane.book)?.state ?? null;
  const members = plane.book.fleet.fleet.instances.length;
  const ceiling = (active === null ? members : active.desired + active.limits.maxSurge) + leftOvers(plane, active);
  if (existing <= existingBefore || existing <= ceiling) return null;
  return `${effect.type} of ${effect.instanceId} made ${existing} units; at most ${ceiling} may be.`;
}

/** What has left the fleet or is left of an ended rollout, and is still being taken away, was there before. */
function leftOvers({ world, book }: ControlPlane, active: Rollout | null): number {
  const leaving = world.slots.size - book.fleet.fleet.instances.length;
  if (active !== null) return leaving;
  return leaving + [...world.slots.values()].filter((slot) => slot.next ?? slot.starting).length;
}

/** Out of rotation and drained, or at the drain's deadline, before it is stopped. What has ended by itself may be swept away. */
function stopsOnlyDrained({ effect, before }: CarriedOut, plane: ControlPlane): string | null {
  if (effect.type === "hook.run" || isStale(plane)) return null;
  const stopped = stoppedBy(effect, before.get(effect.instanceId));
  if (stopped?.unit?.state !== "running" || stopped.rotation === "out") return null;
  return `${effect.type} stopped the unit of ${effect.instanceId} while it was ${stopped.rotation === "in" ? "in rotation" : "draining"}.`;
}

function stoppedBy(effect: InstanceEffect, view: InstanceObservation | undefined): UnitView | null {
  switch (effect.type) {
    case "instance.replace":
    case "instance.retire":
    case "instance.remove":
      return view ?? null;
    case "instance.discard":
      return view?.next ?? null;
    default:
      return null;
  }
}

function restoresOnlyHealthy({ effect, before }: CarriedOut, plane: ControlPlane): string | null {
  if (effect.type !== "instance.restore" || isStale(plane)) return null;
  const seen = before.get(effect.instanceId);
  const view = effect.target === "next" ? seen?.next : seen;
  const active = activeOf(plane.book)?.state ?? null;
  // An attempt that is turned round before its unit was touched only goes back to where it was.
  const update = active?.updates.get(effect.instanceId);
  const isReversed = update !== undefined && update.direction === "back" && update.replacedAt === null;
  const holdMs = isReversed ? 0 : (active?.limits.minHealthyMs ?? 0);
  if (view && isHealthy(view, plane.world.now, holdMs)) return null;
  return `${effect.instanceId} was restored before its readiness had held for ${holdMs} ms.`;
}

function hasNoGap({ before, events }: Recorded): string | null {
  const first = (before?.seq ?? 0) + 1;
  const gap = events.find((event, index) => event.seq !== first + index);
  return gap ? `Event ${gap.seq} follows ${(before?.seq ?? 0) + events.indexOf(gap)}.` : null;
}

function actsAlone(_: Recorded, { book }: ControlPlane): string | null {
  const active = book.rollouts.filter(({ state }) => !isTerminal(state.status) && state.status !== "queued");
  return active.length > 1 ? `${active.map(({ rolloutId }) => rolloutId).join(" and ")} act on one fleet.` : null;
}

function endsOnce({ before, events }: Recorded): string | null {
  if (before && isTerminal(before.status)) return `${before.rolloutId} had ended ${before.status} and went on with ${events[0]?.type}.`;
  const ends = events.findIndex(({ type }) => type === "rollout.ended");
  return ends === -1 || ends === events.length - 1 ? null : `The end was followed by ${events[ends + 1]?.type}.`;
}

/** Nothing of batch n+1 is touched before the gate of batch n is open. */
function waitsForGates({ before, after, events }: Recorded): string | null {
  const opened = events.find(({ type }) => type === "batch.opened");
  const closed = after.batches.find((batch, index) => index < after.batches.length - 1 && batch.gateOpenedAt === null);
  if (opened && closed) return `A batch opened before the gate of batch ${closed.number}.`;
  const early = events.find((event) => event.type === "update.started" && event.direction === "forward" && event.batch === null);
  return early && before?.kind !== "rollback" ? `An instance outside every batch was updated: ${JSON.stringify(early)}` : null;
}

function opensOnData({ before, events }: Recorded): string | null {
  const metrics = before?.plan.metrics;
  if (!before || !metrics || !events.some(({ type }) => type === "gate.opened")) return null;
  const states = Object.values(before.evidence).map(({ state }) => state);
  // What changed in the same step is in its events.
  const changed = events.some(({ type }) => type === "evidence.changed" || type === "evidence.overridden");
  if (changed) return null;
  if (metrics.onBlind === "hold" && states.includes("blind")) return "A gate opened while the metrics source said nothing.";
  if (metrics.onInsufficient === "hold" && states.includes("insufficient")) return "A gate opened on too little traffic.";
  return null;
}

/** What is in flight finishes; a rollback and the repair of lost capacity are no updates of the rollout that was paused. */
function pauseStartsNothing({ before, after, events }: Recorded): string | null {
  if (before?.status !== "paused" || after.status !== "paused") return null;
  const started = events.find(({ type }) => type === "update.started" || type === "batch.opened");
  return started ? `${started.type} while the rollout was paused.` : null;
}

/** A person who had cancelled it may have it go on. */
function goesBackOnce({ before, events }: Recorded): string | null {
  const started = events.find(({ type }) => type === "rollback.started");
  const isAgain = before !== null && before.rollback !== null && started?.actor.type === "engine";
  return isAgain ? "A rollback was rolled back." : null;
}

function isWholeAfterRollback({ after, seen, before }: Recorded): string | null {
  if (after.status !== "rolled-back" || before?.status === "rolled-back") return null;
  for (const { instanceId, phase, wasUnhealthy, wayBackId } of after.updates.values()) {
    if (phase === "removed" || wasUnhealthy) continue;
    const view = seen.instances.get(instanceId);
    if (view === undefined || view.rotation !== "in" || !view.ready) return `It ended rolled-back although ${instanceId} does not serve.`;
    if (wayBackId !== null && view.unit?.releaseId !== wayBackId) return `It ended rolled-back although ${instanceId} runs ${view.unit?.releaseId}.`;
  }
  return null;
}

/** Every instance but the failed and the skipped, which are named. A watch that was cut short had all its batches done. */
function isOnTargetAfterSuccess({ before, after, events }: Recorded): string | null {
  if (after.status !== "succeeded" || before?.status === "succeeded") return null;
  const left = after.updates.values().find(({ phase }) => phase !== "updated" && phase !== "removed" && phase !== "failed" && phase !== "skipped");
  const ended = events.find((event) => event.type === "rollout.ended");
  const isCutShort = ended?.actor.type === "person";
  return left && !isCutShort ? `It succeeded although ${left.instanceId} is ${left.phase}.` : null;
}

/** A rollout that is replaced is aborted, and its deadline ends a stop or a rollback whatever is in flight. */
function leavesNothingInFlight({ after, events }: Recorded): string | null {
  const ended = events.find((event) => event.type === "rollout.ended");
  if (!ended || after.status === "superseded" || isOverdue(after)) return null;
  const flying = after.updates.values().find(({ phase }) => inFlightPhases.has(phase));
  return flying && ended.actor.type !== "person" ? `It ended ${after.status} while ${flying.instanceId} is ${flying.phase}.` : null;
}

function isOverdue({ progress, limits, endedAt }: Rollout): boolean {
  return progress.elapsedMs >= limits.progressDeadlineMs && endedAt !== null;
}
