import type { InstanceTick } from "../metric.ts";
import { slownessOf } from "./baseline.ts";

/**
 * Failures counted as slots of one instance's time with at least one, so that failures which come in clumps count once.
 * Per-request tests call a good release bad as soon as failures clump; these do not (docs/evidence.md).
 */

/** Longest first. Each is a whole number of the source's slots of 100 ms. */
export const slotLengthsMs = [1_000, 500, 200, 100] as const;
const SOURCE_SLOT_MS = 100;
/** The rate of slots with a failure up to which the split form keeps most of its power. */
export const SLOT_RATE_MAX = 0.1;

/** Slots with at least one failure, and slots in which any request ended. A slot without requests is no trial. */
export type SlotCount = readonly [failed: number, total: number];
/** One count for each of `slotLengthsMs`, in that order; only the first where the others make no sense. Plain JSON. */
export type SlotCounts = readonly SlotCount[];

export const noSlots: SlotCounts = slotLengthsMs.map(() => [0, 0] as const);

/** Counts one instance's second of traffic at every slot length. */
export function countSlots(slots: InstanceTick["slots"]): SlotCounts {
  return slotLengthsMs.map((lengthMs) => countAtLength(slots, lengthMs / SOURCE_SLOT_MS));
}

type Latencies = NonNullable<InstanceTick["latency"]>;

/** Slots with at least one request slower than the threshold's bin, at every slot length. For rare events. */
export function countSlowSlots(latency: Latencies, thresholdBin: number): SlotCounts {
  return slotLengthsMs.map((lengthMs) => {
    const step = lengthMs / SOURCE_SLOT_MS;
    let slow = 0;
    let used = 0;
    for (let start = 0; start < latency.length; start += step) {
      let slowest = -1;
      for (let index = start; index < Math.min(start + step, latency.length); index += 1) slowest = Math.max(slowest, latency[index]?.[1] ?? -1);
      if (slowest > thresholdBin) slow += 1;
      if (slowest >= 0) used += 1;
    }
    return [slow, used] as const;
  });
}

/** How far the first request of the second was slow: one trial a second, for frequent events. */
export function countFirst(latency: Latencies, threshold: number): SlotCounts {
  const first = latency.find((slot) => slot !== null);
  return [first ? [slownessOf(first[0], threshold), 1] : [0, 0]];
}

function countAtLength(slots: InstanceTick["slots"], step: number): SlotCount {
  let failedSlots = 0;
  let usedSlots = 0;
  for (let start = 0; start < slots.length; start += step) {
    let requests = 0;
    let failed = 0;
    for (let index = start; index < Math.min(start + step, slots.length); index += 1) {
      requests += slots[index]?.[0] ?? 0;
      failed += slots[index]?.[1] ?? 0;
    }
    if (failed > 0) failedSlots += 1;
    if (requests > 0 || failed > 0) usedSlots += 1;
  }
  return [failedSlots, usedSlots];
}

export function addSlots(left: SlotCounts, right: SlotCounts): SlotCounts {
  const longer = left.length >= right.length ? left : right;
  return longer.map((_, index) => {
    const [failed, total] = slotsAt(left, index);
    const [moreFailed, more] = slotsAt(right, index);
    return [failed + moreFailed, total + more] as const;
  });
}

export function slotsAt(counts: SlotCounts, index: number): SlotCount {
  return counts[index] ?? [0, 0];
}

/** Share of slots with a failure; 0 where nothing was seen. */
export function slotRateAt(counts: SlotCounts, index: number): number {
  const [failed, total] = slotsAt(counts, index);
  return total > 0 ? failed / total : 0;
}

/**
 * Index of the longest slot at which the old release's slots fail at most 10 % of the time; the shortest if none does.
 * Give it only what was seen before the interval it is chosen for: the choice must not look at what it will judge.
 */
export function chooseSlot(oldBefore: SlotCounts, isSuitable: (index: number) => boolean = () => true): number {
  const index = slotLengthsMs.findIndex((_, candidate) => slotRateAt(oldBefore, candidate) <= SLOT_RATE_MAX && isSuitable(candidate));
  return index === -1 ? slotLengthsMs.length - 1 : index;
}

/** The rate per slot that a rate per request makes: 1 − (1 − rate)^requestsPerSlot. */
export function toSlotRate(ratePerRequest: number, requestsPerSlot: number): number {
  if (ratePerRequest <= 0 || requestsPerSlot <= 0) return 0;
  if (ratePerRequest >= 1) return 1;
  return -Math.expm1(requestsPerSlot * Math.log1p(-ratePerRequest));
}
