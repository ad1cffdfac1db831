import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  addSeen,
  type CountSettings,
  countAgainst,
  countFrequent,
  countPlain,
  countRare,
  countSilent,
  failures,
  nothingSeen,
  type Seen,
  slowAnswers,
} from "./counts.ts";
import { type ArmInterval, type EvidenceInterval, emptyArm, type Stratum } from "./interval.ts";
import { betCeiling, type IntervalCounts, lnBet, lnSplit } from "./sequential.ts";
import { type SlotCounts, slotLengthsMs, toSlotRate } from "./slots.ts";
import { noSpread, widenSpread } from "./spread.ts";

const settings: CountSettings = { eps: 1e-4, smallestEffect: 3 };

describe("rare events", () => {
  test("keep the plan's margin per request, in trials that hold that many requests", () => {
    fc.assert(
      fc.property(anyArm, anyArm, fc.double({ min: 1e-5, max: 0.01, noNaN: true }), (old, fresh, eps) => {
        const { counts } = countRare(failures, { ...settings, eps }, nothingSeen, { old, new: fresh });
        const [oldSeconds, newSeconds] = [old.errors[0]?.[1] ?? 0, fresh.errors[0]?.[1] ?? 0];
        const perSlot = fresh.requests / newSeconds;
        const load = Math.max(1, perSlot / (old.requests / oldSeconds));
        // Whole seconds, each as it was counted, against the margin of one second.
        const bySlot = lnSplit(
          { ...eventsOf(old, fresh), na: oldSeconds, nb: newSeconds },
          { omega0: 1.1 * load, eps: toSlotRate(eps, perSlot) },
          3.3 * load,
        );
        expect(lnSplit(counts, { omega0: 1.1, eps }, 3.3)).toBeCloseTo(bySlot, 9);
      }),
      { seed: 1 },
    );
  });

  test("have fractional trials where hosts are unlike: a host's level is a factor", () => {
    const plainArm = arm({ instances: 4, requests: 100, failed: 2 });
    const weighted = { ...plainArm, errors: plainArm.errors.map(([failed, slots]) => [failed, slots * 1.37] as const) };
    const count = (old: ArmInterval) => countRare(failures, settings, nothingSeen, { old, new: plainArm }).counts;
    expect(count(weighted).na).toBeCloseTo(count(plainArm).na * 1.37, 9);
    expect(count(weighted).nb).toBe(count(plainArm).nb);
  });

  test("expect a slot to fill up as failures come more often", () => {
    const old = arm({ instances: 10, requests: 250, failed: 1 });
    const before = seenBefore(arm({ instances: 10, requests: 250, failed: 1 }), 10);
    const { expected } = countRare(failures, settings, before, { old, new: arm({ instances: 1, requests: 25, failed: 0 }) });
    // A tenth of the old release's seconds fails: three times the failures fill 27 % of them, not 30 %.
    expect(expected.kb).toBeCloseTo(1 - 0.9 ** 3, 9);
  });

  test("are plain requests over their dispersion where the shortest slots are too full, still weighted by host", () => {
    // Every slot of 100 ms fails once or, every other second, three times: far above a tenth of them.
    const full = (failed: number) => arm({ instances: 2, requests: 200, failed, filled: 20 });
    const before = [...Array(20).keys()]
      .map((second) => full(second % 2 === 0 ? 20 : 60))
      .reduce((seen, old) => addSeen(seen, interval(old)), nothingSeen);
    const fresh = { ...full(40), errors: full(40).errors.map(([failed, slots]) => [failed, slots * 0.5] as const) };
    const { counts } = countRare(failures, settings, before, { old: full(20), new: fresh });
    const dispersion = ((20 ** 2 * 10 + 60 ** 2 * 10) / 40 - 40 * 20) / 19;
    expect(counts.ka).toBeCloseTo(20 / dispersion, 9);
    expect(counts.na).toBeCloseTo(200 / dispersion, 9);
    expect(counts.kb).toBeCloseTo(40 / dispersion, 9);
    expect(counts.nb).toBeCloseTo((200 * 0.5) / dispersion, 9);
  });

  test("wait for ten intervals before plain requests say anything", () => {
    const full = arm({ instances: 2, requests: 200, failed: 20, filled: 20 });
    const at = (seconds: number) => countRare(failures, settings, seenBefore(full, seconds), { old: full, new: full }).counts.na;
    expect(at(9)).toBe(0);
    expect(at(10)).toBeGreaterThan(0);
  });

  test("of latency take their slots by their own rate, not by that of the failures", () => {
    const slow = (slots: number): ArmInterval => ({
      ...arm({ instances: 2, requests: 200, failed: 20, filled: 20 }),
      latency: { p99: { slow: slots, slots: [2, 4, 10, 20].map((total) => [Math.min(slots, total), total]) } },
    });
    const { counts } = countRare(slowAnswers.p99, settings, seenBefore(slow(0), 20), { old: slow(0), new: slow(1) });
    expect(counts).toMatchObject({ ka: 0, kb: 1 });
    expect(counts.na).toBeCloseTo((2 * toSlotRate(1e-4, 100)) / 1e-4, 9);
  });
});

describe("plain events", () => {
  test("weigh ln S by one over their dispersion", () => {
    const spread = [...Array(20).keys()].reduce((sum, index) => widenSpread(sum, index % 5 === 0 ? 20 : 0, 400), noSpread);
    const row = { old: [3, 900] as const, new: [9, 300] as const };
    const { counts } = countPlain(row, settings, { spread, seen: [80, 8_000] });
    const lnS = (counted: IntervalCounts) => lnSplit(counted, { omega0: 1.1, eps: 1e-4 }, 3.3);
    // Twenty counts of 400 trials, 20 in every fifth: 4 are expected in each.
    const dispersion = (4 * (16 ** 2 / 4) + 16 * (4 ** 2 / 4)) / 19;
    expect(lnS(counts)).toBeCloseTo(lnS({ ka: 3, na: 900, kb: 9, nb: 300 }) / dispersion, 9);
  });
});

describe("frequent events", () => {
  test("are one trial a second of an instance, and need no weights", () => {
    const at = (slow: number, seconds: number): ArmInterval => ({
      ...emptyArm,
      requests: 99,
      latency: { p50: { slow: 40, slots: [[slow, seconds]] } },
    });
    const { counts, expected } = countFrequent("p50", settings, seenBefore(at(2, 8), 3), { old: at(4.5, 11), new: at(0.25, 1) });
    expect(counts).toEqual({ ka: 4.5, na: 11, kb: 0.25, nb: 1 });
    // A quarter was slow before: three times that is expected of the new one.
    expect(expected).toEqual({ ka: 11 / 4, kb: 0.75 });
  });
});

test("silence is counted in seconds of an instance, and total silence is what would be expected", () => {
  const at = (silent: number, seconds: number): ArmInterval => ({ ...emptyArm, silent: [silent, seconds] });
  expect(countSilent({ old: at(1, 11), new: at(1, 2) })).toMatchObject({ counts: { ka: 1, na: 11, kb: 1, nb: 2 }, expected: { kb: 2 } });
  expect(countSilent({ old: emptyArm, new: emptyArm }).counts).toEqual({ ka: 0, na: 0, kb: 0, nb: 0 });
});

describe("against a bound", () => {
  test("holds the bound per request, whatever the levels of the hosts", () => {
    const fresh = arm({ instances: 12, requests: 300, failed: 4 });
    const weighted = { ...fresh, errors: fresh.errors.map(([failed, slots]) => [failed, slots * 0.3] as const) };
    const { counts } = countAgainst(0.01, settings, nothingSeen, { old: emptyArm, new: weighted });
    // Slots of 200 ms hold 5 requests: the longest in which the bound is at most 10 %.
    expect(lnBet(betCeiling(counts, 0.01, 5), counts)).toBeCloseTo(lnBet(betCeiling({ nb: 60 }, toSlotRate(0.01, 5), 5), { ka: 0, kb: 4 }), 9);
  });
});

test("what was seen adds up, and other sources by metric", () => {
  const counted = { at: 1, counts: { errors: { old: [2, 50] as const, new: [9, 9] as const } } };
  const first: EvidenceInterval = { ...interval(arm({ instances: 1, requests: 10, failed: 1 })), raw: [counted, counted] };
  const seen = addSeen(addSeen(nothingSeen, first), first);
  expect(seen.old).toMatchObject({ requests: 20, failed: 2 });
  expect(seen.raw).toEqual({ errors: [8, 200] });
  expect(seen.spread["errors"]).toEqual({ squares: 4 * (4 / 50), events: 8, trials: 200, intervals: 4 });
  expect(seen.spread["slots-errors"]?.intervals).toBe(2);
});

const anyArm = fc
  .record({ instances: fc.integer({ min: 1, max: 9 }), load: fc.integer({ min: 1, max: 40 }), failed: fc.nat(5) })
  .map(({ instances, load, failed }) => arm({ instances, requests: instances * load, failed }));

interface Counted {
  readonly instances: number;
  readonly requests: number;
  readonly failed: number;
  /** Slots of 100 ms with a failure, where not each has its own. */
  readonly filled?: number;
}

function arm({ instances, requests, failed, filled = failed }: Counted): ArmInterval {
  const totals = slotLengthsMs.map((lengthMs) => (instances * 1_000) / lengthMs);
  const errors: SlotCounts = totals.map((total) => [Math.min(filled, total), total]);
  return { requests, failed, errors, used: totals };
}

function eventsOf(old: ArmInterval, fresh: ArmInterval) {
  return { ka: old.errors[0]?.[0] ?? 0, kb: fresh.errors[0]?.[0] ?? 0 };
}

function interval(old: ArmInterval): EvidenceInterval & Stratum {
  return { number: 1, at: 1_000, old, new: emptyArm, oldServes: true };
}

function seenBefore(old: ArmInterval, seconds: number): Seen {
  return Array.from({ length: seconds }, () => interval(old)).reduce(addSeen, nothingSeen);
}
