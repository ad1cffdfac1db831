import type { InstanceTick } from "../metric.ts";
import { slotLengthsMs } from "./slots.ts";

/**
 * How far the old release's failing slots come in runs: a cause that lasts longer than a slot fails several of them on one
 * instance. What is counted in slots is divided by it (docs/evidence.md, "What is counted").
 */

/**
 * Slots with an event whose slot before, on the same instance, had one too; how many of these chance makes if the instances
 * that have an event are drawn anew for each slot; and all slots with an event. Of slots that have one before them.
 */
export type SlotRun = readonly [again: number, byChance: number, events: number];
/** One for each of `slotLengthsMs`, in that order. Plain JSON. */
export type SlotRuns = readonly SlotRun[];

/** An instance's second: a bit for each slot of 100 ms, the first one lowest. */
export interface SlotBits {
  readonly used: number;
  readonly events: number;
}

/** At one position of the second, over all instances. */
interface Place {
  pairs: number;
  now: number;
  before: number;
  both: number;
}

export type RunCount = readonly (readonly Place[])[];

const SLOTS = 10;
const SOURCE_SLOT_MS = 100;
/** Slots that hardly ever change say nothing of how long a cause lasts. */
const CORRELATION_MAX = 0.95;

/** Pulls what few events say towards no correlation. */
const PSEUDO_EVENTS = 3;

const noRun: SlotRun = [0, 0, 0];

export function createRunCount(): RunCount {
  return slotLengthsMs.map((lengthMs) =>
    Array.from({ length: (SLOTS * SOURCE_SLOT_MS) / lengthMs }, () => ({ pairs: 0, now: 0, before: 0, both: 0 })),
  );
}

export function failureBits(slots: InstanceTick["slots"]): SlotBits {
  let [used, events] = [0, 0];
  for (const [index, [requests, failed]] of slots.entries()) {
    if (requests > 0 || failed > 0) used |= 1 << index;
    if (failed > 0) events |= 1 << index;
  }
  return { used, events };
}

/** Slots with a request slower than the threshold's bin. */
export function slowBits(latency: NonNullable<InstanceTick["latency"]>, thresholdBin: number): SlotBits {
  let [used, events] = [0, 0];
  for (const [index, slot] of latency.entries()) {
    if (slot === null) continue;
    used |= 1 << index;
    if (slot[1] > thresholdBin) events |= 1 << index;
  }
  return { used, events };
}

/** Counts one instance's second, in place, and the second before it. */
export function addSecond(count: RunCount, before: SlotBits, now: SlotBits): void {
  const used = before.used | (now.used << SLOTS);
  const events = before.events | (now.events << SLOTS);
  for (const [index, places] of count.entries()) {
    const step = (slotLengthsMs[index] ?? 0) / SOURCE_SLOT_MS;
    const mask = (1 << step) - 1;
    for (const [number, place] of places.entries()) {
      const here = mask << (SLOTS + number * step);
      const previous = mask << (SLOTS + (number - 1) * step);
      if ((used & here) === 0 || (used & previous) === 0) continue;
      const [failsNow, failedBefore] = [(events & here) !== 0, (events & previous) !== 0];
      place.pairs += 1;
      if (failsNow) place.now += 1;
      if (failedBefore) place.before += 1;
      if (failsNow && failedBefore) place.both += 1;
    }
  }
}

/** Null where nothing happened. */
export function toRuns(count: RunCount): SlotRuns | null {
  const runs = count.map((places) =>
    places
      .filter(({ pairs }) => pairs > 0)
      .map(({ pairs, now, before, both }): SlotRun => [both, (now * before) / pairs, now])
      .reduce(addRun, noRun),
  );
  return runs.some(([, , events]) => events > 0) ? runs : null;
}

type AllRuns = Readonly<Record<string, SlotRuns>>;

/** Of every test. */
export function addAllRuns(runs: AllRuns, more: AllRuns | undefined): AllRuns {
  if (!more) return runs;
  return { ...runs, ...Object.fromEntries(Object.entries(more).map(([name, each]) => [name, addRuns(runs[name] ?? [], each)])) };
}

function addRuns(left: SlotRuns, right: SlotRuns): SlotRuns {
  return slotLengthsMs.map((_, index) => addRun(left[index] ?? noRun, right[index] ?? noRun));
}

function addRun([again, byChance, events]: SlotRun, [moreAgain, moreByChance, more]: SlotRun): SlotRun {
  return [again + moreAgain, byChance + moreByChance, events + more];
}

/**
 * How many slots in a run tell as much as one: (1 + r)/(1 − r), the variance of a count whose trials are a chain with the
 * correlation r between neighbours. What all instances share in a second is no correlation. At least 1; 1 while nothing is known.
 */
export function runLengthOf([again, byChance, events]: SlotRun = noRun): number {
  if (!(events > byChance)) return 1;
  const correlation = Math.min(CORRELATION_MAX, Math.max(0, (again - byChance) / (events - byChance + PSEUDO_EVENTS)));
  return (1 + correlation) / (1 - correlation);
}
