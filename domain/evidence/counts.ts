import type { QuantileName } from "../metric.ts";
import { type ArmInterval, addArms, addCounts, type EvidenceInterval, emptyArm, type Stratum } from "./interval.ts";
import { runsAt, type SlotLengths } from "./run-lengths.ts";
import { addAllRuns, runLengthOf, type SlotRuns } from "./runs.ts";
import { ceilingGrid, type IntervalCounts, lnSplit } from "./sequential.ts";
import { chooseSlot, SLOT_RATE_MAX, type SlotCount, type SlotCounts, slotLengthsMs, slotRateAt, slotsAt, toSlotRate } from "./slots.ts";
import { dispersionOf, noSpread, type Spread, widenSpread } from "./spread.ts";

/**
 * Turns what was seen in an interval into the counts of one test. Trials are scaled so that the plan's margin and ceiling,
 * which are rates per request, hold for them as they are written: the same file of counts replays them (docs/evidence.md).
 */

/** What the old release did in this rollout before an interval. It chooses units and alternatives; the interval itself never does. */
export interface Seen {
  readonly old: ArmInterval;
  /** By metric of a source without slots. */
  readonly raw: Readonly<Record<string, SlotCount>>;
  /** By test, of plain events. */
  readonly spread: Readonly<Record<string, Spread>>;
  /** By test that counts slots. */
  readonly runs: Readonly<Record<string, SlotRuns>>;
}

export const nothingSeen: Seen = { old: emptyArm, raw: {}, spread: {}, runs: {} };

export function addSeen(seen: Seen, interval: EvidenceInterval): Seen {
  const { old } = interval;
  const spread = { ...seen.spread };
  for (const { name, plain } of rareEvents) widen(spread, name, plain(old));
  const raw = { ...seen.raw };
  for (const sample of interval.raw ?? []) {
    for (const [name, counts] of Object.entries(sample.counts)) {
      raw[name] = addCounts(raw[name] ?? [0, 0], counts.old);
      widen(spread, name, counts.old);
    }
  }
  return { old: addArms(seen.old, old), raw, spread, runs: addAllRuns(seen.runs, interval.runs) };
}

/** In place. */
function widen(spread: Record<string, Spread>, name: string, [events, trials]: SlotCount): void {
  spread[name] = widenSpread(spread[name] ?? noSpread, events, trials);
}

export interface CountSettings {
  readonly eps: number;
  readonly smallestEffect: number;
  /** See `Baseline`. */
  readonly lengths?: Readonly<Record<string, SlotLengths>>;
}

/** One stratum's part of one test's step. */
export interface Counted {
  readonly counts: IntervalCounts;
  /** The events that these trials would show on average if the new release were `smallestEffect` times as bad. */
  readonly expected: Pick<IntervalCounts, "ka" | "kb">;
  /** ln S of the swapped test, for "less than `smallestEffect` times as bad"; 0 where it is not asked. */
  readonly lnHarmless: number;
}

export const noCounts: Counted = { counts: { ka: 0, na: 0, kb: 0, nb: 0 }, expected: { ka: 0, kb: 0 }, lnHarmless: 0 };

/** Below this, "three times as bad" is no difference a person would call one: the power is stated for at least this rate. */
export const BASE_RATE_MIN = 0.001;
/** An expected rate stays below certainty. */
export const RATE_MAX = 0.99;
/** The most that one event may multiply a bet on the ceiling by. */
const CEILING_GROWTH_MAX = Math.max(...ceilingGrid);
/** The old release's rate may be this many times what was measured before the claim "harmless" loses its ground. */
const BASELINE_SLACK = 1.5;

/** A rare event of requests: its slots, and the plain count for where even the shortest slots are too full. */
export interface RareEvent {
  /** The test's name among the spreads. */
  readonly name: string;
  readonly slots: (arm: ArmInterval) => SlotCounts;
  readonly plain: (arm: ArmInterval) => SlotCount;
}

export const failures: RareEvent = { name: "slots-errors", slots: (arm) => arm.errors, plain: (arm) => [arm.failed, arm.requests] };
export const slowAnswers = { p99: slowerThan("p99"), "p99.9": slowerThan("p99.9") } as const;
const rareEvents: readonly RareEvent[] = [failures, ...Object.values(slowAnswers)];

function slowerThan(quantile: QuantileName): RareEvent {
  return {
    name: `latency-${quantile}`,
    slots: ({ latency }) => latency?.[quantile]?.slots ?? [],
    plain: ({ latency, requests }) => (latency?.[quantile] ? [latency[quantile].slow, requests] : [0, 0]),
  };
}

export function countRare(event: RareEvent, settings: CountSettings, seen: Seen, { old, new: fresh }: Stratum): Counted {
  const before = event.slots(seen.old);
  if (slotRateAt(before, slotLengthsMs.length - 1) > SLOT_RATE_MAX)
    return countPlain(
      { old: [event.plain(old)[0], weightedRequests(event, old)], new: [event.plain(fresh)[0], weightedRequests(event, fresh)] },
      settings,
      { spread: seen.spread[event.name], seen: event.plain(seen.old) },
    );
  const index = chooseSlot(before);
  const [ka, na] = slotsAt(event.slots(old), index);
  const [kb, nb] = slotsAt(event.slots(fresh), index);
  if (na === 0 || nb === 0) return noCounts;
  const perSlot = { old: requestsPerSlot(old, index), new: requestsPerSlot(fresh, index) };
  // More requests in a slot make an event in it likelier. The margin widens by that much, so that load is not taken for harm.
  const load = Math.max(1, perSlot.new / perSlot.old);
  const scale = settings.eps > 0 ? toSlotRate(settings.eps, perSlot.new) / settings.eps : perSlot.new;
  const rate = slotRateAt(before, index);
  const expectedOld = Math.max(rate, toSlotRate(BASE_RATE_MIN, perSlot.old));
  const run = longestRun(event, settings, seen, { index, growth: (na + nb) / nb });
  return {
    counts: dividedBy(run, { ka, na: (na * scale) / load, kb, nb: nb * scale }),
    expected: { ka: (na * expectedOld) / run, kb: (nb * toSlotRate(expectedOld, settings.smallestEffect)) / run },
    // Only of failures a release is said to be harmless.
    lnHarmless:
      event === failures ? lnShownHarmless(dividedBy(run, { ka, na, kb, nb }), settings.smallestEffect, rate, perSlot.old / perSlot.new) : 0,
  };
}

/** What the hour before tells of the length of runs, or what was seen since if that is longer. */
function longestRun(
  event: RareEvent,
  { lengths }: CountSettings,
  { runs }: Seen,
  { index, growth }: { readonly index: number; readonly growth: number },
): number {
  return Math.max(runLengthOf(runs[event.name]?.[index], growth), runsAt(lengths?.[event.name], index, growth));
}

/** Plain events among trials: divided by their dispersion, silent until that is known. */
export function countPlain(
  { old: [ka, na], new: [kb, nb] }: { readonly old: SlotCount; readonly new: SlotCount },
  { smallestEffect }: CountSettings,
  before: { readonly spread: Spread | undefined; readonly seen: SlotCount },
): Counted {
  const dispersion = dispersionOf(before.spread ?? noSpread);
  if (na === 0 || nb === 0 || dispersion === null) return noCounts;
  const [events, trials] = before.seen;
  const rate = Math.max(BASE_RATE_MIN, trials > 0 ? events / trials : 0);
  const counts = dividedBy(dispersion, { ka, na, kb, nb });
  return {
    counts,
    expected: { ka: counts.na * rate, kb: counts.nb * Math.min(RATE_MAX, smallestEffect * rate) },
    lnHarmless: lnSwapped(counts, smallestEffect),
  };
}

/** p50 and p90: one trial for each second of an instance. */
export function countFrequent(quantile: QuantileName, { smallestEffect }: CountSettings, seen: Seen, { old, new: fresh }: Stratum): Counted {
  const [ka, na] = secondsOf(old, quantile);
  const [kb, nb] = secondsOf(fresh, quantile);
  const rate = rateOf(secondsOf(seen.old, quantile));
  return {
    counts: { ka, na, kb, nb },
    expected: { ka: na * rate, kb: nb * Math.min(RATE_MAX, smallestEffect * rate) },
    lnHarmless: 0,
  };
}

/** Seconds of an instance whose first request was slow, and all of which that is known. */
export function secondsOf({ latency }: ArmInterval, quantile: QuantileName): SlotCount {
  return slotsAt(latency?.[quantile]?.slots ?? [], 0);
}

/** Seconds of an instance in rotation in which nothing was answered. What is expected is total silence. */
export function countSilent({ old, new: fresh }: Stratum): Counted {
  const [ka, na] = old.silent ?? [0, 0];
  const [kb, nb] = fresh.silent ?? [0, 0];
  return { counts: { ka, na, kb, nb }, expected: { ka, kb: nb }, lnHarmless: 0 };
}

/** Failures of the new release against a bound per request, with nothing to compare with. Its load chooses the slot, its failures do not. */
export function countAgainst(rateMax: number, settings: CountSettings, seen: Seen, { new: fresh }: Stratum): Counted {
  const boundAt = (candidate: number) => toSlotRate(rateMax, requestsPerSlot(fresh, candidate));
  const index = chooseSlot(seen.old.errors, (candidate) => boundAt(candidate) <= SLOT_RATE_MAX);
  const run = longestRun(failures, settings, seen, { index, growth: CEILING_GROWTH_MAX });
  const kb = slotsAt(fresh.errors, index)[0] / run;
  const trials = usedAt(fresh, index) / run;
  if (trials === 0) return noCounts;
  const nb = (trials * boundAt(index)) / rateMax;
  const worse = toSlotRate(Math.min(1, settings.smallestEffect * rateMax), requestsPerSlot(fresh, index));
  return { counts: { ka: 0, na: 0, kb, nb }, expected: { ka: 0, kb: trials * worse }, lnHarmless: 0 };
}

/** The same of a source without slots; silent where there was no old release to tell the dispersion by. */
export function countPlainAgainst(rateMax: number, [kb, nb]: SlotCount, { smallestEffect }: CountSettings, spread: Spread | undefined): Counted {
  const dispersion = dispersionOf(spread ?? noSpread);
  if (nb === 0 || dispersion === null) return noCounts;
  const trials = nb / dispersion;
  return {
    counts: { ka: 0, na: 0, kb: kb / dispersion, nb: trials },
    expected: { ka: 0, kb: trials * Math.min(1, smallestEffect * rateMax) },
    lnHarmless: 0,
  };
}

function dividedBy(divisor: number, { ka, na, kb, nb }: IntervalCounts): IntervalCounts {
  return { ka: ka / divisor, na: na / divisor, kb: kb / divisor, nb: nb / divisor };
}

export function rateOf([events, trials]: SlotCount): number {
  return trials > 0 ? events / trials : 0;
}

function requestsPerSlot(arm: ArmInterval, index: number): number {
  const used = usedAt(arm, index);
  return used > 0 ? arm.requests / used : 0;
}

/** Slots as they were counted: trials that are weighted by their host say nothing about load, nor about an absolute bound. */
function usedAt(arm: ArmInterval, index: number): number {
  return arm.used?.[index] ?? slotsAt(arm.errors, index)[1];
}

/** Requests weighted by their hosts' levels, as far as the shortest slots tell: the same where instances get the same load. */
function weightedRequests(event: RareEvent, arm: ArmInterval): number {
  const index = slotLengthsMs.length - 1;
  const used = usedAt(arm, index);
  return used > 0 ? (arm.requests * slotsAt(event.slots(arm), index)[1]) / used : 0;
}

/**
 * The same formula with the arms swapped and the null "old <= new / effect", against "both are equal" (docs/evidence.md).
 * A release three times as bad per request is less than that per slot, since slots fill up: the effect shrinks with them.
 */
function lnShownHarmless(counts: IntervalCounts, smallestEffect: number, measured: number, loadOfOld: number): number {
  const fullest = Math.min(RATE_MAX, Math.max(SLOT_RATE_MAX, BASELINE_SLACK * measured));
  return lnSwapped(counts, toSlotRate(fullest, smallestEffect) / fullest / Math.max(1, loadOfOld));
}

function lnSwapped({ ka, na, kb, nb }: IntervalCounts, effect: number): number {
  return effect <= 1 ? 0 : lnSplit({ ka: kb, na: nb, kb: ka, nb: na }, { omega0: 1 / effect, eps: 0 }, 1);
}
