import { expect, test } from "vitest";
import type { Usage } from "../metric.ts";
import { mergeUsage, sumUsage, toUsage } from "./usage.ts";

const tick = (usage?: Usage) => ({ usage });

test("sums seconds of which all is known, and restarts of all", () => {
  const known = { cpu: 0.2, memoryBytes: 80, restarts: 0 };
  const fresh = { cpu: null, memoryBytes: 50, restarts: 1 };
  expect(sumUsage([tick(known), tick(known), tick(fresh), tick()])).toEqual({ unitSeconds: 2, cpuSeconds: 0.4, memoryByteSeconds: 160, restarts: 1 });
});

test("is null where no source knew, which is not zero", () => {
  expect(sumUsage([tick(), tick()])).toBeNull();
  expect(sumUsage([])).toBeNull();
  expect(mergeUsage([{}, { usage: null }])).toBeNull();
});

test("merges parts of different length without averaging averages", () => {
  const long = { unitSeconds: 9, cpuSeconds: 0.9, memoryByteSeconds: 900, restarts: 0 };
  const short = { unitSeconds: 1, cpuSeconds: 1.1, memoryByteSeconds: 600, restarts: 2 };
  const whole = mergeUsage([{ usage: long }, { usage: null }, { usage: short }]);
  expect(whole && toUsage(whole)).toEqual({ cpu: 0.2, memoryBytes: 150, restarts: 2 });
});

test("has no mean of no second, but tells its restarts", () => {
  expect(toUsage({ unitSeconds: 0, cpuSeconds: 0, memoryByteSeconds: 0, restarts: 3 })).toEqual({ cpu: null, memoryBytes: null, restarts: 3 });
});
