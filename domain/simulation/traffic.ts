import { binOf } from "../evidence/histogram.ts";
import { type FleetTick, type InstanceTick, nextNameOf } from "../metric.ts";
import { behaviourOf, concerns, type Latency } from "./behaviour.ts";
import { createLatencyTable, drawFailures } from "./draws.ts";
import { createRandom, type Random } from "./random.ts";
import { isReady, type Slot, type Unit } from "./slot.ts";
import { addBin, createCounts, slotsPerSecond, toTick } from "./unit-counts.ts";
import type { World } from "./world.ts";

export interface TrafficInput {
  /** Of the whole fleet, spread evenly over what is in rotation. */
  readonly requestsPerSecond: number;
  readonly errorRate: number;
  readonly latencyMs: Latency;
}

/** Requests to a fleet, counted in slots of 100 ms as a balancer counts them. */
export interface Traffic {
  readonly input: TrafficInput;
  readonly random: Random;
  /** Slots counted so far; the first one began `historyMs` before the run. */
  slotsDone: number;
  /** Whose turn it is to get one more where the requests do not divide evenly. */
  turn: number;
  /** Those that take requests; null when it must be found out again. */
  members: readonly Member[] | null;
  /** Units that hold requests which will never be answered. */
  readonly hanging: Set<Unit>;
  readonly tables: Map<Latency, readonly number[]>;
  total: number;
  failed: number;
  readonly byRelease: Map<string, number>;
  /** The last seconds that are over: what the source remembers. */
  readonly ticks: FleetTick[];
  readonly ticksMax: number;
}

interface Member {
  readonly slot: Slot;
  readonly unit: Unit;
}

const slotMs = 100;
/** Traffic flowed before the run began: what was counted then is known at its start, and is no part of the run. */
export const historyMs = 10_000;
const historySlots = historyMs / slotMs;
/** As the fleet's requestTimeout: a request that is older has failed. */
const requestTimeoutMs = 10_000;
/** What a source remembers: two minutes, less of a large fleet. */
const secondsMax = 120;
const secondsMin = 12;
const rememberedMax = 60_000;

export function createTraffic(input: TrafficInput, seed: number, instances: number): Traffic {
  return {
    input,
    random: createRandom(seed ^ 0x7eaff1c),
    slotsDone: 0,
    turn: 0,
    members: null,
    hanging: new Set(),
    tables: new Map(),
    total: 0,
    failed: 0,
    byRelease: new Map(),
    ticks: [],
    ticksMax: Math.min(secondsMax, Math.max(secondsMin, Math.floor(rememberedMax / instances))),
  };
}

/** Counts every slot that is over by now. Call it before whatever changes who takes requests. */
export function accrue(traffic: Traffic, world: World): void {
  const until = Math.floor((world.now - world.startAt + historyMs) / slotMs);
  for (; traffic.slotsDone < until; endSlot(traffic, world)) countSlot(traffic, world, traffic.slotsDone);
}

function endSlot(traffic: Traffic, world: World): void {
  traffic.slotsDone += 1;
  if (traffic.slotsDone % slotsPerSecond !== 0) return;
  traffic.ticks.push(toFleetTick(traffic, world));
  if (traffic.ticks.length > traffic.ticksMax) traffic.ticks.shift();
}

/** The counts of the seconds after a number, oldest first, as far as the source remembers. */
export function readTicks({ ticks }: Traffic, after: number): readonly FleetTick[] {
  return ticks.filter(({ number }) => number > after);
}

/** When the second that runs is over. */
export function nextTickAt(traffic: Traffic, world: World): number {
  return world.startAt - historyMs + (Math.floor(traffic.slotsDone / slotsPerSecond) + 1) * slotsPerSecond * slotMs;
}

function countSlot(traffic: Traffic, world: World, index: number): void {
  const { requestsPerSecond } = traffic.input;
  const perSlot = requestsPerSecond / slotsPerSecond;
  const requests = Math.floor((index + 1) * perSlot + 1e-9) - Math.floor(index * perSlot + 1e-9);
  for (const unit of traffic.hanging) timeOut(traffic, unit, index);
  traffic.members ??= membersOf(world);
  const { members } = traffic;
  if (members.length === 0) {
    tell(traffic, index, null, requests, requests);
    return;
  }
  const each = Math.floor(requests / members.length);
  const more = requests % members.length;
  for (const [position, member] of members.entries()) {
    const isFirst = (position - traffic.turn + members.length) % members.length < more;
    const count = each + Number(isFirst);
    if (count > 0) serve(traffic, world, member, index, count);
  }
  traffic.turn = (traffic.turn + more) % members.length;
}

/** Ready ones before those that are only in rotation, as the balancer chooses. */
function membersOf(world: World): Member[] {
  const members: Member[] = [];
  const unready: Member[] = [];
  for (const slot of world.slots.values()) {
    if (slot.unit && slot.place.rotation === "in") (isReady(slot, slot.unit) ? members : unready).push({ slot, unit: slot.unit });
    if (slot.next && slot.nextPlace.rotation === "in") (isReady(slot, slot.next) ? members : unready).push({ slot, unit: slot.next });
  }
  return members.length > 0 ? members : unready;
}

function serve(traffic: Traffic, world: World, { slot, unit }: Member, index: number, requests: number): void {
  const behaviour = behaviourOf(world.setup.behaviours, unit.releaseId);
  const counts = (unit.counts ??= createCounts());
  if (isReady(slot, unit) && concerns(behaviour.hangs, slot.instanceId)) {
    const due = index + requestTimeoutMs / slotMs;
    counts.pending.set(due, (counts.pending.get(due) ?? 0) + requests);
    traffic.hanging.add(unit);
    return;
  }
  const failed = isReady(slot, unit) ? drawFailures(traffic.random, counts, rateOf(traffic, world, unit), requests) : requests;
  const table = tableOf(traffic, behaviour.latencyMs ?? traffic.input.latencyMs);
  const at = index % slotsPerSecond;
  for (let request = 0; request < requests; request += 1) addBin(counts, at, table[traffic.random.integer(table.length)] ?? 0, 1);
  end(traffic, index, unit, requests, failed);
}

function rateOf(traffic: Traffic, world: World, unit: Unit): number {
  const { errorRate, errorsBeginAfterMs } = behaviourOf(world.setup.behaviours, unit.releaseId);
  const isEarly = errorsBeginAfterMs !== undefined && world.now - (unit.firstReadyAt ?? world.now) < errorsBeginAfterMs;
  return isEarly ? traffic.input.errorRate : (errorRate ?? traffic.input.errorRate);
}

function tableOf({ tables }: Traffic, latency: Latency): readonly number[] {
  const table = tables.get(latency) ?? createLatencyTable(latency);
  tables.set(latency, table);
  return table;
}

function timeOut(traffic: Traffic, unit: Unit, index: number): void {
  const pending = unit.counts?.pending;
  const requests = pending?.get(index) ?? 0;
  if (!unit.counts || !pending || requests === 0) return;
  pending.delete(index);
  addBin(unit.counts, index % slotsPerSecond, binOf(requestTimeoutMs), requests);
  end(traffic, index, unit, requests, requests);
  if (pending.size === 0) traffic.hanging.delete(unit);
}

function end(traffic: Traffic, index: number, unit: Unit, requests: number, failed: number): void {
  const counts = (unit.counts ??= createCounts());
  const at = index % slotsPerSecond;
  counts.requests[at] = (counts.requests[at] ?? 0) + requests;
  counts.failed[at] = (counts.failed[at] ?? 0) + failed;
  counts.isTouched = true;
  tell(traffic, index, unit.releaseId, requests, failed);
}

function tell(traffic: Traffic, index: number, releaseId: string | null, requests: number, failed: number): void {
  if (index < historySlots) return;
  traffic.total += requests;
  traffic.failed += failed;
  if (releaseId !== null) traffic.byRelease.set(releaseId, (traffic.byRelease.get(releaseId) ?? 0) + requests);
}

/** How many requests hang at a unit, and for how long the last of them will. */
export function pendingOf(world: World, unit: Unit | null): { readonly count: number; readonly lastsMs: number } {
  const pending = unit?.counts?.pending;
  if (!world.traffic || !pending || pending.size === 0) return { count: 0, lastsMs: 0 };
  const last = Math.max(...pending.keys());
  const count = [...pending.values()].reduce((sum, requests) => sum + requests, 0);
  return { count, lastsMs: Math.max(0, world.startAt - historyMs + (last + 1) * slotMs - world.now) };
}

/** What hangs is cut: counted by the balancer apart from failures. */
export function forgetPending(traffic: Traffic, unit: Unit): void {
  if (!unit.counts) return;
  for (const requests of unit.counts.pending.values()) unit.counts.cut += requests;
  unit.counts.isTouched = true;
  unit.counts.pending.clear();
  traffic.hanging.delete(unit);
}

/** The unit's end breaks what hangs: those requests have failed. */
export function failPending(traffic: Traffic, unit: Unit): void {
  if (!unit.counts || unit.counts.pending.size === 0) return;
  const requests = [...unit.counts.pending.values()].reduce((sum, count) => sum + count, 0);
  unit.counts.pending.clear();
  traffic.hanging.delete(unit);
  end(traffic, Math.max(0, traffic.slotsDone - 1), unit, requests, requests);
}

function toFleetTick({ slotsDone }: Traffic, world: World): FleetTick {
  const at = world.startAt - historyMs + slotsDone * slotMs;
  const instances: Record<string, InstanceTick> = {};
  for (const slot of world.slots.values()) {
    if (slot.unit) instances[slot.instanceId] = withUsage(toTick(slot.unit, slot.place, at), slot.unit, world);
    if (slot.next) instances[nextNameOf(slot.instanceId)] = withUsage(toTick(slot.next, slot.nextPlace, at), slot.next, world);
  }
  return { number: slotsDone / slotsPerSecond, at, instances };
}

function withUsage(tick: InstanceTick, unit: Unit, { setup }: World): InstanceTick {
  const { cpu, memoryMb } = behaviourOf(setup.behaviours, unit.releaseId);
  if (cpu === undefined && memoryMb === undefined) return tick;
  const restarts = unit.starts - unit.startsTold;
  unit.startsTold = unit.starts;
  const isRunning = unit.state === "running";
  const memoryBytes = isRunning ? (memoryMb ?? 0) * 1e6 : null;
  return { ...tick, usage: { cpu: isRunning ? (cpu ?? 0) : null, memoryBytes, restarts } };
}
