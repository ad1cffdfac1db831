import { describe, expect, test } from "vitest";
import { emptyArm } from "#domain/evidence/interval.ts";
import { isHigh, shiftOf } from "./mann-whitney.ts";
import { peerRules, zOf } from "./peers.ts";

/** A second in which 10 % of 200 requests go to the new release. */
function second(t: number, failedOld: number, failedNew: number) {
  const interval = { number: t, at: t * 1_000, old: emptyArm, new: emptyArm, oldServes: true };
  return { t, old: { requests: 180, failed: failedOld }, new: { requests: 20, failed: failedNew }, interval };
}

/** The second at which a rule rolls back a release of which so many of 20 answers fail each second. */
function haltOf(name: string, failedNew: (t: number) => number, seconds = 1_200): number | null {
  const rule = peerRules.find((each) => each.name === name);
  if (!rule) throw new Error(`There is no rule "${name}".`);
  const judge = rule.create();
  for (let t = 1; t <= seconds; t += 1) if (judge(second(t, t % 60 === 0 ? 1 : 0, failedNew(t)))) return t;
  return null;
}

describe("the peers' rules, on a release that", () => {
  const rows: [string, number | null, number | null, number | null][] = [
    ["Argo 95 %", 1_200, 1_200, null],
    ["Argo 95 %/60 s", 240, 240, null],
    ["Argo 99 %", 60, 60, 60],
    ["Flagger", 300, 300, 300],
    ["z 0.05/60 s", 60, 60, 60],
    ["z 0.001/5 s", 5, 5, 5],
    ["Kayenta", 240, 240, 240],
  ];
  test.each(rows)("fails wholly, fails at 10 %%, fails at 5 %%: %s", (name, wholly, atTen, atFive) => {
    expect(haltOf(name, () => 20)).toBe(wholly);
    expect(haltOf(name, () => 2)).toBe(atTen);
    expect(haltOf(name, () => 1)).toBe(atFive);
  });

  test("never fails is left alone by all", () => {
    for (const { name } of peerRules) expect(haltOf(name, () => 0)).toBeNull();
  });

  test("fails in five minutes of many: failed checks add up", () => {
    const failing = (t: number) => (Math.ceil(t / 60) % 3 === 1 ? 1 : 0);
    expect(haltOf("Flagger", failing)).toBe(13 * 60);
  });
});

test("z of two proportions", () => {
  // 20 of 1,000 against 10 of 1,000: 0.01 / sqrt(0.015 · 0.985 · 0.002).
  expect(zOf({ requests: 1_000, failed: 10 }, { requests: 1_000, failed: 20 })).toBeCloseTo(1.8396, 3);
  expect(zOf({ requests: 0, failed: 0 }, { requests: 10, failed: 10 })).toBe(0);
  expect(zOf({ requests: 10, failed: 0 }, { requests: 10, failed: 0 })).toBe(0);
});

describe("the Mann-Whitney classifier", () => {
  const z95 = 1.959963984540054;
  const thirty = (middle: number) => Array.from({ length: 30 }, (_, index) => middle + 4 * Math.sin(index * 1.7));

  test("gives the shift that Kayenta's own tests expect of four values against four", () => {
    expect(shiftOf([10, 20, 30, 40], [1, 2, 3, 4], z95)).toEqual({ lower: 6, estimate: 22.5 });
  });

  test("tells thirty values around 20.5 from thirty around 9.7, and not two sets on one level", () => {
    expect(isHigh(thirty(20.5), thirty(9.7), { tolerance: 0.25, confidence: 0.98 })).toBe(true);
    expect(isHigh(thirty(9.7), thirty(20.5), { tolerance: 0.25, confidence: 0.98 })).toBe(false);
    expect(isHigh(thirty(9.7), thirty(9.7).toReversed(), { tolerance: 0.25, confidence: 0.98 })).toBe(false);
  });

  test("does not call values high that are all the same", () => {
    expect(isHigh([0, 0, 0, 0], [0, 0, 0, 0], { tolerance: 0.25, confidence: 0.98 })).toBe(false);
  });

  test("knows only the confidences it has quantiles for", () => {
    expect(() => isHigh([1], [1], { tolerance: 0.25, confidence: 0.5 })).toThrow("0.5");
  });
});
