import { expect, test } from "vitest";
import { formatCount, formatLatency, formatPercent, formatPerSecond } from "./numbers.ts";

test.each([
  [null, "–"],
  [0, "0 %"],
  [0.00002, "< 0.01 %"],
  [0.0021, "0.21 %"],
  [0.0234, "2.3 %"],
  [0.5, "50 %"],
  [1, "100 %"],
])("a share of %s reads %s", (share, text) => expect(formatPercent(share)).toBe(text));

test.each([
  [null, "–"],
  [4.26, "4.3 ms"],
  [212.4, "212 ms"],
  [1_250, "1.25 s"],
])("%s ms reads %s", (ms, text) => expect(formatLatency(ms)).toBe(text));

test("rates and counts", () => {
  expect([formatPerSecond(null), formatPerSecond(0), formatPerSecond(2.34), formatPerSecond(299.6)]).toEqual(["–", "0", "2.3", "300"]);
  expect([formatCount(1, "instance"), formatCount(0, "instance"), formatCount(1_200, "instance")]).toEqual([
    "1 instance",
    "0 instances",
    "1,200 instances",
  ]);
});
