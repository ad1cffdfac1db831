import { describe, expect, test, vi } from "vitest";
import type { FleetTick } from "../metric.ts";
import { Plan } from "../plan.ts";
import { calmLaw, type DrawnFleet, drawFleet, type FleetLaw } from "./drawn-fleet.ts";
import { gatherInterval } from "./gather.ts";
import { addInterval, createAccumulator, createSettings, type EvidenceSettings } from "./verdict.ts";

/**
 * The promise on whole fleets, from the balancer's counts to the verdict on every metric at once: thresholds and host levels
 * frozen from an hour before, zones, latency. false-alarms.test.ts does the same for errors alone, with more runs.
 */
vi.setConfig({ testTimeout: 120_000 });

const RUNS = 48;
const SECONDS = 150;
const ALPHA = 0.05;
/** Above this, 48 runs at a true rate of 5 % come out in less than 1 of 1,000 series (binomial). */
const ALARMS_MAX = 8;
const noMargin = { ratio: 0, absolute: 0 };

const outage: FleetLaw["weather"] = (second, zone) => ({ errors: second >= 60 && second < 120 && zone === 0 ? 20 : 1, latency: 1 });
const slowDown: FleetLaw["weather"] = (second) => ({ errors: 1, latency: second >= 60 && second < 120 ? 1.5 : 1 });
const unlike = { errorSpread: 0.6, speedSpread: 0.6 };

describe("a release that changes nothing is called bad in at most alpha of the rollouts", () => {
  const withoutMargin: [string, Partial<FleetLaw>][] = [
    ["nothing happens", {}],
    ["slow answers come in pauses of an instance", { pauseRate: 0.004 }],
    ["instances fail for five seconds on end", { spell: { begins: 0.01, goesOn: 0.8 } }],
    ["an instance fails for a quarter of a minute now and then", { spell: { begins: 0.002, goesOn: 0.9333 } }],
    ["both releases are one and a half times as slow for a minute", { weather: slowDown }],
    ["the zone of the first batch fails twenty times as often for a minute", { zones: 3, weather: outage }],
  ];
  test.each(withoutMargin)("%s, and no margin", (_, law) => {
    expect(countAlarms(law, noMargin)).toBeLessThanOrEqual(ALARMS_MAX);
  });

  const withMargin: [string, Partial<FleetLaw>][] = [
    ["hosts differ a little, for good", { errorSpread: 0.3, speedSpread: 0.3 }],
    ["hosts differ much, for good", unlike],
    ["hosts differ, and the shortest slots are full", { instances: 6, requests: 12, errorRate: 0.03, errorSpread: 0.3, speedSpread: 0.3 }],
  ];
  test.each(withMargin)("%s, with the plan's margin", (_, law) => {
    expect(countAlarms(law)).toBeLessThanOrEqual(ALARMS_MAX);
  });

  test("but far more often where hosts that differ were not looked at before, or zones are not told apart", () => {
    expect(countAlarms(unlike, undefined, withoutLevels)).toBeGreaterThan(ALARMS_MAX);
    expect(countAlarms({ zones: 3, weather: outage }, noMargin, inOneZone)).toBeGreaterThan(ALARMS_MAX);
  });
});

describe("one of twelve instances that is worse is found with the plan's own alpha of 0.001", () => {
  const change = calmLaw.change;
  const rows: [string, Partial<FleetLaw["change"]>, number][] = [
    ["answers nothing", { hangs: true }, 8],
    ["a hundredth of its requests takes half a second longer", { slowRate: 0.01 }, 60],
    ["is a quarter slower", { latency: 1.25 }, 150],
    ["is half as slow again", { latency: 1.5 }, 35],
  ];
  test.each(rows)("%s", (_, worse, medianMax) => {
    const found = Array.from({ length: 21 }, (_, run) => play({ ...calmLaw, change: { ...change, ...worse } }, run + 1, { alpha: 0.001 }));
    const seconds = found.map((at) => at ?? Number.POSITIVE_INFINITY).toSorted((a, b) => a - b);
    expect(seconds[10]).toBeLessThanOrEqual(medianMax);
  });
});

type Margin = { readonly ratio: number; readonly absolute: number };
type Look = (fleet: DrawnFleet) => DrawnFleet["rollout"];

function countAlarms(law: Partial<FleetLaw>, margin?: Margin, look?: Look): number {
  let alarms = 0;
  for (let run = 0; run < RUNS; run += 1)
    if (play({ ...calmLaw, ...law }, run + 1, { alpha: ALPHA, ...(margin ? { margin } : {}) }, look) !== null) alarms += 1;
  return alarms;
}

/** The second of the rollout at which any metric is found worse; null where none is. */
function play(law: FleetLaw, seed: number, metrics: { alpha: number; margin?: Margin }, look: Look = ({ rollout }) => rollout): number | null {
  const fleet = drawFleet(law, seed);
  const rollout = look(fleet);
  const settings = createSettings(Plan.parse({ metrics }), 1_200, rollout.baseline) as EvidenceSettings;
  let accumulator = createAccumulator(settings);
  let before: FleetTick | undefined;
  // How long spells last is known of the last two minutes.
  for (let second = law.spell ? -120 : -10; second < SECONDS; second += 1) {
    const tick = fleet.draw(second);
    const interval = gatherInterval({ tick, before, rollout, warmUpMs: 10_000 });
    before = tick;
    if (interval) accumulator = addInterval(accumulator, interval);
    if (Object.keys(accumulator.decisions).length > 0) return second;
  }
  return null;
}

function withoutLevels({ rollout }: DrawnFleet): DrawnFleet["rollout"] {
  return { ...rollout, baseline: rollout.baseline && { ...rollout.baseline, hosts: {} } };
}

function inOneZone({ rollout }: DrawnFleet): DrawnFleet["rollout"] {
  return { ...rollout, updates: rollout.updates.map((update) => ({ ...update, zone: "a" })) };
}
