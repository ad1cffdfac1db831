import { expect, test } from "vitest";
import type { Arm } from "./evidence/arm.ts";
import { catchUpMax, dueNumbers, expectedSince, lateMsTolerated, type SourceInterval, toRawSample } from "./source-interval.ts";

const times = { windowMs: 30_000, delayMs: 5_000 };
/** Interval 1000 ends here. */
const end = 30_000_000;

test.each([
  ["at its end it is not due", 999, end, []],
  ["a moment before its delay is over it is not due", 999, end + 4_999, []],
  ["then it is", 999, end + 5_000, [1_000]],
  ["each once", 1_000, end + 20_000, []],
  ["what was missed while nobody asked", 997, end + 5_000, [998, 999, 1_000]],
  ["the first time only the newest", null, end + 5_000, [1_000]],
  ["nothing when the clock was set back", 1_000, end - 600_000, []],
])("%s", (_, after, now, numbers) => {
  expect(dueNumbers(times, after, now)).toEqual(numbers);
});

test("of a long gap the newest are asked for", () => {
  const numbers = dueNumbers(times, 0, end + 5_000);
  expect([numbers.length, numbers[0], numbers.at(-1)]).toEqual([catchUpMax, 1_001 - catchUpMax, 1_000]);
});

test.each([
  ["nothing before a whole interval has passed", end - 29_999, end + 5_000 + lateMsTolerated, null],
  ["the first that began after the asking did", end - 30_000, end + 5_000 + lateMsTolerated, end],
  ["not while it may still come", end - 30_000, end + 4_999 + lateMsTolerated, null],
])("expected is %s", (_, since, now, at) => {
  expect(expectedSince(times, since, now)).toBe(at);
});

test("counts are summed by arm, and what is missing is left out", () => {
  const arms: Readonly<Record<string, Arm>> = { a: "old", b: "old", c: "new" };
  const interval: SourceInterval = {
    number: 1_000,
    at: end,
    windowMs: 30_000,
    metrics: {
      errors: {
        type: "counts",
        counts: { a: { bad: 1, total: 10 }, b: { bad: 2, total: 20 }, c: { bad: 3, total: 30 }, neither: { bad: 9, total: 90 } },
      },
      "custom-basket": { type: "missing", problem: { code: "gap", message: "" } },
      "custom-depth": { type: "value", values: { c: 7 } },
    },
  };
  const armOf = (releaseId: string) => arms[releaseId] ?? null;
  expect(toRawSample(interval, armOf)).toEqual({ at: end, counts: { errors: { old: [3, 30], new: [3, 30] } }, values: { "custom-depth": 7 } });
  const { "custom-basket": missing } = interval.metrics;
  expect(toRawSample({ ...interval, metrics: { "custom-basket": missing } }, armOf)).toBeNull();
});
