import { describe, expect, test, vi } from "vitest";
import { Plan } from "../plan.ts";
import type { ArmInterval, EvidenceInterval } from "./interval.ts";
import { type SlotCounts, slotLengthsMs } from "./slots.ts";
import { addInterval, createAccumulator, createSettings, type EvidenceAccumulator, type EvidenceSettings, toEvidence } from "./verdict.ts";

/**
 * Seeded simulation of the promise itself: a good release is called bad in at most alpha of the rollouts, however errors clump,
 * rise for both releases at once, or load differs; and a bad one is found. Traffic: a Poisson number of failure events a second
 * per release, each a clump in one slot of one instance, among requests that are spread evenly over slots. The other metrics,
 * hosts and zones are in calibration.test.ts.
 */
vi.setConfig({ testTimeout: 60_000 });

const RUNS = 200;
const SECONDS = 200;
const ALPHA = 0.05;
/** Above this, 200 runs at a true rate of 5 % come out in about 1 of 1,000 series (binomial). */
const ALARMS_MAX = 20;

interface World {
  readonly oldInstances: number;
  readonly newInstances: number;
  /** Requests per slot of 100 ms. */
  readonly oldLoad: number;
  readonly newLoad: number;
  /** Failed requests per request at second t. */
  readonly oldRate: (t: number) => number;
  readonly newRate: (t: number) => number;
  /** Failures that come together. */
  readonly clump: number;
}

const calm: World = { oldInstances: 11, newInstances: 1, oldLoad: 3, newLoad: 3, oldRate: () => 0.002, newRate: () => 0.002, clump: 1 };
const outage = (t: number) => (t >= 60 && t < 120 ? 0.04 : 0.002);

describe("a good release is called bad in at most alpha of the rollouts", () => {
  const rows: [string, World, Partial<EvidenceSettings>][] = [
    ["steady errors", calm, {}],
    ["half of the fleet is new", { ...calm, oldInstances: 6, newInstances: 6 }, {}],
    ["errors in clumps of five", { ...calm, oldRate: () => 0.01, newRate: () => 0.01, clump: 5 }, {}],
    ["an outage of both releases for a minute", { ...calm, oldRate: outage, newRate: outage }, {}],
    ["so many errors that the shortest slots are full", { ...calm, oldRate: () => 0.15, newRate: () => 0.15 }, {}],
    ["the new release carries twice the load", { ...calm, newLoad: 6 }, {}],
    ["at the edge of the margin", { ...calm, newRate: () => 0.0032 }, { omega0: 1.1, eps: 0.001 }],
    ["at the edge of the ceiling, nothing to compare with", { ...calm, oldInstances: 0, newInstances: 12, newRate: () => 0.005 }, { ceiling: 0.005 }],
  ];
  test.each(rows)("%s", (_, world, change) => {
    let alarms = 0;
    for (let run = 0; run < RUNS; run += 1) {
      if (simulate(world, settingsWith({ alpha: ALPHA, ...change }), createRandom(run + 1)).decisions.errors !== undefined) alarms += 1;
    }
    expect(alarms).toBeLessThanOrEqual(ALARMS_MAX);
  });
});

describe("a bad release is found with the plan's own alpha of 0.001", () => {
  const rows: [string, World, Partial<EvidenceSettings>, number][] = [
    ["ten times the errors", { ...calm, newRate: () => 0.02 }, {}, 60],
    ["ten times the errors, in clumps of five", { ...calm, oldRate: () => 0.01, newRate: () => 0.1, clump: 5 }, {}, 60],
    ["everything fails on one of twelve", { ...calm, newRate: () => 1 }, {}, 8],
    ["everything fails on half", { ...calm, oldInstances: 6, newInstances: 6, newRate: () => 1 }, {}, 20],
    ["errors begin late", { ...calm, oldInstances: 6, newInstances: 6, newRate: (t) => (t < 100 ? 0.002 : 0.02) }, {}, 140],
    ["no old release left, four times the ceiling", { ...calm, oldInstances: 0, newInstances: 12, newRate: () => 0.04 }, { ceiling: 0.01 }, 30],
    ["no old release left, a fleet of one, everything fails", { ...calm, oldInstances: 0, newRate: () => 1 }, { ceiling: 0.01 }, 10],
  ];
  test.each(rows)("%s", (_, world, change, medianMax) => {
    const found = Array.from({ length: 41 }, (_, run) => {
      const settings = settingsWith({ alpha: 0.001, omega0: 1.1, eps: 1e-4, ...change });
      return simulate(world, settings, createRandom(run + 1)).decisions.errors?.at ?? Number.POSITIVE_INFINITY;
    });
    const medianSeconds = (found.toSorted((a, b) => a - b)[20] as number) / 1_000;
    expect(medianSeconds).toBeLessThanOrEqual(medianMax);
  });
});

test("ten times the errors are found in every run", () => {
  for (let run = 0; run < 100; run += 1) {
    const world = { ...calm, newRate: () => 0.02 };
    expect(simulate(world, settingsWith({ alpha: 0.001 }), createRandom(run + 1)).decisions.errors?.test).toBe("errors");
  }
});

test("a release three times as bad is shown harmless in at most 1 of 20 rollouts, a good one in most", () => {
  const half: World = { ...calm, oldInstances: 6, newInstances: 6 };
  const shown = (world: World) => {
    let count = 0;
    for (let run = 0; run < RUNS; run += 1) {
      let shownOnce = false;
      simulate(world, settingsWith({ alpha: 1e-9 }), createRandom(run + 1), (accumulator) => {
        shownOnce ||= toEvidence(accumulator, { at: 0, lastIntervalExpected: null })["errors"]?.shownHarmless ?? false;
      });
      if (shownOnce) count += 1;
    }
    return count;
  };
  expect(shown({ ...half, newRate: () => 0.006 })).toBeLessThanOrEqual(ALARMS_MAX);
  expect(shown({ ...half, oldRate: () => 0.01, newRate: () => 0.03 })).toBeLessThanOrEqual(ALARMS_MAX);
  expect(shown({ ...half, newRate: () => 0.03, oldRate: () => 0.01, oldLoad: 6 })).toBeLessThanOrEqual(ALARMS_MAX);
  expect(shown(half)).toBeGreaterThan(RUNS / 2);
});

function settingsWith(change: Partial<EvidenceSettings>): EvidenceSettings {
  const settings = createSettings(Plan.parse({ metrics: { margin: { ratio: 0, absolute: 0 } } }), 1_200, null);
  if (!settings) throw new Error("A plan has evidence unless it says otherwise.");
  return { ...settings, ...change };
}

function simulate(
  world: World,
  settings: EvidenceSettings,
  random: () => number,
  onInterval?: (accumulator: EvidenceAccumulator) => void,
): EvidenceAccumulator {
  let accumulator = createAccumulator(settings);
  // Ten seconds of the old release alone, as in a real rollout: they choose the slot length.
  for (let t = -10; t < SECONDS && accumulator.decisions.errors === undefined; t += 1) {
    const interval: EvidenceInterval = {
      number: t,
      at: t * 1_000,
      old: simulateArm(world.oldInstances, world.oldLoad, world.oldRate(t), world.clump, random),
      new: simulateArm(t < 0 ? 0 : world.newInstances, world.newLoad, world.newRate(t), world.clump, random),
      oldServes: world.oldInstances > 0,
    };
    accumulator = addInterval(accumulator, interval);
    onInterval?.(accumulator);
  }
  return accumulator;
}

const SLOTS = 10;

function simulateArm(instances: number, load: number, rate: number, clump: number, random: () => number): ArmInterval {
  const requests = instances * load * SLOTS;
  const hits = new Map<number, number>();
  const failed = rate >= 1 ? requests : drawFailures(requests, rate, clump, random);
  if (rate >= 1) for (let slot = 0; slot < instances * SLOTS; slot += 1) hits.set(slot, load);
  for (let event = 0; rate < 1 && event < failed / clump; event += 1) {
    const slot = Math.floor(random() * instances * SLOTS);
    hits.set(slot, (hits.get(slot) ?? 0) + clump);
  }
  const errors: SlotCounts = slotLengthsMs.map((lengthMs) => {
    const step = lengthMs / 100;
    return [new Set([...hits.keys()].map((slot) => Math.floor(slot / step))).size, (instances * SLOTS) / step];
  });
  return { requests, failed, errors };
}

/** A Poisson number of clumps (Knuth's product of uniforms; fine for the small means here). */
function drawFailures(requests: number, rate: number, clump: number, random: () => number): number {
  const limit = Math.exp((-requests * rate) / clump);
  let events = 0;
  for (let product = random(); product > limit; product *= random()) events += 1;
  return events * clump;
}

/** Mulberry32, a small seeded generator. */
function createRandom(seed: number): () => number {
  let state = seed * 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}
