import { expect, test } from "vitest";
import type { PlanInput } from "#domain/plan.ts";
import { describeBatches, describeRest, formatNames } from "./plan-sentence.ts";

const rows: readonly [PlanInput, string][] = [
  [{ batches: [1, 2, "25%"], soak: "90s" }, "1 instance, then 2, then 25% at a time; 1 min 30 s soak after each."],
  [{ batches: [1], soak: "0s" }, "1 instance at a time; no soak."],
  [{ batches: [{ size: 2, approval: true, soak: "5m" }, "50%"] }, "2 instances with approval, then 50% at a time; soaks from 1 min to 5 min."],
  [
    { batches: Array.from({ length: 20 }, () => 1), soak: "1s" },
    "1 instance, then 1, then 1, then 1, then 1, then 1, then 14 more steps; 1 s soak after each.",
  ],
];

test.each(rows)("%j", (plan, sentence) => {
  expect(describeBatches(plan)).toBe(sentence);
});

test("names are listed until they would fill the page", () => {
  expect(formatNames([])).toBe("");
  expect(formatNames(["i0"])).toBe("i0");
  expect(formatNames(["i0", "i1", "i2"])).toBe("i0, i1 and i2");
  expect(formatNames(["i0", "i1", "i2", "i3", "i4", "i5"])).toBe("i0, i1, i2, i3 and 2 more");
});

test("beyond its batches a plan says only what it says", () => {
  expect(describeRest({ maxSurge: "0%" })).toEqual([]);
  expect(
    describeRest({ maxSurge: 2, windows: [{}], hooks: { prepare: { command: ["a"] }, finalize: { command: ["b"] } }, supersede: "queue" }),
  ).toEqual([
    "Start-first, up to 2 new units beside the old ones.",
    "Only every day all day UTC.",
    "Runs hooks before the first batch and after the last batch.",
    "Queues behind an active rollout.",
  ]);
});
