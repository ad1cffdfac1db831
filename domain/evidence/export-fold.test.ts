import fc from "fast-check";
import { expect, test } from "vitest";
import type { FleetTick } from "../metric.ts";
import { Plan } from "../plan.ts";
import { calmLaw, drawFleet, type FleetLaw } from "./drawn-fleet.ts";
import { toReplayFile } from "./export.ts";
import { gatherInterval } from "./gather.ts";
import type { EvidenceInterval } from "./interval.ts";
import { betCeiling, lnBet, lnEOf, lnProjection, lnSplit, newMixture, stepMixture } from "./sequential.ts";
import { addInterval, createAccumulator, createSettings, type EvidenceSettings, lnWeightedSum, testsOf } from "./verdict.ts";

/** What an exported file promises: its counts and the published formulas alone give what the verdict had, at every interval. */

const SECONDS = 24;
type File = ReturnType<typeof toReplayFile>;
type ReplayTest = File["metrics"][string];

const anyLaw = fc.record({
  updated: fc.integer({ min: 1, max: 6 }),
  zones: fc.integer({ min: 1, max: 4 }),
  requests: fc.constantFrom(1, 3, 20),
  errorRate: fc.constantFrom(0, 0.002, 0.05),
  errorSpread: fc.constantFrom(0, 0.5),
  speedSpread: fc.constantFrom(0, 0.5),
  pauseRate: fc.constantFrom(0, 0.05),
});

test("the counts of a file, folded by the formulas, are the verdict's e-values at every interval", () => {
  fc.assert(
    fc.property(anyLaw, fc.nat(1_000), fc.boolean(), (law, seed, endsAlone) => {
      const { settings, intervals } = play({ ...calmLaw, ...law, instances: 8 }, seed, endsAlone);
      const file = JSON.parse(JSON.stringify(toReplayFile(settings, intervals))) as File;
      expect(Object.keys(file.metrics).toSorted()).toEqual([...testsOf(settings)].toSorted());
      const folded = Object.fromEntries(Object.entries(file.metrics).map(([name, metric]) => [name, fold(metric)]));
      let accumulator = createAccumulator(settings);
      for (const [index, interval] of intervals.entries()) {
        accumulator = addInterval(accumulator, interval);
        let sum = 0;
        for (const name of testsOf(settings)) {
          const lnE = lnEOf(accumulator.tests[name]?.mixture ?? newMixture, settings.planned);
          expect(Math.abs((folded[name]?.[index] ?? Number.NaN) - lnE)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(lnE)));
          sum += (file.metrics[name]?.weight ?? 0) * Math.exp(folded[name]?.[index] ?? Number.NaN);
        }
        if (Object.keys(accumulator.decisions).length === 0) expect(lnWeightedSum(accumulator)).toBeCloseTo(Math.log(sum), 9);
      }
    }),
    { seed: 1, numRuns: 40 },
  );
});

function play(law: FleetLaw, seed: number, endsAlone: boolean) {
  const fleet = drawFleet(law, seed);
  const plan = Plan.parse({ metrics: { custom: [{ name: "refunds", bad: 'b{release="{{release}}"}', total: 't{release="{{release}}"}' }] } });
  const settings = createSettings(plan, 600, fleet.rollout.baseline) as EvidenceSettings;
  const intervals: EvidenceInterval[] = [];
  let before: FleetTick | undefined;
  for (let second = -SECONDS / 2; second < SECONDS; second += 1) {
    const tick = fleet.draw(second);
    const gathered = gatherInterval({ tick, before, rollout: fleet.rollout, warmUpMs: 10_000 });
    before = tick;
    if (!gathered) continue;
    // Counts of another source every third second, now and then two stretches of it at once.
    const stretch = {
      at: second * 1_000,
      counts: { "custom-refunds": { old: [Math.abs(second % 4), 70] as const, new: [second % 2 === 0 ? 3 : 0, 9] as const } },
    };
    const raw = second % 3 === 0 ? { raw: second % 6 === 0 ? [stretch, stretch] : [stretch] } : {};
    const isAlone = endsAlone && second > SECONDS - 8;
    intervals.push({ ...gathered, ...raw, oldServes: !isAlone });
  }
  return { settings, intervals };
}

/** ln E after each interval, from nothing but the file. */
function fold({ form, omega0 = 1, eps = 0, pmax = 1, planned, grid = [], intervals }: ReplayTest): number[] {
  let mixture = newMixture;
  let [events, trials] = [0, 0];
  return intervals.map((interval) => {
    const rows = (typeof interval[0] === "number" ? [interval] : interval) as [number, number, number, number][];
    const lnS = grid.map((alternative) => {
      const step = ([ka, na, kb, nb]: [number, number, number, number]) => {
        const counts = { ka, na, kb, nb };
        if (form === "split") return lnSplit(counts, { omega0, eps }, alternative * omega0);
        if (form === "ceiling") return lnBet(betCeiling(counts, pmax, alternative), counts);
        const ta = Math.min(0.99, events / trials);
        return events === 0 ? 0 : lnProjection(counts, { omega0, eps }, { ta, tb: Math.min(0.99, alternative * ta) });
      };
      return rows.reduce((sum, row) => sum + step(row), 0);
    });
    for (const [ka, na] of rows) [events, trials] = [events + ka, trials + na];
    mixture = stepMixture(mixture, lnS, planned);
    return lnEOf(mixture, planned);
  });
}
