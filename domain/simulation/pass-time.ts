import { assertNever } from "../invariant.ts";
import { behaviourOf } from "./behaviour.ts";
import { dueAt, push, takeDue } from "./heap.ts";
import { createUnit, type Place, type Slot, type Unit } from "./slot.ts";
import { accrue, failPending, forgetPending } from "./traffic.ts";
import { becomeReady, type Change, canBeReady, type FaultPart, touch, type World } from "./world.ts";

const backoffMsMin = 1_000;
const backoffMsMax = 30_000;
/** A unit that ran this long before it crashed is restarted after the shortest pause again. */
const stableMs = 60_000;

/** The world at a later time, after everything that happens by itself until then. */
export function passTime(world: World, until: number): void {
  for (;;) {
    const at = dueAt(world.changes);
    const change = takeDue(world.changes, until);
    if (change === undefined) break;
    world.now = Math.max(world.now, at);
    if (world.traffic) accrue(world.traffic, world);
    happen(world, change);
  }
  world.now = Math.max(world.now, until);
  if (world.traffic) accrue(world.traffic, world);
}

/** When something changes by itself next; infinity when nothing will. */
export function nextChangeAt(world: World): number {
  return dueAt(world.changes);
}

function happen(world: World, change: Change): void {
  switch (change.type) {
    case "replaced":
      if (change.slot.replacing === change.launch) enter(world, change.slot, "unit");
      return;
    case "started":
      if (change.slot.starting === change.launch) enter(world, change.slot, "next");
      return;
    case "ready":
    case "unready":
    case "crashed":
    case "restarted":
      if (isCurrent(change)) live(world, change);
      return;
    case "drained":
      endDrain(world, change);
      return;
    case "applied":
      change.apply();
      return;
    case "hook-ended":
      endHook(world, change.key, change.isLate);
      return;
    case "fault-ended":
      endFault(world, change.part);
      return;
    case "balancer-well":
      if (world.faults.balancer === change.mode) world.faults.balancer = "well";
      return;
    default:
      assertNever(change);
  }
}

function enter(world: World, slot: Slot, side: "unit" | "next"): void {
  const launch = side === "unit" ? slot.replacing : slot.starting;
  if (launch === null) return;
  const unit = createUnit(launch.key, launch.releaseId, world.now);
  if (side === "unit") slot.replacing = null;
  else slot.starting = null;
  slot[side] = unit;
  expectReady(world, slot, unit);
  touch(world, slot);
}

function expectReady(world: World, slot: Slot, unit: Unit): void {
  if (!canBeReady(world, slot, unit)) return;
  const { readyMs } = behaviourOf(world.setup.behaviours, unit.releaseId);
  unit.isExpected = true;
  push(world.changes, world.now + readyMs, { type: "ready", slot, unit, start: unit.starts });
}

type UnitChange = Extract<Change, { readonly unit: Unit }>;

function isCurrent({ slot, unit, start }: UnitChange): boolean {
  return (slot.unit === unit || slot.next === unit) && unit.starts === start;
}

function live(world: World, { type, slot, unit, start }: UnitChange): void {
  const { flap } = behaviourOf(world.setup.behaviours, unit.releaseId);
  switch (type) {
    case "ready":
      becomeReady(world, slot, unit, world.now);
      break;
    case "unready":
      unit.readySince = null;
      if (flap) push(world.changes, world.now + flap.downMs, { type: "ready", slot, unit, start });
      break;
    case "crashed":
      crash(world, slot, unit);
      break;
    case "restarted":
      unit.state = "running";
      unit.startedAt = world.now;
      expectReady(world, slot, unit);
      break;
  }
  touch(world, slot);
}

/** Its driver starts it again after a pause that doubles. Until then it is there, and does nothing. */
function crash(world: World, slot: Slot, unit: Unit): void {
  unit.crashes = world.now - unit.startedAt >= stableMs ? 1 : unit.crashes + 1;
  unit.state = "exited";
  unit.starts += 1;
  unit.readySince = null;
  unit.firstReadyAt = null;
  unit.isExpected = false;
  if (world.traffic) failPending(world.traffic, unit);
  endFlights(slot, unit);
  const backoffMs = Math.min(backoffMsMax, backoffMsMin * 2 ** (unit.crashes - 1));
  push(world.changes, world.now + backoffMs, { type: "restarted", slot, unit, start: unit.starts });
}

/** Nothing is in flight at what has ended. */
function endFlights(slot: Slot, unit: Unit): void {
  const place = slot.unit === unit ? slot.place : slot.nextPlace;
  if (place.rotation !== "draining") return;
  place.rotation = "out";
  place.inFlight = 0;
  place.turns += 1;
}

function endDrain(world: World, { slot, place, turn, isCut }: Extract<Change, { type: "drained" }>): void {
  if (place.turns !== turn || place.rotation !== "draining") return;
  const unit = slot.place === place ? slot.unit : slot.next;
  place.rotation = "out";
  place.cut = isCut ? place.inFlight : 0;
  place.inFlight = 0;
  if (isCut && world.traffic && unit) forgetPending(world.traffic, unit);
  touch(world, slot);
}

function endHook(world: World, key: string, isLate: boolean): void {
  const run = world.hooks[key];
  if (!run) return;
  const isGood = !isLate && world.hookResults.get(run.name)?.ends !== "failed";
  const message = isLate ? "It did not end in its time." : isGood ? "It ended with code 0." : "It ended with code 1.";
  world.hooks = { ...world.hooks, [key]: { ...run, status: isGood ? "succeeded" : "failed", message } };
  world.version += 1;
}

/** What is being started does not come. */
export function dropLaunches(world: World, slot: Slot): void {
  slot.replacing = null;
  slot.starting = null;
  touch(world, slot);
}

/** The unit is gone as if its host had died; the balancer still names it, and the engine may bring up another. */
export function loseInstance(world: World, slot: Slot): void {
  if (world.traffic) accrue(world.traffic, world);
  for (const unit of [slot.unit, slot.next]) if (world.traffic && unit) failPending(world.traffic, unit);
  slot.unit = null;
  slot.next = null;
  slot.replacing = null;
  slot.starting = null;
  for (const place of [slot.place, slot.nextPlace]) empty(place);
  touch(world, slot);
}

/** Laid over whatever runs in an instance, until it is taken off. */
export function setFault(world: World, instanceId: string, fault: Slot["fault"]): void {
  const slot = world.slots.get(instanceId);
  if (!slot || slot.fault === fault) return;
  if (world.traffic) accrue(world.traffic, world);
  const wasUnready = slot.fault === "unready";
  slot.fault = fault;
  for (const unit of [slot.unit, slot.next]) if (wasUnready && unit?.readySince != null) unit.readySince = world.now;
  if (wasUnready) world.lastReadyAt = world.now;
  touch(world, slot);
}

function empty(place: Place): void {
  place.turns += 1;
  place.inFlight = 0;
  if (place.rotation === "draining") place.rotation = "out";
}

/** A part is away until then. Of a driver or a balancer that is away, what was seen last stands. */
export function takeAway(world: World, part: FaultPart, until: number, message: string): void {
  const { away } = world.faults;
  away.set(part, { since: away.get(part)?.since ?? world.now, until, message });
  if (until < Number.POSITIVE_INFINITY) push(world.changes, until, { type: "fault-ended", part });
  world.version += 1;
}

/** Ends it now; of two that overlap, the later end counts. */
export function bringBack(world: World, part: FaultPart): void {
  if (world.faults.away.delete(part)) world.version += 1;
}

function endFault(world: World, part: FaultPart): void {
  if ((world.faults.away.get(part)?.until ?? Number.POSITIVE_INFINITY) <= world.now) bringBack(world, part);
}
