import { parseDuration } from "../duration.ts";
import type { Effect, HookEffect, InstanceEffect, UnitTarget } from "../engine/effect.ts";
import { assertNever } from "../invariant.ts";
import { Table } from "../table.ts";
import { behaviourOf } from "./behaviour.ts";
import { push } from "./heap.ts";
import { createPlace, isReady, type Launch, type Place, type Slot, type Unit } from "./slot.ts";
import { accrue, forgetPending, pendingOf } from "./traffic.ts";
import { touch, type World } from "./world.ts";

/** What comes back from a driver or a balancer. Of the unreachable nothing is known: it may have acted. */
export type Answer = { readonly is: "done" } | { readonly is: "unreachable" } | { readonly is: "no"; readonly message: string };

const done: Answer = { is: "done" };
const unreachable: Answer = { is: "unreachable" };
const hookMsByDefault = 1_000;

/** Carries out one effect, which answers at once. The same again changes nothing. */
export function carryOut(world: World, effect: Effect): Answer {
  if (effect.type === "hook.run") return runHook(world, effect);
  const { faults } = world;
  const slot = world.slots.get(effect.instanceId);
  if (!slot || faults.away.has(isBalancers(effect) ? "balancer" : "driver")) return unreachable;
  if (faults.unheard > 0) {
    faults.unheard -= 1;
    return unreachable;
  }
  if (world.traffic) accrue(world.traffic, world);
  let answer = ask(world, slot, effect);
  if (faults.isDoubling && answer.is === "done") answer = ask(world, slot, effect);
  if (faults.unanswered === 0) return answer;
  faults.unanswered -= 1;
  return unreachable;
}

/** Whether it would change anything, were it carried out now. */
export function isNews(world: World, effect: Effect): boolean {
  if (effect.type === "hook.run") return false;
  const slot = world.slots.get(effect.instanceId);
  if (!slot) return false;
  switch (effect.type) {
    case "instance.drain":
      return sideOf(slot, effect.target).place.rotation === "in";
    case "instance.restore": {
      const { unit, place } = sideOf(slot, effect.target);
      return place.rotation !== "in" && isReady(slot, unit);
    }
    case "instance.replace":
      return slot.unit?.key !== effect.key && slot.replacing?.key !== effect.key;
    case "instance.start":
      return ![slot.unit?.key, slot.next?.key, slot.starting?.key].includes(effect.key);
    case "instance.retire":
      return slot.next?.key === effect.key;
    case "instance.discard":
      return slot.next?.key === effect.key || slot.starting?.key === effect.key;
    case "instance.remove":
      return true;
    default:
      return assertNever(effect);
  }
}

function isBalancers({ type }: InstanceEffect): boolean {
  return type === "instance.drain" || type === "instance.restore";
}

function ask(world: World, slot: Slot, effect: InstanceEffect): Answer {
  switch (effect.type) {
    case "instance.drain":
      return viaBalancer(world, slot, () => drain(world, slot, effect.target, effect.timeoutMs));
    case "instance.restore":
      return restore(world, slot, effect.target);
    case "instance.replace":
      return replace(world, slot, effect);
    case "instance.start":
      return start(world, slot, effect);
    case "instance.retire":
      return retire(world, slot, effect.key);
    case "instance.discard":
      return discard(world, slot, effect.key);
    case "instance.remove":
      return remove(world, slot);
    default:
      return assertNever(effect);
  }
}

/** A balancer may say yes and do nothing, or do it later. */
function viaBalancer(world: World, slot: Slot, apply: () => void): Answer {
  const mode = world.faults.balancer;
  if (mode === "well") apply();
  else if (mode !== "ignores") push(world.changes, world.now + mode.lateMs, { type: "applied", slot, apply });
  return done;
}

function drain(world: World, slot: Slot, target: UnitTarget, timeoutMs: number): void {
  const { unit, place } = sideOf(slot, target);
  if (place.rotation !== "in") return;
  place.turns += 1;
  place.cut = 0;
  const neededMs = unit?.state === "running" ? Math.max(world.setup.drainMs, pendingOf(world, unit).lastsMs) : 0;
  place.rotation = neededMs === 0 ? "out" : "draining";
  place.inFlight = neededMs === 0 ? 0 : Math.max(1, pendingOf(world, unit).count);
  if (neededMs > 0)
    push(world.changes, world.now + Math.min(neededMs, timeoutMs), {
      type: "drained",
      slot,
      place,
      turn: place.turns,
      isCut: neededMs > timeoutMs,
    });
  count(world, slot, "drain");
}

function restore(world: World, slot: Slot, target: UnitTarget): Answer {
  const { unit, place } = sideOf(slot, target);
  if (place.rotation === "in") return done;
  if (!isReady(slot, unit)) return { is: "no", message: `${slot.instanceId} is not ready, so it cannot take requests.` };
  return viaBalancer(world, slot, () => {
    if (place.rotation === "in" || !isReady(slot, sideOf(slot, target).unit)) return;
    place.turns += 1;
    place.rotation = "in";
    place.inFlight = 0;
    count(world, slot, "restore");
  });
}

function sideOf(slot: Slot, target: UnitTarget): { readonly unit: Unit | null; readonly place: Place } {
  return target === "unit" ? { unit: slot.unit, place: slot.place } : { unit: slot.next, place: slot.nextPlace };
}

function replace(world: World, slot: Slot, launch: Launch): Answer {
  if (slot.unit?.key === launch.key || slot.replacing?.key === launch.key) return done;
  const no = refusal(world, slot, launch.releaseId);
  if (no) return no;
  leaveNow(world, slot.unit, slot.place);
  slot.unit = null;
  slot.replacing = launch;
  push(world.changes, world.now + behaviourOf(world.setup.behaviours, launch.releaseId).updateMs, { type: "replaced", slot, launch });
  count(world, slot, "replace");
  return done;
}

function start(world: World, slot: Slot, launch: Launch): Answer {
  if ([slot.unit?.key, slot.next?.key, slot.starting?.key].includes(launch.key)) return done;
  if (!world.setup.canSurge) return { is: "no", message: "This driver cannot run two units in one instance." };
  const no = refusal(world, slot, launch.releaseId);
  if (no) return no;
  dropNext(world, slot);
  slot.starting = launch;
  push(world.changes, world.now + behaviourOf(world.setup.behaviours, launch.releaseId).updateMs, { type: "started", slot, launch });
  count(world, slot, "start");
  return done;
}

/** The driver's own no: as often as the scenario says, then never again. */
function refusal(world: World, slot: Slot, releaseId: string): Answer | null {
  const used = slot.driverErrors.get(releaseId) ?? 0;
  if (used >= (behaviourOf(world.setup.behaviours, releaseId).driverErrors?.[slot.instanceId] ?? 0)) return null;
  slot.driverErrors.set(releaseId, used + 1);
  return { is: "no", message: `The driver could not start a unit in ${slot.instanceId}.` };
}

function retire(world: World, slot: Slot, key: string): Answer {
  if (slot.unit?.key === key) return done;
  if (slot.next?.key !== key) return { is: "no", message: `${slot.instanceId} has no second unit to take over.` };
  leaveNow(world, slot.unit, slot.place);
  slot.unit = slot.next;
  slot.place = slot.nextPlace;
  slot.next = null;
  slot.nextPlace = createPlace();
  slot.replacing = null;
  count(world, slot, "retire");
  return done;
}

function discard(world: World, slot: Slot, key: string): Answer {
  if (slot.next?.key !== key && slot.starting?.key !== key) return done;
  dropNext(world, slot);
  count(world, slot, "discard");
  return done;
}

function dropNext(world: World, slot: Slot): void {
  leaveNow(world, slot.next, slot.nextPlace);
  slot.next = null;
  slot.nextPlace = createPlace();
  slot.starting = null;
}

function remove(world: World, slot: Slot): Answer {
  leaveNow(world, slot.unit, slot.place);
  dropNext(world, slot);
  slot.unit = null;
  slot.replacing = null;
  count(world, slot, "remove");
  world.slots.delete(slot.instanceId);
  world.unseen.delete(slot);
  world.views = Table.from(world.views.entries().filter(([instanceId]) => instanceId !== slot.instanceId));
  return done;
}

/** Out without waiting: what is in flight is cut. */
function leaveNow(world: World, unit: Unit | null, place: Place): void {
  place.turns += 1;
  if (place.rotation !== "out") place.cut = Math.max(place.inFlight, pendingOf(world, unit).count);
  place.rotation = "out";
  place.inFlight = 0;
  if (world.traffic && unit) forgetPending(world.traffic, unit);
}

function runHook(world: World, { key, name, hook }: HookEffect): Answer {
  if (world.hooks[key] !== undefined) return done;
  const { ends, afterMs } = world.hookResults.get(name) ?? { ends: "succeeded", afterMs: hookMsByDefault };
  const timeoutMs = parseDuration(hook.timeout) ?? 0;
  const isLate = ends === "never" || afterMs > timeoutMs;
  world.hooks = { ...world.hooks, [key]: { name, status: "running", message: "", output: "" } };
  push(world.changes, world.now + (isLate ? timeoutMs : afterMs), { type: "hook-ended", key, isLate });
  world.version += 1;
  return done;
}

function count(world: World, slot: Slot, verb: string): void {
  const { tally } = world;
  let verbs = tally.effects.get(slot.instanceId);
  if (!verbs) tally.effects.set(slot.instanceId, (verbs = new Map()));
  verbs.set(verb, (verbs.get(verb) ?? 0) + 1);
  tally.effectsInAll += 1;
  touch(world, slot);
}
