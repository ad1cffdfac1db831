import { expect, test } from "vitest";
import { Plan } from "../plan.ts";
import { CourseKeeper } from "./course.ts";
import { type ArmInterval, type EvidenceInterval, emptyArm } from "./interval.ts";
import { createSettings, type EvidenceSettings } from "./verdict.ts";

const settings = createSettings(Plan.parse({}), 600, null) as EvidenceSettings;
const lnThreshold = Math.log(1 / settings.alpha);

test("the point of a decision shows the sum it was made on, and those after it what is left", () => {
  const keeper = new CourseKeeper(settings);
  for (let second = 1; second <= 60; second += 1) keeper.add(interval(second, 1));
  const { points, metrics } = keeper.read();
  const decided = points.findIndex(({ lnSum }) => lnSum >= lnThreshold);
  expect(decided).toBeGreaterThan(0);
  expect(points.slice(decided + 1).every(({ lnSum }) => lnSum < lnThreshold && Number.isFinite(lnSum))).toBe(true);
  expect(metrics[0]?.evidence).toMatchObject({ state: "bad", at: points[decided]?.at });
});

test("a long course is thinned, and the newest point is always there", () => {
  const keeper = new CourseKeeper(settings);
  for (let second = 1; second <= 5_000; second += 1) keeper.add(interval(second, 0));
  const { points } = keeper.read();
  expect(points.length).toBeLessThanOrEqual(480);
  expect(points.at(-1)?.at).toBe(5_000_000);
  expect(points.every(({ at }, index) => index === 0 || at > (points[index - 1]?.at ?? 0))).toBe(true);
});

test("the time to a decision is what is left at the pace of the last half minute; null while nothing rises", () => {
  const keeper = new CourseKeeper(settings);
  expect(keeper.read().decidesInMs).toBeNull();
  for (let second = 1; second <= 90; second += 1) keeper.add(interval(second, second % 40 === 0 ? 1 : 0));
  const { points, decidesInMs } = keeper.read();
  const [last, before] = [points.at(-1), points.at(-31)];
  const pace = ((last?.lnSum ?? 0) - (before?.lnSum ?? 0)) / 30_000;
  expect(pace).toBeGreaterThan(0);
  expect(decidesInMs).toBeCloseTo((lnThreshold - (last?.lnSum ?? 0)) / pace, 6);
  for (let second = 91; second <= 300; second += 1) keeper.add(interval(second, 0));
  expect(keeper.read().decidesInMs).toBeNull();
});

test("each metric comes with its part of alpha and how many times as often it happens", () => {
  const keeper = new CourseKeeper(settings);
  for (let second = 1; second <= 400; second += 1)
    keeper.add({ ...interval(second, second % 40 === 0 ? 1 : 0), old: arm(second % 8 === 0 ? 1 : 0, 11) });
  const [errors] = keeper.read().metrics;
  expect(errors?.weight).toBeCloseTo(1, 12);
  // Ten failures in 400 seconds of one instance, fifty in those of eleven.
  expect(errors?.effect?.ratio).toBeCloseTo(10 / 400 / (50 / 4_400), 9);
  expect(errors?.effect?.low).toBeLessThan(2.2);
  expect(errors?.effect?.high).toBeGreaterThan(2.2);
});

function interval(number: number, failed: number): EvidenceInterval {
  return { number, at: number * 1_000, oldServes: true, old: arm(0, 11), new: arm(failed, 1) };
}

/** So many instances for one second, 25 requests each. */
function arm(failed: number, instances: number): ArmInterval {
  return { ...emptyArm, requests: 25 * instances, failed, errors: [1_000, 500, 200, 100].map((ms) => [failed, (instances * 1_000) / ms]) };
}
