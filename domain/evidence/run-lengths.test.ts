import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRandom } from "../simulation/random.ts";
import {
  type Ages,
  addLengths,
  ageEdges,
  countLengths,
  createLengthCount,
  lengthsOf,
  newAges,
  type RunLengths,
  runsAt,
  type SlotLengths,
  toLengths,
} from "./run-lengths.ts";
import { failureBits, runLengthOf } from "./runs.ts";
import { slotLengthsMs } from "./slots.ts";

const UNITS = 12;

describe("how long runs of failing slots last", () => {
  test("is counted as the obvious way counts it", () => {
    const slot = fc.constantFrom<readonly [number, number]>([0, 0], [2, 0], [2, 1]);
    const course = fc.array(slot, { minLength: 10, maxLength: 80 }).map((slots) => slots.slice(0, slots.length - (slots.length % 10)));
    fc.assert(
      fc.property(course, (slots) => {
        const ages = newAges();
        let lengths: SlotLengths = [];
        for (let at = 0; at < slots.length; at += 10) {
          const count = createLengthCount();
          countLengths(count, ages, failureBits(slots.slice(at, at + 10)));
          lengths = addLengths(lengths, toLengths(count) ?? []);
        }
        for (const [index, lengthMs] of slotLengthsMs.entries())
          expect(lengths[index]?.map(([again, , events]) => [again, events])).toEqual(obvious(slots, lengthMs / 100));
      }),
    );
  });

  test("what all instances share in a second is none", () => {
    const lengths = play((second) => second % 50 < 10, 500);
    expect(runsAt(lengths, 0, 13)).toBe(1);
  });

  test("nothing seen is no run", () => {
    expect(runsAt(undefined, 0, 13)).toBe(1);
    expect(runsAt([], 0, 13)).toBe(1);
    expect(
      lengthsOf(
        ageEdges.map(() => [0, 0, 0]),
        13,
      ),
    ).toBe(1);
  });

  test("with the same chance at every age it is what the geometric formula says", () => {
    for (const r of [0.2, 0.5, 0.8]) {
      const lengths: RunLengths = ageEdges.map(() => [r * 1e9, 0, 1e9]);
      for (const growth of [1, 1.5, 13]) expect(lengthsOf(lengths, growth)).toBeCloseTo(runLengthOf([r * 1e9, 0, 1e9], growth), 0);
    }
  });

  test("a bet divided by it is fair over runs of two kinds, single failures and long ones; by the correlation alone it is not", () => {
    const chances = [0.1, 0.6, 0.9, 0.9, 0.9];
    const lengths: RunLengths = chances.map((r) => [r * 1e9, 0, 1e9]);
    const growth = 13;
    expect(gainOver(chances, lengthsOf(lengths, growth), growth)).toBeLessThanOrEqual(0);
    // Not much smaller would do.
    expect(gainOver(chances, lengthsOf(lengths, growth) * 0.9, growth)).toBeGreaterThan(0);
    const { again, events } = followedOf(chances);
    expect(gainOver(chances, runLengthOf([again * 1e9, 0, events * 1e9], growth), growth)).toBeGreaterThan(0);
  });

  test("long spells among single failures are found in an hour of a fleet", () => {
    const random = createRandom(8);
    const failing = new Set<number>();
    const lengths = play((_, unit) => {
      if (random.next() < (failing.has(unit) ? 0.93 : 0.002)) failing.add(unit);
      else failing.delete(unit);
      return failing.has(unit) || random.next() < 0.04;
    }, 3_600);
    const chances = lengths[0]?.map(([again, byChance, events]) => (again - byChance) / (events - byChance)) ?? [];
    expect(chances[0]).toBeLessThan(0.6);
    expect(chances[4]).toBeGreaterThan(0.88);
    expect(runsAt(lengths, 0, 13)).toBeGreaterThan(20);
  });

  test("a run of the longest slots brings as many of the shortest as fail within it", () => {
    const long: RunLengths = ageEdges.map(() => [5e8, 0, 1e9]);
    const short: RunLengths = ageEdges.map(() => [1e9, 0, 4e9]);
    expect(runsAt([long, short], 1, 1)).toBeCloseTo(3 * 4, 1);
    expect(runsAt([long, short], 1, 13)).toBeCloseTo(lengthsOf(long, 13) * 4, 1);
    expect(runsAt([long, short], 0, 13)).toBeCloseTo(lengthsOf(long, 13), 6);
  });
});

function play(fails: (second: number, unit: number) => boolean, seconds: number): SlotLengths {
  const ages: Ages[] = Array.from({ length: UNITS }, newAges);
  let lengths: SlotLengths = [];
  for (let second = 0; second < seconds; second += 1) {
    const count = createLengthCount();
    for (const [unit, own] of ages.entries()) {
      const failed = fails(second, unit) ? 1 : 0;
      countLengths(count, own, failureBits(Array.from({ length: 10 }, () => [1, failed] as const)));
    }
    lengths = addLengths(lengths, toLengths(count) ?? []);
  }
  return lengths;
}

/** By age of the run: how many events were followed by one, and how many could have been. */
function obvious(slots: readonly (readonly [number, number])[], step: number): [again: number, events: number][] {
  const wide: (boolean | null)[] = [];
  for (let at = 0; at < slots.length; at += step) {
    const part = slots.slice(at, at + step);
    wide.push(part.some(([requests]) => requests > 0) ? part.some(([, failed]) => failed > 0) : null);
  }
  const sums = ageEdges.map((): [number, number] => [0, 0]);
  for (const [at, fails] of wide.entries()) {
    if (fails === null) continue;
    let age = 0;
    while (wide[at - 1 - age] === true) age += 1;
    const sum = sums[ageEdges.findLastIndex((edge) => age >= edge)];
    if (!sum || age === 0) continue;
    sum[1] += 1;
    if (fails) sum[0] += 1;
  }
  return sums;
}

/** What a bet that one event multiplies by growth^(1/d) gains over one run, beyond its share: E[x^L] - 1 - E[L] (growth - 1)/d. */
function gainOver(chances: readonly number[], d: number, growth: number): number {
  const x = growth ** (1 / d);
  let [lasts, mean, value] = [1, 0, 0];
  for (let age = 1; age < 5_000; age += 1) {
    const goesOn = lasts * chanceAt(chances, age);
    mean += lasts;
    value += (lasts - goesOn) * x ** age;
    lasts = goesOn;
  }
  return value - 1 - (mean * (growth - 1)) / d;
}

function followedOf(chances: readonly number[]): { again: number; events: number } {
  let [lasts, again, events] = [1, 0, 0];
  for (let age = 1; age < 5_000; age += 1) {
    events += lasts;
    lasts *= chanceAt(chances, age);
    again += lasts;
  }
  return { again: again / events, events: 1 };
}

function chanceAt(chances: readonly number[], age: number): number {
  return chances[ageEdges.findLastIndex((edge) => age >= edge)] ?? 0;
}
