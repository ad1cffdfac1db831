import type { Instance } from "../fleet.ts";
import type { UnitCounts } from "./unit-counts.ts";

/** What runs in an instance. Written in place: a step of ten thousand instances must not cost ten thousand copies. */
export interface Unit {
  readonly key: string;
  readonly releaseId: string;
  state: "running" | "exited";
  startedAt: number;
  /** How often its program was started; what was planned for an earlier start does not happen. */
  starts: number;
  /** Of those starts, as many as the source of counts has told. */
  startsTold: number;
  crashes: number;
  readySince: number | null;
  /** It was started and will become ready. */
  isExpected: boolean;
  firstReadyAt: number | null;
  counts: UnitCounts | null;
}

/** A unit's place in the balancer. */
export interface Place {
  rotation: "in" | "draining" | "out";
  inFlight: number;
  cut: number;
  /** Grows with every drain and restore; the end of an earlier drain does not happen. */
  turns: number;
}

export interface Launch {
  readonly key: string;
  readonly releaseId: string;
}

/** One instance: what runs there, what is being started, and both their places in the balancer. */
export interface Slot {
  readonly instanceId: string;
  readonly zone: string;
  unit: Unit | null;
  place: Place;
  next: Unit | null;
  nextPlace: Place;
  replacing: Launch | null;
  starting: Launch | null;
  /** Not ready at the start, and on the release of the start never again. */
  readonly isUnwell: boolean;
  /** Laid over whatever runs: its readiness fails, or (as far as the engine is told) nearly every answer. */
  fault: "unready" | "failing" | null;
  passiveFailed: boolean;
  /** The driver's errors that are used up, by release. */
  readonly driverErrors: Map<string, number>;
  isServing: boolean;
  existing: number;
  launching: number;
  awaited: number;
}

export function createSlot({ id, zone }: Pick<Instance, "id" | "zone">, isUnwell = false): Slot {
  return {
    instanceId: id,
    zone,
    unit: null,
    place: createPlace(),
    next: null,
    nextPlace: createPlace(),
    replacing: null,
    starting: null,
    isUnwell,
    fault: null,
    passiveFailed: false,
    driverErrors: new Map(),
    isServing: false,
    existing: 0,
    launching: 0,
    awaited: 0,
  };
}

export function createPlace(): Place {
  return { rotation: "out", inFlight: 0, cut: 0, turns: 0 };
}

export function createUnit(key: string, releaseId: string, startedAt: number): Unit {
  return {
    key,
    releaseId,
    state: "running",
    startedAt,
    starts: 1,
    startsTold: 1,
    crashes: 0,
    readySince: null,
    isExpected: false,
    firstReadyAt: null,
    counts: null,
  };
}

export function isReady(slot: Slot, unit: Unit | null): unit is Unit {
  return unit?.readySince != null && slot.fault !== "unready";
}
