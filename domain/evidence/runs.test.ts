import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRandom } from "../simulation/random.ts";
import { addAllRuns, addSecond, createRunCount, failureBits, runLengthOf, type SlotRuns, slowBits, toRuns } from "./runs.ts";
import { slotLengthsMs } from "./slots.ts";

type Seconds = readonly (readonly [requests: number, failed: number])[][];

describe("runs of slots with an event", () => {
  test("are counted as the obvious way counts them", () => {
    const slot = fc.tuple(fc.nat(2), fc.nat(1)).map(([requests, failed]): [number, number] => [requests, Math.min(requests, failed)]);
    const second = fc.array(slot, { minLength: 10, maxLength: 10 });
    fc.assert(
      fc.property(fc.array(fc.tuple(second, second), { minLength: 1, maxLength: 6 }), (units) => {
        const count = createRunCount();
        for (const [before, now] of units) addSecond(count, failureBits(before), failureBits(now));
        const counted = toRuns(count) ?? slotLengthsMs.map(() => [0, 0, 0] as const);
        for (const [index, lengthMs] of slotLengthsMs.entries()) {
          const [again, byChance, events] = obvious(units, lengthMs / 100);
          expect(counted[index]).toEqual([again, expect.closeTo(byChance, 9), events]);
        }
      }),
    );
  });

  test("one instance that fails for three seconds in a row makes a run, ten that fail in the same second do not", () => {
    const alone = play((second, unit) => unit === 0 && second % 50 < 3);
    expect(runLengthOf(alone[0], 1)).toBeGreaterThan(3);
    const together = play((second) => second % 50 < 3);
    expect(runLengthOf(together[0], 1)).toBe(1);
  });

  test("events that come one by one make none", () => {
    const random = createRandom(5);
    expect(runLengthOf(play(() => random.next() < 0.05, 4_000)[0], 1)).toBeLessThan(1.1);
  });

  test("geometric runs have the length of the textbook: (1 + r)/(1 - r)", () => {
    const random = createRandom(6);
    const failing = new Set<number>();
    const runs = play((_, unit) => {
      if (random.next() < (failing.has(unit) ? 0.5 : 0.01)) failing.add(unit);
      else failing.delete(unit);
      return failing.has(unit);
    }, 10_000);
    // From 0.5 and 0.01: a chain of two states is correlated by their difference.
    expect(runLengthOf(runs[0], 1)).toBeCloseTo((1 + 0.49) / (1 - 0.49), 0);
  });

  test("nothing seen is no run, and slots that are always full say nothing", () => {
    expect(runLengthOf(undefined, 12)).toBe(1);
    expect(runLengthOf([0, 0, 0], 12)).toBe(1);
    expect(runLengthOf([7, 7, 7], 12)).toBe(1);
    expect(runLengthOf([1_000, 0, 1_000], 1)).toBeCloseTo(39, 9);
    // Two events, one of them after another: 1/(2 + 3), and as much again as they leave unsure.
    const r = 0.2 * (1 + Math.sqrt(0.8 / 2));
    expect(runLengthOf([1, 0, 2], 1)).toBeCloseTo((1 + r) / (1 - r), 9);
  });

  test("a slow answer is one of a slot's that is slower than the threshold", () => {
    expect(slowBits([[1, 9], null, [9, 10], [11, 12]], 9)).toEqual({ used: 0b1101, events: 0b1100 });
    expect(failureBits([[1, 0], [0, 0], [2, 1], [0, 1]])).toEqual({ used: 0b1101, events: 0b1100 }); // biome-ignore format: a row
  });

  test.each([
    [0.2, 2],
    [0.2, 12],
    [0.5, 12],
    [0.8, 12],
    [0.8, 100],
    [0.9, 1.5],
  ])("runs with a correlation of %f and an event worth up to %f times leave the bet fair, and hardly more than that", (r, growth) => {
    const d = runLengthOf([r * 1e9, 0, 1e9], growth);
    expect(worthOfRun(r, growth ** (1 / d))).toBeLessThanOrEqual((growth - 1) / (d * (1 - r)));
    const less = 0.98 * d;
    expect(worthOfRun(r, growth ** (1 / less))).toBeGreaterThan((growth - 1) / (less * (1 - r)));
  });

  test("sums are kept by test", () => {
    const one: SlotRuns = slotLengthsMs.map(() => [1, 0.5, 2]);
    expect(addAllRuns({}, { a: one })).toEqual({ a: one });
    expect(addAllRuns({ a: one, b: one }, undefined)).toEqual({ a: one, b: one });
    expect(addAllRuns({ a: one, b: one }, { a: one })).toEqual({ a: slotLengthsMs.map(() => [2, 1, 4]), b: one });
  });
});

/** E[x^L] - 1 of a run of geometric length, term by term. */
function worthOfRun(r: number, x: number): number {
  let [sum, chance, worth] = [0, 1 - r, x];
  for (let length = 1; length < 20_000; length += 1) {
    sum += chance * (worth - 1);
    chance *= r;
    worth *= x;
    if (chance < 1e-300 || worth > 1e300) break;
  }
  return sum;
}

/** What ten instances did, each second and the one before it. */
function play(fails: (second: number, unit: number) => boolean, seconds = 1_000): SlotRuns {
  let runs: Readonly<Record<string, SlotRuns>> = {};
  let last: number[] = Array.from({ length: 10 }, () => 0);
  for (let second = 0; second < seconds; second += 1) {
    const count = createRunCount();
    const now = last.map((_, unit) => (fails(second, unit) ? 1 : 0));
    for (const [unit, events] of now.entries()) addSecond(count, { used: 1, events: last[unit] ?? 0 }, { used: 1, events });
    const counted = toRuns(count);
    if (counted) runs = addAllRuns(runs, { a: counted });
    last = now;
  }
  return runs["a"] ?? [];
}

/** [again, by chance, events], slot by slot and instance by instance. */
function obvious(units: readonly (readonly [Seconds[number], Seconds[number]])[], step: number): [number, number, number] {
  let [again, byChance, events] = [0, 0, 0];
  for (let start = 10; start < 20; start += step) {
    const pairs = units.flatMap(([before, now]) => {
      const both = [...before, ...now];
      const [previous, here] = [both.slice(start - step, start), both.slice(start, start + step)];
      const isUsed = (slots: typeof both) => slots.some(([requests, failed]) => requests > 0 || failed > 0);
      const fails = (slots: typeof both) => slots.some(([, failed]) => failed > 0);
      return isUsed(previous) && isUsed(here) ? [[fails(previous), fails(here)] as const] : [];
    });
    const now = pairs.filter(([, here]) => here).length;
    again += pairs.filter(([previous, here]) => previous && here).length;
    if (pairs.length > 0) byChance += (now * pairs.filter(([previous]) => previous).length) / pairs.length;
    events += now;
  }
  return [again, byChance, events];
}
