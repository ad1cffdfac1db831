import { expect, test, vi } from "vitest";
import { Plan } from "../plan.ts";
import { resolvePlan } from "../plan-limits.ts";
import { createRandom, type Random } from "../simulation/random.ts";
import { type ArmInterval, emptyArm } from "./interval.ts";
import { type PowerTest, powerOf } from "./plan-power.ts";
import { countSlots } from "./slots.ts";
import { addInterval, createAccumulator, createSettings, type EvidenceSettings } from "./verdict.ts";

/** What the designer promises against the tests themselves, on seeded traffic: one of twelve instances is three times as bad. */
vi.setConfig({ testTimeout: 60_000 });

const RUNS = 60;
const INSTANCES = 12;
/** Of one instance, in each slot of 100 ms. */
const REQUESTS = 3;
const ERROR_RATE = 0.01;
const SLOW_RATE = 0.1;
const plan = Plan.parse({ batches: [1], soak: "60s", metrics: { latency: ["p90"], warmUp: "0s" } });
const settings = createSettings(plan, 600, { errorsUnit: "slots", requests: 0, bins: { p90: 100 }, hosts: {} }) as EvidenceSettings;
const context = { desired: INSTANCES, requestsPerSecond: INSTANCES * REQUESTS * 10, errorRate: ERROR_RATE };

test.each<[PowerTest, number, number]>([
  ["errors", 3, 1],
  ["latency-p90", 1, 3],
])("%s: the mean is as told, and the soak that is offered finds nine in ten", (name, errorsTimes, slowTimes) => {
  const power = powerOf(plan, resolvePlan(plan, INSTANCES), context)[0]?.tests.find((each) => each.test === name);
  const found = Array.from({ length: RUNS }, (_, run) => secondsToFind(name, [errorsTimes, slowTimes], createRandom(run + 1)));
  const mean = found.reduce((sum, seconds) => sum + seconds, 0) / RUNS;
  const told = (power?.meanMs ?? 0) / 1_000;
  expect(mean / told).toBeGreaterThan(0.75);
  expect(mean / told).toBeLessThan(1.3);
  const inTime = found.filter((seconds) => seconds * 1_000 <= (power?.enoughMs ?? 0)).length;
  expect(inTime / RUNS).toBeGreaterThanOrEqual(0.83);
});

const secondsMax = 1_000;

function secondsToFind(name: PowerTest, [errorsTimes, slowTimes]: readonly [number, number], random: Random): number {
  let accumulator = createAccumulator(settings);
  for (let number = 1; number <= secondsMax; number += 1) {
    const old = arm(INSTANCES - 1, [1, 1], random);
    accumulator = addInterval(accumulator, { number, at: number * 1_000, oldServes: true, old, new: arm(1, [errorsTimes, slowTimes], random) });
    if (accumulator.decisions[name]) return number;
  }
  return secondsMax;
}

function arm(instances: number, [errorsTimes, slowTimes]: readonly [number, number], random: Random): ArmInterval {
  const counts = Array.from({ length: instances }, () =>
    countSlots(Array.from({ length: 10 }, () => [REQUESTS, count(REQUESTS, ERROR_RATE * errorsTimes, random)] as const)),
  );
  const errors = emptyArm.errors.map(
    (_, index) => [sum(counts.map((each) => each[index]?.[0])), sum(counts.map((each) => each[index]?.[1]))] as const,
  );
  const slow = count(instances, SLOW_RATE * slowTimes, random);
  return {
    ...emptyArm,
    requests: instances * REQUESTS * 10,
    failed: errors.at(-1)?.[0] ?? 0,
    errors,
    used: errors.map(([, used]) => used),
    latency: { p90: { slow, slots: [[slow, instances]] } },
    silent: [0, instances],
  };
}

function count(trials: number, rate: number, random: Random): number {
  return Array.from({ length: trials }, () => random.isLucky(rate)).filter(Boolean).length;
}

function sum(values: readonly (number | undefined)[]): number {
  return values.reduce<number>((total, value) => total + (value ?? 0), 0);
}
