import { describe, expect, test } from "vitest";
import { addSeen, nothingSeen, type Seen } from "./counts.ts";
import { ceilingOf, evaluate, type TestSettings } from "./evaluate.ts";
import { type ArmInterval, type EvidenceInterval, emptyArm } from "./interval.ts";
import { betCeiling, ceilingGrid, lnBet, lnSplit, regressionGrid } from "./sequential.ts";
import { type SlotCount, toSlotRate } from "./slots.ts";

const settings: TestSettings = { omega0: 1.1, eps: 1e-4, smallestEffect: 3, ceiling: "auto", errorsUnit: "slots" };

describe("compared with the old release", () => {
  test("feeds seconds to the split form, with the margin turned into one per slot", () => {
    const old = arm(275, 3, [
      [2, 11],
      [2, 22],
      [2, 55],
      [2, 110],
    ]);
    const fresh = arm(25, 2, [
      [1, 1],
      [1, 2],
      [2, 5],
      [2, 10],
    ]);
    const { used, lnS } = judge(settings, nothingSeen, interval(old, fresh));
    const margin = { omega0: 1.1, eps: toSlotRate(1e-4, 25) };
    expect(used).toBe(true);
    expect(lnS).toEqual(around(regressionGrid.map((omega) => lnSplit({ ka: 2, na: 11, kb: 1, nb: 1 }, margin, omega * 1.1))));
  });

  test("takes shorter slots where the old release filled the seconds before, never by what the interval itself shows", () => {
    const before = arm(2_750, 400, [
      [60, 110],
      [70, 220],
      [50, 550],
      [60, 1_100],
    ]);
    const old = arm(275, 0, [
      [0, 11],
      [0, 22],
      [0, 55],
      [0, 110],
    ]);
    const fresh = arm(25, 9, [
      [1, 1],
      [2, 2],
      [4, 5],
      [7, 10],
    ]);
    const margin = { omega0: 1.1, eps: toSlotRate(1e-4, 5) };
    const expected = regressionGrid.map((omega) => lnSplit({ ka: 0, na: 55, kb: 4, nb: 5 }, margin, omega * 1.1));
    expect(judge(settings, seenBefore(before), interval(old, fresh)).lnS).toEqual(around(expected));
    const judgedAlone = judge(settings, nothingSeen, interval(old, fresh));
    expect(judgedAlone.lnS[0]).not.toBe(expected[0]);
  });

  test("widens the margin where the new release's slots hold more requests", () => {
    const old = arm(110, 1, [
      [1, 11],
      [1, 22],
      [1, 55],
      [1, 110],
    ]);
    const fresh = arm(30, 1, [
      [1, 1],
      [1, 2],
      [1, 5],
      [1, 10],
    ]);
    const omega0 = 1.1 * 3;
    const margin = { omega0, eps: toSlotRate(1e-4, 30) };
    expect(judge(settings, nothingSeen, interval(old, fresh)).lnS[0]).toBeCloseTo(lnSplit({ ka: 1, na: 11, kb: 1, nb: 1 }, margin, 1.5 * omega0), 12);
  });

  test("keeps its power where even the shortest slots are often full", () => {
    const before = arm(11_000, 4_000, [
      [110, 110],
      [220, 220],
      [540, 550],
      [700, 1_100],
    ]);
    const seen = seenBefore(before, 10);
    const same = judge(settings, seen, interval(arm(1_100, 400, busy(110, 70)), arm(100, 36, busy(10, 6))));
    const worse = judge(settings, seen, interval(arm(1_100, 400, busy(110, 70)), arm(100, 90, busy(10, 10))));
    expect(Math.max(...worse.lnS)).toBeGreaterThan(0.5);
    expect(Math.max(...same.lnS)).toBeLessThan(0);
  });

  test("is silent while one arm is", () => {
    const old = arm(275, 3, [
      [2, 11],
      [2, 22],
      [2, 55],
      [2, 110],
    ]);
    for (const silent of [interval(old, emptyArm), interval(emptyArm, old), interval(emptyArm, emptyArm)]) {
      expect(judge(settings, nothingSeen, silent)).toEqual({
        used: false,
        lnS: regressionGrid.map(() => 0),
        lnHarmless: 0,
        information: 0,
      });
    }
  });

  test("speaks for the new release where only the old one fails, against it the other way round", () => {
    const failing = arm(150, 2, [
      [2, 6],
      [2, 12],
      [2, 30],
      [2, 60],
    ]);
    const clean = arm(150, 0, [
      [0, 6],
      [0, 12],
      [0, 30],
      [0, 60],
    ]);
    expect(judge(settings, nothingSeen, interval(failing, clean)).lnHarmless).toBeGreaterThan(0);
    expect(judge(settings, nothingSeen, interval(clean, failing)).lnHarmless).toBeLessThan(0);
  });

  test("learns more from more instances of the new release", () => {
    const gain = (instances: number) =>
      judge(settings, nothingSeen, interval(arm(150, 0, quiet(6)), arm(25 * instances, 0, quiet(instances)))).information;
    expect(gain(1)).toBeGreaterThan(0);
    expect(gain(3)).toBeGreaterThan(gain(1));
  });
});

describe("under the ceiling", () => {
  test("chooses slots in which the ceiling itself is at most 10 %", () => {
    const fresh = arm(300, 4, [
      [3, 12],
      [4, 24],
      [4, 60],
      [4, 120],
    ]);
    const { lnS } = judge({ ...settings, ceiling: 0.01 }, nothingSeen, alone(fresh));
    const bound = toSlotRate(0.01, 5);
    expect(lnS).toEqual(around(ceilingGrid.map((ratio) => lnBet(betCeiling({ nb: 60 }, bound, ratio), { ka: 0, kb: 4 }))));
  });

  test("still judges where a slot holds so many requests that a good release fails in most", () => {
    const total = arm(6_000, 6_000, busy(120, 120));
    const good = arm(6_000, 6, busy(120, 6));
    expect(Math.max(...judge({ ...settings, ceiling: 0.01 }, nothingSeen, alone(total)).lnS)).toBeGreaterThan(10);
    expect(Math.max(...judge({ ...settings, ceiling: 0.01 }, nothingSeen, alone(good)).lnS)).toBeLessThan(0);
  });

  test("is silent without traffic", () => {
    expect(judge(settings, nothingSeen, alone(emptyArm)).used).toBe(false);
  });
});

describe("ceilingRate", () => {
  const rows: [string, number | "auto", ArmInterval, number][] = [
    ["as written", 0.002, arm(1_000, 100, []), 0.002],
    ["three times the old release's rate", "auto", arm(1_000, 20, []), 0.06],
    ["at least 1 %", "auto", arm(1_000, 1, []), 0.01],
    ["5 % where no old release was seen", "auto", emptyArm, 0.05],
    ["below certainty", "auto", arm(1_000, 900, []), 0.99],
  ];
  test.each(rows)("%s", (_, ceiling, old, expected) => {
    expect(ceilingOf({ ceiling, errorsUnit: "slots" }, seenBefore(old))).toBeCloseTo(expected, 12);
  });
});

/** Trials are scaled, which costs a digit. */
function around(values: readonly number[]) {
  return values.map((value) => expect.closeTo(value, 12));
}

/** The test that judges an interval of this kind. */
function judge(given: TestSettings, seen: Seen, second: EvidenceInterval) {
  return evaluate(second.oldServes ? "errors" : "ceiling", given, seen, second);
}

/** The same second of the old release a few times over. */
function seenBefore(old: ArmInterval, seconds = 1): Seen {
  return Array.from({ length: seconds }, () => interval(old, emptyArm)).reduce(addSeen, nothingSeen);
}

function arm(requests: number, failed: number, errors: readonly SlotCount[]): ArmInterval {
  return { requests, failed, errors };
}

/** Slots of `total` times 100 ms, `failed` of them with a failure, spread as evenly as they can be. */
function busy(total: number, failed: number): SlotCount[] {
  return [10, 5, 2, 1].map((step) => [Math.min(total / step, failed), total / step] as const);
}

function quiet(instances: number): SlotCount[] {
  return [1, 2, 5, 10].map((slots) => [0, slots * instances] as const);
}

function interval(old: ArmInterval, fresh: ArmInterval): EvidenceInterval {
  return { number: 1, at: 1_000, old, new: fresh, oldServes: true };
}

function alone(fresh: ArmInterval): EvidenceInterval {
  return { number: 1, at: 1_000, old: emptyArm, new: fresh, oldServes: false };
}
