import { CORRELATION_MAX, GROWTH_MIN, PSEUDO_EVENTS, SLOTS, type SlotBits, SOURCE_SLOT_MS } from "./runs.ts";
import { slotLengthsMs } from "./slots.ts";

/**
 * How long the old release's runs of failing slots last, as an hour tells it: the longer an instance has failed, the likelier
 * it may be to fail on. Where most failures are single and few come in long runs, what neighbouring slots have in common
 * (runs.ts) tells too little of the long ones, and these are what carries a bet away.
 */

/** Slots with a failure that are followed by one with a failure; how many would be by chance (as in runs.ts); and all of them. */
export type Followed = readonly [again: number, byChance: number, events: number];
/** By how long the run had lasted, see `ageEdges`. Plain JSON. */
export type RunLengths = readonly Followed[];
/** One for each of `slotLengthsMs`, in that order. */
export type SlotLengths = readonly RunLengths[];

/** In slots: each class of ages begins here, and the last one has no end. */
export const ageEdges = [1, 2, 4, 8, 16] as const;
const LAST_AGE = 16;
const noFollowed: Followed = [0, 0, 0];
/** Growths are rounded up to powers of it, which is safe, so that few lengths are computed. */
const GROWTH_STEP = 1.02;
const HALVINGS = 20;

/** How many slots in a row an instance has failed, for each of `slotLengthsMs`; -1 where the last slot had no request. */
export type Ages = number[];

export const newAges = (): Ages => slotLengthsMs.map(() => -1);

/** Positions in a second: one slot of 1 s, two of 500 ms, and so on. */
const positions = slotLengthsMs.flatMap((lengthMs, index) => {
  const step = lengthMs / SOURCE_SLOT_MS;
  return Array.from({ length: SLOTS / step }, (_, number) => ({ index, mask: ((1 << step) - 1) << (number * step) }));
});
const ALL_USED = (1 << SLOTS) - 1;

/** One second over all instances. A fleet of ten thousand is counted every second. */
export interface LengthCount {
  /** Units that had requests in every slot, no failure, and none before. */
  quiet: number;
  /** By position: units with requests now and before, and those of them that fail. */
  readonly units: Uint32Array;
  readonly failing: Uint32Array;
  /** By position and class of age: units that failed before, and those of them that fail again. */
  readonly before: Uint32Array;
  readonly again: Uint32Array;
}

export function createLengthCount(): LengthCount {
  const none = (size: number) => new Uint32Array(size);
  const ages = positions.length * ageEdges.length;
  return { quiet: 0, units: none(positions.length), failing: none(positions.length), before: none(ages), again: none(ages) };
}

/** Counts one instance's second, and moves its ages on, both in place. */
export function countLengths(count: LengthCount, ages: Ages, { used, events }: SlotBits): void {
  if (events === 0 && used === ALL_USED && isQuiet(ages)) {
    count.quiet += 1;
    return;
  }
  const { units, failing, before, again } = count;
  for (let at = 0; at < positions.length; at += 1) {
    const { index, mask } = positions[at] as (typeof positions)[number];
    const age = ages[index] ?? -1;
    if ((used & mask) === 0) {
      ages[index] = -1;
      continue;
    }
    const fails = (events & mask) !== 0;
    ages[index] = fails ? Math.max(0, age) + 1 : 0;
    if (age === -1) continue;
    bump(units, at);
    if (fails) bump(failing, at);
    if (age === 0) continue;
    const known = at * ageEdges.length + classOf(age);
    bump(before, known);
    if (fails) bump(again, known);
  }
}

function isQuiet(ages: Ages): boolean {
  for (let index = 0; index < ages.length; index += 1) if (ages[index] !== 0) return false;
  return true;
}

function bump(counts: Uint32Array, at: number): void {
  counts[at] = (counts[at] ?? 0) + 1;
}

function classOf(age: number): number {
  return ageEdges.findLastIndex((edge) => age >= edge);
}

/** Null where no failing slot has one after it that had requests. */
export function toLengths({ quiet, units, failing, before, again }: LengthCount): SlotLengths | null {
  if (before.every((count) => count === 0)) return null;
  return slotLengthsMs.map((_, index) =>
    ageEdges.map((__, age) =>
      positions
        .map((position, at): Followed => {
          const here = before[at * ageEdges.length + age] ?? 0;
          if (position.index !== index || here === 0) return noFollowed;
          return [again[at * ageEdges.length + age] ?? 0, (here * (failing[at] ?? 0)) / ((units[at] ?? 0) + quiet), here];
        })
        .reduce(addFollowed),
    ),
  );
}

export function addLengths(left: SlotLengths, right: SlotLengths): SlotLengths {
  return slotLengthsMs.map((_, index) => ageEdges.map((__, age) => addFollowed(left[index]?.[age] ?? noFollowed, right[index]?.[age] ?? noFollowed)));
}

function addFollowed([again, byChance, events]: Followed, [moreAgain, moreByChance, more]: Followed): Followed {
  return [again + moreAgain, byChance + moreByChance, events + more];
}

/**
 * The chances that a run goes on, by class of age, one standard error up. Of what was hardly ever seen the class of shorter
 * runs tells, and nothing tells of the first.
 */
function chancesOf(lengths: RunLengths): readonly number[] {
  let younger = 0;
  let told = PSEUDO_EVENTS;
  return lengths.map(([again, byChance, events]) => {
    const own = Math.max(0, events - byChance);
    const seen = Math.min(1, (Math.max(0, again - byChance) + PSEUDO_EVENTS * younger) / (own + PSEUDO_EVENTS));
    told += own;
    younger = seen;
    return Math.min(CORRELATION_MAX, seen * (1 + Math.sqrt((1 - seen) / told)));
  });
}

interface Solved {
  /** For a growth near 1. */
  readonly dispersion: number;
  /** Chance that a run lasts so many slots or more; the first is 1. */
  readonly lasts: readonly number[];
  readonly mean: number;
  /** Chance to go on from the last of them. */
  readonly goesOn: number;
  /** By step of growth. */
  readonly byGrowth: Map<number, number>;
}

/** Lengths are frozen when a rollout begins: each is solved once. */
const solved = new WeakMap<RunLengths, Solved>();

/** What slots of a length (an index of `slotLengthsMs`) are divided by; `growth` as in `runLengthOf`. 1 while nothing is known. */
export function runsAt(lengths: SlotLengths | undefined, index: number, growth: number): number {
  const own = lengths?.[index];
  if (!own) return 1;
  let most = 1;
  // A cause that fails some of an instance's requests makes short runs of short slots, and long ones of longer slots, each of
  // which brings some events: L of w events are worth what L are, at w times the divisor.
  for (let longer = 0; longer <= index; longer += 1) {
    const runs = lengths[longer] ?? own;
    most = Math.max(most, lengthsOf(runs, growth) * Math.max(1, eventsOf(own) / Math.max(1, eventsOf(runs))));
  }
  return most;
}

function eventsOf(lengths: RunLengths): number {
  let all = 0;
  for (const [, , events] of lengths) all += events;
  return all;
}

/**
 * What slots are divided by so that a bet stays fair when they fail in runs of these lengths; as `runLengthOf`, for chances to
 * go on that change with the age of the run. With S(k) the chance of a run of k or more, E[x^L] - 1 = (x - 1) sum S(k) x^(k-1)
 * must be at most E[L] (growth - 1)/d for x = growth^(1/d); near 1 that is d = E[L^2]/E[L].
 */
export function lengthsOf(lengths: RunLengths, growth: number): number {
  const known = solved.get(lengths) ?? prepare(lengths);
  solved.set(lengths, known);
  if (growth <= GROWTH_MIN || known.goesOn === 0) return known.dispersion;
  const step = Math.ceil(Math.log(growth) / Math.log(GROWTH_STEP));
  const length = known.byGrowth.get(step) ?? solve(known, step * Math.log(GROWTH_STEP));
  known.byGrowth.set(step, length);
  return length;
}

function prepare(lengths: RunLengths): Solved {
  const chances = chancesOf(lengths);
  const lasts: number[] = [1];
  for (let age = 1; age < LAST_AGE; age += 1) lasts.push((lasts[age - 1] ?? 0) * (chances[classOf(age)] ?? 0));
  const goesOn = chances.at(-1) ?? 0;
  const tail = lasts[LAST_AGE - 1] ?? 0;
  const mean = sum(lasts) + (tail * goesOn) / (1 - goesOn);
  // The sum of S(k) (2 k - 1), of which the part beyond the last class is geometric.
  const squares =
    sum(lasts.map((chance, index) => chance * (2 * index + 1))) +
    tail * ((goesOn * (2 * LAST_AGE - 1)) / (1 - goesOn) + (2 * goesOn) / (1 - goesOn) ** 2);
  return { dispersion: squares / mean, lasts, mean, goesOn, byGrowth: new Map() };
}

function solve({ lasts, mean, goesOn }: Solved, lnGrowth: number): number {
  const share = (mean * Math.expm1(lnGrowth)) / lnGrowth;
  const isFair = (u: number) => {
    const x = Math.exp(u);
    if (goesOn * x >= 1) return false;
    const head = lasts.reduceRight((rest, chance) => chance + rest * x, 0);
    const tail = ((lasts.at(-1) ?? 0) * goesOn * x ** LAST_AGE) / (1 - goesOn * x);
    return Math.expm1(u) * (head + tail) <= share * u;
  };
  let [low, high] = [0, lnGrowth];
  for (let step = 0; step < HALVINGS; step += 1) {
    const u = (low + high) / 2;
    if (isFair(u)) low = u;
    else high = u;
  }
  return Math.max(1, lnGrowth / Math.max(low, Number.EPSILON));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
