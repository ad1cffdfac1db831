import type { InstanceObservation } from "../engine/observation.ts";
import type { Instance } from "../fleet.ts";
import type { HookName } from "../hook-names.ts";
import { Table } from "../table.ts";
import { type Behaviours, behaviourOf, concerns } from "./behaviour.ts";
import { createHeap, type Heap, push } from "./heap.ts";
import { createSlot, createUnit, isReady, type Launch, type Place, type Slot, type Unit } from "./slot.ts";
import { accrue, createTraffic, type Traffic, type TrafficInput } from "./traffic.ts";

/** Something that will happen by itself. */
export type Change =
  | { readonly type: "replaced" | "started"; readonly slot: Slot; readonly launch: Launch }
  | { readonly type: "ready" | "unready" | "crashed" | "restarted"; readonly slot: Slot; readonly unit: Unit; readonly start: number }
  | { readonly type: "drained"; readonly slot: Slot; readonly place: Place; readonly turn: number; readonly isCut: boolean }
  | { readonly type: "applied"; readonly name: string; readonly apply: () => void }
  | { readonly type: "hook-ended"; readonly key: string; readonly isLate: boolean }
  | { readonly type: "fault-ended"; readonly part: FaultPart }
  | { readonly type: "balancer-well"; readonly mode: Faults["balancer"] };

/** `view`: what is seen is old. */
export type FaultPart = "driver" | "balancer" | "metrics" | "view";

export interface Faults {
  /** Since when each part is away, and in which words. */
  readonly away: Map<FaultPart, { readonly since: number; readonly until: number; readonly message: string }>;
  /** The balancer says yes and does nothing, or does it later. */
  balancer: "well" | "ignores" | { readonly lateMs: number };
  /** What it will do later, by name. */
  readonly late: Set<string>;
  /** How many of the next effects are carried out without an answer, and how many are not even heard. */
  unanswered: number;
  unheard: number;
  isDoubling: boolean;
}

export interface HookResult {
  readonly ends: "succeeded" | "failed" | "never";
  readonly afterMs: number;
}

export interface WorldHook {
  readonly name: HookName;
  readonly status: "running" | "succeeded" | "failed";
  readonly message: string;
  readonly output: string;
}

/** Extremes and counts over the whole run. */
export interface Tally {
  serving: number;
  existing: number;
  /** Units that are being started, and units that are expected to become ready. */
  launching: number;
  awaited: number;
  minServing: number;
  maxExisting: number;
  /** How often each side effect was really carried out, by instance; one that changed nothing is not counted. */
  readonly effects: Map<string, Map<string, number>>;
  effectsInAll: number;
}

/** A fleet, its balancer, its driver and its metrics source in virtual time. Everything random in it comes from the seed. */
export interface World {
  readonly setup: WorldSetup;
  readonly startAt: number;
  now: number;
  readonly slots: Map<string, Slot>;
  readonly changes: Heap<Change>;
  readonly faults: Faults;
  readonly hookResults: Map<HookName, HookResult>;
  /** Runs by their key; a new object when one changes. */
  hooks: Readonly<Record<string, WorldHook>>;
  readonly traffic: Traffic | null;
  readonly tally: Tally;
  /** Grows with every change that can be seen. */
  version: number;
  /** When a unit last became ready. */
  lastReadyAt: number;
  /** What is seen of each instance; of those in `unseen` it is out of date. */
  views: Table<InstanceObservation>;
  readonly unseen: Set<Slot>;
  /** What is seen while a part is away or the view is old. */
  frozen: Table<InstanceObservation> | null;
}

export interface WorldSetup {
  readonly seed: number;
  /** Engine time at which the run begins. */
  readonly startAt: number;
  readonly instances: readonly Instance[];
  /** What everything runs at the start. */
  readonly releaseId: string;
  readonly unhealthy: readonly string[];
  /** How long requests in flight take to end; infinity when they never do. */
  readonly drainMs: number;
  readonly canSurge: boolean;
  readonly behaviours: Behaviours;
  readonly traffic: TrafficInput | null;
}

/** Everything was up long before the rollout. */
const upForMs = 3_600_000;

export function createWorld(setup: WorldSetup): World {
  const { startAt, seed } = setup;
  const world: World = {
    setup,
    startAt,
    now: startAt,
    slots: new Map(),
    changes: createHeap(),
    faults: { away: new Map(), balancer: "well", late: new Set(), unanswered: 0, unheard: 0, isDoubling: false },
    hookResults: new Map(),
    hooks: {},
    traffic: setup.traffic && createTraffic(setup.traffic, seed, setup.instances.length),
    tally: {
      serving: 0,
      existing: 0,
      launching: 0,
      awaited: 0,
      minServing: 0,
      maxExisting: 0,
      effects: new Map(),
      effectsInAll: 0,
    },
    version: 0,
    lastReadyAt: Number.NEGATIVE_INFINITY,
    views: Table.from<InstanceObservation>([]),
    unseen: new Set(),
    frozen: null,
  };
  for (const [index, instance] of setup.instances.entries()) {
    const slot = createSlot(instance, setup.unhealthy.includes(instance.id));
    slot.unit = createUnit(`start/${instance.id}`, setup.releaseId, startAt - upForMs + index);
    slot.place.rotation = "in";
    world.slots.set(instance.id, slot);
    if (canBeReady(world, slot, slot.unit)) {
      slot.unit.firstReadyAt = slot.unit.startedAt;
      becomeReady(world, slot, slot.unit, slot.unit.startedAt);
    }
    touch(world, slot);
  }
  world.tally.minServing = world.tally.serving;
  if (world.traffic) accrue(world.traffic, world);
  return world;
}

export function canBeReady({ setup }: World, slot: Slot, { releaseId }: Unit): boolean {
  if (slot.isUnwell && releaseId === setup.releaseId) return false;
  return !concerns(behaviourOf(setup.behaviours, releaseId).neverReady, slot.instanceId);
}

/** From now on its check answers; what its release does some time after that is put on the calendar. */
export function becomeReady(world: World, slot: Slot, unit: Unit, since: number): void {
  const { crashAfterMs, flap } = behaviourOf(world.setup.behaviours, unit.releaseId);
  unit.readySince = since;
  unit.isExpected = false;
  unit.firstReadyAt ??= since;
  world.lastReadyAt = Math.max(world.lastReadyAt, since);
  if (crashAfterMs !== undefined && unit.firstReadyAt === since)
    push(world.changes, world.now + crashAfterMs, { type: "crashed", slot, unit, start: unit.starts });
  if (flap) push(world.changes, world.now + flap.upMs, { type: "unready", slot, unit, start: unit.starts });
}

/** Called after every change of an instance: counts it again, and what was seen of it is out of date. */
export function touch(world: World, slot: Slot): void {
  const { tally } = world;
  const isServing = (isReady(slot, slot.unit) && slot.place.rotation === "in") || (isReady(slot, slot.next) && slot.nextPlace.rotation === "in");
  const existing = countOf(slot.unit ?? slot.replacing) + countOf(slot.next ?? slot.starting);
  tally.serving += Number(isServing) - Number(slot.isServing);
  tally.existing += existing - slot.existing;
  const launching = countOf(slot.replacing) + countOf(slot.starting);
  const awaited = countOf(awaitedOf(slot.unit)) + countOf(awaitedOf(slot.next));
  tally.launching += launching - slot.launching;
  tally.awaited += awaited - slot.awaited;
  slot.launching = launching;
  slot.awaited = awaited;
  slot.isServing = isServing;
  slot.existing = existing;
  tally.minServing = Math.min(tally.minServing, tally.serving);
  tally.maxExisting = Math.max(tally.maxExisting, tally.existing);
  world.version += 1;
  world.unseen.add(slot);
  if (world.traffic) world.traffic.members = null;
}

function awaitedOf(unit: Unit | null): Unit | null {
  return unit?.isExpected ? unit : null;
}

function countOf(one: object | null): number {
  return one === null ? 0 : 1;
}
