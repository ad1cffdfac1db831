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
  expect(points.slice(decided + 1).every(({ lnSum }) => lnSum < lnThreshold)).toBe(true);
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

function interval(number: number, failed: number): EvidenceInterval {
  return { number, at: number * 1_000, oldServes: true, old: arm(0, 11), new: arm(failed, 1) };
}

/** So many instances for one second, 25 requests each. */
function arm(failed: number, instances: number): ArmInterval {
  return { ...emptyArm, requests: 25 * instances, failed, errors: [1_000, 500, 200, 100].map((ms) => [failed, (instances * 1_000) / ms]) };
}
