import type { InstanceTick } from "../metric.ts";
import type { Place, Unit } from "./slot.ts";

export const slotsPerSecond = 10;

/** What one unit was asked in the second that runs. */
export interface UnitCounts {
  readonly requests: number[];
  readonly failed: number[];
  /** Bins of the first request that ended in each slot and of the slowest; -1 while none did. */
  readonly first: number[];
  readonly slowest: number[];
  readonly bins: Map<number, number>;
  /** Requests that hang, by the slot in which their time is up. */
  readonly pending: Map<number, number>;
  rate: number;
  /** Requests that are answered well before the next one that fails. */
  untilFailure: number;
  cut: number;
  /** Something was counted since the last second. */
  isTouched: boolean;
}

export function createCounts(): UnitCounts {
  return {
    requests: new Array<number>(slotsPerSecond).fill(0),
    failed: new Array<number>(slotsPerSecond).fill(0),
    first: new Array<number>(slotsPerSecond).fill(-1),
    slowest: new Array<number>(slotsPerSecond).fill(-1),
    bins: new Map(),
    pending: new Map(),
    rate: -1,
    untilFailure: 0,
    cut: 0,
    isTouched: false,
  };
}

/** Requests of one latency that ended in a slot. */
export function addBin(counts: UnitCounts, slot: number, bin: number, requests: number): void {
  const { bins, first, slowest } = counts;
  bins.set(bin, (bins.get(bin) ?? 0) + requests);
  if (first[slot] === -1) first[slot] = bin;
  if (bin > (slowest[slot] ?? -1)) slowest[slot] = bin;
}

type SlotCount = InstanceTick["slots"][number];

/** Most slots hold a few requests and no failure; those are one object each. */
const wellSlots: readonly SlotCount[] = Array.from({ length: 64 }, (_, requests) => [requests, 0] as const);
type Latencies = NonNullable<InstanceTick["latency"]>;
const noLatency: Latencies = Array.from({ length: slotsPerSecond }, () => null);
const quietSlots: InstanceTick["slots"] = Array.from({ length: slotsPerSecond }, () => wellSlots[0] ?? [0, 0]);

/** The second that is over, told; the counts begin again. */
export function toTick(unit: Unit, { rotation, inFlight }: Place, at: number): InstanceTick {
  const { counts, key: unitKey, releaseId, firstReadyAt } = unit;
  const readyForMs = firstReadyAt === null ? null : Math.max(0, at - firstReadyAt);
  const inRotation = rotation === "in";
  if (!counts?.isTouched) return { unitKey, releaseId, slots: quietSlots, latency: noLatency, bins: [], inFlight, cut: 0, readyForMs, inRotation };
  const slots: SlotCount[] = [];
  const latency: Latencies[number][] = [];
  for (let index = 0; index < slotsPerSecond; index += 1) {
    const requests = counts.requests[index] ?? 0;
    const failed = counts.failed[index] ?? 0;
    const first = counts.first[index] ?? -1;
    latency.push(first === -1 ? null : [first, counts.slowest[index] ?? first]);
    slots.push((failed === 0 ? wellSlots[requests] : undefined) ?? [requests, failed]);
  }
  const bins = [...counts.bins].sort(byBin);
  const { cut } = counts;
  counts.requests.fill(0);
  counts.failed.fill(0);
  counts.first.fill(-1);
  counts.slowest.fill(-1);
  counts.bins.clear();
  counts.cut = 0;
  counts.isTouched = false;
  return { unitKey, releaseId, slots, latency, bins, inFlight, cut, readyForMs, inRotation };
}

function byBin([a]: readonly [number, number], [b]: readonly [number, number]): number {
  return a - b;
}
