import { describe, expect, test } from "vitest";
import type { QuantileName } from "../metric.ts";
import { addSeen, nothingSeen, type Seen } from "./counts.ts";
import { ceilingOf, evaluate, type TestSettings } from "./evaluate.ts";
import { type ArmInterval, type EvidenceInterval, emptyArm, type RawCounts } from "./interval.ts";
import { betCeiling, ceilingGrid, lnBet, lnProjection, lnSplit, regressionGrid } from "./sequential.ts";
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

describe("slow answers", () => {
  test("above p99 are counted in slots like failures, by their own", () => {
    const old = slow("p99", [[2, 11]]);
    const fresh = slow("p99", [[1, 1]]);
    const margin = { omega0: 1.1, eps: toSlotRate(1e-4, 25) };
    const expected = regressionGrid.map((omega) => lnSplit({ ka: 2, na: 11, kb: 1, nb: 1 }, margin, omega * 1.1));
    expect(evaluate("latency-p99", settings, nothingSeen, interval(old, fresh)).lnS).toEqual(around(expected));
    expect(evaluate("latency-p99.9", settings, nothingSeen, interval(old, fresh)).used).toBe(false);
  });

  test("above p50 and p90 are held against what the old release showed before, by the projection form", () => {
    const seen = seenBefore(slow("p90", [[2, 10]]), 5);
    const second = interval(slow("p90", [[0.4, 11]]), slow("p90", [[1, 1]]));
    const margin = { omega0: 1.1, eps: 1e-4 };
    const expected = [1.5, 3, 10].map((factor) =>
      lnProjection({ ka: 0.4, na: 11, kb: 1, nb: 1 }, margin, { ta: 0.2, tb: Math.min(0.99, factor * 0.2) }),
    );
    expect(evaluate("latency-p90", settings, seen, second).lnS).toEqual(around(expected));
  });

  test("above p50 say nothing until the old release has shown any", () => {
    const second = interval(slow("p50", [[5, 11]]), slow("p50", [[1, 1]]));
    expect(evaluate("latency-p50", settings, nothingSeen, second).lnS).toEqual([0, 0, 0]);
    expect(evaluate("latency-p50", settings, seenBefore(slow("p50", [[0, 11]])), second).lnS).toEqual([0, 0, 0]);
    expect(evaluate("latency-p50", settings, seenBefore(slow("p50", [[5, 11]])), second).lnS[0]).toBeGreaterThan(0);
  });

  function slow(quantile: QuantileName, slots: readonly SlotCount[]): ArmInterval {
    const seconds = slots[0]?.[1] ?? 0;
    const used = [1, 2, 5, 10].map((perSecond) => perSecond * seconds);
    const counts = { p50: { slow: 1, slots }, p90: { slow: 1, slots }, p99: { slow: 1, slots }, "p99.9": { slow: 1, slots } }[quantile];
    return { ...arm(25 * seconds, 0, quiet(seconds)), used, latency: { [quantile]: counts } };
  }
});

describe("the share of traffic", () => {
  const silent = (seconds: number, of: number): ArmInterval => ({ ...arm(25, 0, quiet(1)), silent: [seconds, of] });

  test("tolerates half as much silence again, and one second in ten", () => {
    const { lnS, lnHarmless } = evaluate("traffic", settings, nothingSeen, interval(silent(1, 11), silent(1, 1)));
    const margin = { omega0: 1.5, eps: 0.1 };
    expect(lnS).toEqual(around(regressionGrid.map((omega) => lnSplit({ ka: 1, na: 11, kb: 1, nb: 1 }, margin, omega * 1.5))));
    expect(lnHarmless).toBe(0);
  });

  test("has nothing against silence that both share", () => {
    const { lnS } = evaluate("traffic", settings, nothingSeen, interval(silent(9, 11), silent(1, 1)));
    expect(Math.max(...lnS)).toBeLessThan(0);
  });
});

describe("zones", () => {
  test("are each a bet of their own: their ln S add up", () => {
    const parts = [
      { old: arm(275, 3, quiet(11)), new: arm(25, 0, quiet(1)) },
      { old: arm(50, 2, busy(20, 2)), new: arm(50, 20, busy(20, 20)) },
      { old: arm(75, 3, quiet(3)), new: emptyArm },
    ];
    const whole = interval(arm(400, 8, quiet(16)), arm(75, 20, quiet(3)));
    const each = parts.map((part) => judge(settings, nothingSeen, { ...whole, ...part }).lnS);
    const { lnS, used } = judge(settings, nothingSeen, { ...whole, strata: parts });
    expect(used).toBe(true);
    expect(lnS).toEqual(around(regressionGrid.map((_, k) => each.reduce((sum, part) => sum + (part[k] ?? 0), 0))));
    expect(each.map((part) => part[3] !== 0)).toEqual([true, true, false]);
  });
});

describe("another source", () => {
  const raw = (oldServes: boolean, ...stretches: readonly RawCounts[]): EvidenceInterval => ({
    ...interval(arm(25, 0, quiet(1)), arm(25, 0, quiet(1))),
    oldServes,
    raw: stretches.map((counts, index) => ({ at: index, counts: { "custom-refunds": counts, errors: counts } })),
  });
  /** Four bad events in a stretch, then none, by turns: twice as uneven as chance would have it, about. */
  const before = Array.from({ length: 12 }, (_, index) => raw(true, { old: [index % 2 === 0 ? 4 : 0, 100], new: [0, 0] })).reduce(
    addSeen,
    nothingSeen,
  );
  const dispersion = (12 * 2 ** 2) / 2 / 11;
  const worse: RawCounts = { old: [2, 100], new: [9, 50] };

  test.each(["custom-refunds", "errors"] as const)("%s: each stretch of its time is a bet, divided by the dispersion", (name) => {
    const margin = { omega0: 1.1, eps: 1e-4 };
    const expected = regressionGrid.map((omega) => (2 * lnSplit({ ka: 2, na: 100, kb: 9, nb: 50 }, margin, omega * 1.1)) / dispersion);
    const given = { ...settings, errorsUnit: "raw" as const };
    expect(evaluate(name, given, before, raw(true, worse, worse)).lnS).toEqual(around(expected));
    expect(evaluate(name, given, before, raw(true)).used).toBe(false);
    expect(evaluate(name, given, before, raw(false, worse)).used).toBe(false);
    expect(evaluate(name, given, nothingSeen, raw(true, worse)).used).toBe(false);
  });

  test("its failures stand against the ceiling where no old release serves", () => {
    const given = { ...settings, errorsUnit: "raw" as const, ceiling: 0.01 };
    const expected = ceilingGrid.map((ratio) => lnBet(betCeiling({ nb: 50 / dispersion }, 0.01, ratio), { ka: 0, kb: 9 / dispersion }));
    expect(evaluate("ceiling", given, before, raw(false, worse)).lnS).toEqual(around(expected));
    expect(evaluate("ceiling", given, before, raw(true, worse)).used).toBe(false);
    expect(ceilingOf({ ceiling: "auto", errorsUnit: "raw" }, before)).toBeCloseTo((3 * 24) / 1_200, 12);
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
