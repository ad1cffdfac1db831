import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Plan } from "../plan.ts";
import type { Baseline } from "./baseline.ts";
import { toReplayFile } from "./export.ts";
import { type ArmInterval, addArms, type EvidenceInterval, emptyArm, type Stratum } from "./interval.ts";
import { replayRollout } from "./replay.ts";
import { parseReplay, type ReplayRollout } from "./replay-file.ts";
import { lnEOf, newMixture } from "./sequential.ts";
import { slotLengthsMs } from "./slots.ts";
import { addInterval, createAccumulator, createSettings, type EvidenceSettings, lnWeightedSum, testsOf } from "./verdict.ts";

const plan = Plan.parse({ metrics: { custom: [{ name: "refunds", bad: 'b{release="{{release}}"}', total: 't{release="{{release}}"}' }] } });
const bins = { p50: 100, p90: 200, p99: 300, "p99.9": 400 };
const errorsUnits = ["slots", "raw"] as const;

describe("a replay of the exported file", () => {
  test.each(errorsUnits)("is what was decided, failures counted as %s", (errorsUnit) => {
    const settings = { ...settingsFor({ errorsUnit, requests: 1_000_000, bins, hosts: {} }), alpha: 0.1 };
    expect(testsOf(settings)).toEqual(expect.arrayContaining(["errors", "ceiling", "latency-p50", "latency-p99.9", "traffic", "custom-refunds"]));
    let decided = 0;
    fc.assert(
      fc.property(fc.array(anySecond, { minLength: 1, maxLength: 40 }), (seconds) => {
        const intervals = seconds.map((second, number) => ({ ...second, number, at: number * 1_000 }));
        const { lnE, lnSum, decidedAt, culprit } = decideAll(settings, intervals);
        const replayed = replayRollout(toFile(settings, intervals));
        for (const test of testsOf(settings))
          for (const [index, value] of lnE[test]?.entries() ?? []) near(replayed.metrics[test]?.lnE[index], value);
        expect(replayed.decidedAt).toBe(decidedAt);
        expect(replayed.culprit).toBe(culprit);
        // Once it has decided, the verdict goes on without the culprit.
        for (const [index, value] of lnSum.slice(0, decidedAt ?? undefined).entries()) near(replayed.lnSum[index], value);
        if (decidedAt !== null) decided += 1;
      }),
      { seed: 1, numRuns: 80 },
    );
    expect(decided).toBeGreaterThan(0);
  });

  test("has seen enough about when the verdict had", () => {
    const settings = settingsFor(null);
    const second = { old: arm(8, 24, 0), new: arm(4, 24, 0), oldServes: true };
    const intervals = Array.from({ length: 400 }, (_, number) => ({ ...second, number, at: number * 1_000 }));
    let accumulator = createAccumulator(settings);
    const information = intervals.map((interval) => {
      accumulator = addInterval(accumulator, interval);
      return accumulator.tests.errors?.information ?? 0;
    });
    const mine = replayRollout(toFile(settings, intervals)).metrics["errors"]?.information ?? 0;
    // A slot that fails twice counts once, which the file's counts do not say.
    expect(mine / (information.at(-1) ?? 0)).toBeGreaterThan(1);
    expect(mine / (information.at(-1) ?? 0)).toBeLessThan(1.1);
  });
});

const oneArm = (failedMax: number) =>
  fc
    .record({
      instances: fc.integer({ min: 1, max: 8 }),
      load: fc.integer({ min: 1, max: 60 }),
      failed: fc.oneof(fc.constant(0), fc.nat(failedMax)),
      slow: fc.nat(4),
      silent: fc.oneof(fc.constant(0), fc.nat(1)),
      level: fc.constantFrom(1, 1, 0.83, 1.37),
    })
    .map((world) => arm(world.instances, world.load, world.failed, world));
const anyArm = (failedMax: number) => fc.oneof({ weight: 1, arbitrary: fc.constant(emptyArm) }, { weight: 9, arbitrary: oneArm(failedMax) });
const anyStratum = fc.record({ old: anyArm(1), new: anyArm(30) });
const anyRaw = fc.record({
  old: fc.tuple(fc.nat(9), fc.integer({ min: 100, max: 900 })),
  new: fc.tuple(fc.nat(40), fc.integer({ min: 100, max: 900 })),
});

/** One or more zones; of several, the last may have nothing to compare with. */
const anySecond = fc
  .record({
    zones: fc.array(anyStratum, { minLength: 1, maxLength: 3 }),
    isRestCompared: fc.boolean(),
    oldServes: fc.oneof({ weight: 1, arbitrary: fc.constant(false) }, { weight: 19, arbitrary: fc.constant(true) }),
    raw: fc.option(fc.array(fc.record({ errors: anyRaw, "custom-refunds": anyRaw }, { requiredKeys: [] }), { maxLength: 3 })),
  })
  .map(({ zones, isRestCompared, oldServes, raw }) => {
    const sum = (of: "old" | "new") => zones.map((zone: Stratum) => zone[of]).reduce(addArms, emptyArm);
    const strata = zones.length > 1 ? { strata: isRestCompared ? zones : zones.slice(0, -1) } : {};
    return {
      old: oldServes ? sum("old") : emptyArm,
      new: sum("new"),
      oldServes,
      ...(oldServes ? strata : {}),
      ...(raw ? { raw: raw.map((counts, at) => ({ at, counts })) } : {}),
    };
  });

interface ArmWorld {
  readonly slow?: number;
  readonly silent?: number;
  /** Of the hosts: trials weigh as much. */
  readonly level?: number;
}

/** A second of so many instances with so many requests each; events fall into slots of their own. */
function arm(instances: number, load: number, failed: number, { slow = 0, silent = 0, level = 1 }: ArmWorld = {}): ArmInterval {
  const used = slotLengthsMs.map((lengthMs) => (instances * 1_000) / lengthMs);
  const slotsOf = (events: number, weight: number) => used.map((slots) => [Math.min(events, slots), slots * weight] as const);
  const first = [[Math.min(slow, instances), instances] as const];
  const rare = { slow, slots: slotsOf(Math.floor(slow / 2), level) };
  return {
    requests: instances * load,
    failed,
    errors: slotsOf(failed, level),
    used,
    latency: { p50: { slow, slots: first }, p90: { slow, slots: first }, p99: rare, "p99.9": rare },
    silent: [Math.min(silent, instances), instances],
  };
}

function settingsFor(baseline: Baseline | null): EvidenceSettings {
  const settings = createSettings(plan, 600, baseline);
  if (settings === null) throw new Error("The plan has evidence.");
  return settings;
}

/** As a person has it: through the text of a file. */
function toFile(settings: EvidenceSettings, intervals: readonly EvidenceInterval[]): ReplayRollout {
  const parsed = parseReplay(JSON.parse(JSON.stringify(toReplayFile(settings, intervals))));
  if (parsed instanceof Error) throw parsed;
  return parsed as ReplayRollout;
}

function decideAll(settings: EvidenceSettings, intervals: readonly EvidenceInterval[]) {
  const lnE: Record<string, number[]> = Object.fromEntries(testsOf(settings).map((test) => [test, []]));
  const lnSum: number[] = [];
  let decidedAt: number | null = null;
  let culprit: string | null = null;
  let accumulator = createAccumulator(settings);
  for (const [index, interval] of intervals.entries()) {
    accumulator = addInterval(accumulator, interval);
    for (const test of testsOf(settings)) lnE[test]?.push(lnEOf(accumulator.tests[test]?.mixture ?? newMixture, settings.planned));
    lnSum.push(lnWeightedSum(accumulator));
    const decisions = Object.values(accumulator.decisions);
    if (decidedAt !== null || decisions.length === 0) continue;
    decidedAt = index;
    culprit = decisions[0]?.test ?? null;
  }
  return { lnE, lnSum, decidedAt, culprit };
}

function near(mine: number | undefined, expected: number): void {
  expect(Math.abs((mine ?? Number.NaN) - expected)).toBeLessThan(1e-9 * (1 + Math.abs(expected)));
}
