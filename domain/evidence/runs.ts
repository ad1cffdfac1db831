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

export const SLOTS = 10;
export const SOURCE_SLOT_MS = 100;
/** Slots that hardly ever change say nothing of how long a cause lasts. */
export const CORRELATION_MAX = 0.95;

/** Pulls what few events say towards no correlation. */
export const PSEUDO_EVENTS = 3;
/** Below it, the limit for small bets is exact enough. */
export const GROWTH_MIN = 1.01;
/** Of the bracket; its lower end is safe at every step. */
const HALVINGS = 10;

const noRun: SlotRun = [0, 0, 0];

export function createRunCount(): RunCount {
  return slotLengthsMs.map((lengthMs) =>
    Array.from({ length: (SLOTS * SOURCE_SLOT_MS) / lengthMs }, () => ({ pairs: 0, now: 0, before: 0, both: 0 })),
  );
}

export function failureBits(slots: InstanceTick["slots"]): SlotBits {
  let [used, events] = [0, 0];
  for (let index = 0; index < slots.length; index += 1) {
    const [requests, failed] = slots[index] ?? none;
    if (requests > 0 || failed > 0) used |= 1 << index;
    if (failed > 0) events |= 1 << index;
  }
  return { used, events };
}

const none = [0, 0] as const;

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

/** By test. */
export type AllRuns = Readonly<Record<string, SlotRuns>>;

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

/** Between neighbouring slots, and one standard error more in the measure in which there is any: few long runs tell little. */
function correlationOf(again: number, events: number): number {
  const seen = Math.max(0, again / (events + PSEUDO_EVENTS));
  return Math.min(CORRELATION_MAX, seen * (1 + Math.sqrt((1 - Math.min(1, seen)) / events)));
}

/**
 * What slots are divided by, so that a bet on them stays fair when they fail in runs. `growth` is the most that one event may
 * multiply the bet by. At least 1; 1 while nothing is known. What all instances share in a second is no correlation.
 *
 * A slot after one with an event has one with chance r, so a run has geometric length L. Its L events, each worth
 * x = growth^(1/d), must be worth no more on average than their share of one, E[x^L] - 1 <= E[L] (growth - 1)/d; with
 * E[x^L] - 1 = (x - 1)/(1 - r x) and E[L] = 1/(1 - r) the best d solves
 * (x - 1)(1 - r)/((1 - r x) ln x) = (growth - 1)/ln(growth). For a growth near 1 it is (1 + r)/(1 - r), the dispersion of such
 * runs; a bet that one event multiplies by twelve is brought further by one long run, and needs more.
 */
export function runLengthOf([again, byChance, events]: SlotRun = noRun, growth: number): number {
  if (!(events > byChance)) return 1;
  const r = correlationOf(again - byChance, events - byChance);
  if (r === 0) return 1;
  if (growth <= GROWTH_MIN) return (1 + r) / (1 - r);
  const mean = (growth - 1) / Math.log(growth);
  // The logarithmic mean of 1 and x lies below their middle: with that in its place x comes out too low, which is safe.
  let low = (2 * mean - 1 + r) / (1 - r + 2 * mean * r);
  let high = Math.min(growth, 1 / r);
  for (let step = 0; step < HALVINGS; step += 1) {
    const x = (low + high) / 2;
    if ((x - 1) * (1 - r) <= mean * (1 - r * x) * Math.log(x)) low = x;
    else high = x;
  }
  return Math.max(1, Math.log(growth) / Math.log(low));
}
