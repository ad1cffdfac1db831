import { expect, test } from "vitest";
import { nextDomain, niceCeiling, SHRINK_AFTER_MS, ticksOf, type YDomain } from "./y-domain.ts";

test.each([
  [0, 1],
  [0.03, 0.03],
  [0.7, 0.8],
  [1.2, 1.5],
  [101, 150],
  [301, 400],
  [999, 1_000],
])("the ceiling of %d is %d", (value, ceiling) => {
  expect(niceCeiling(value)).toBe(ceiling);
});

test.each([
  [1, [0, 0.5, 1]],
  [1.5, [0, 0.5, 1, 1.5]],
  [300, [0, 100, 200, 300]],
  [400, [0, 200, 400]],
])("ticks up to %d", (max, ticks) => {
  expect(ticksOf(max)).toEqual(ticks);
});

test("it grows at once, with room above the highest point", () => {
  const first = nextDomain(null, 90, 1, 0);
  expect(first.max).toBe(100);
  expect(nextDomain(first, 99, 1, 1_000).max).toBe(150);
});

test("a short dip leaves it alone; a long one shrinks it", () => {
  let domain: YDomain = { max: 400, roomySince: null };
  domain = nextDomain(domain, 90, 1, 1_000);
  expect(domain.max).toBe(400);
  domain = nextDomain(domain, 90, 1, 1_000 + SHRINK_AFTER_MS - 1);
  expect(domain.max).toBe(400);
  domain = nextDomain(domain, 90, 1, 1_000 + SHRINK_AFTER_MS);
  expect(domain.max).toBe(100);
});

test("a peak in between starts the wait anew", () => {
  let domain: YDomain = { max: 400, roomySince: null };
  domain = nextDomain(domain, 90, 1, 0);
  domain = nextDomain(domain, 350, 1, 5_000);
  domain = nextDomain(domain, 90, 1, 6_000);
  domain = nextDomain(domain, 90, 1, SHRINK_AFTER_MS + 1_000);
  expect(domain.max).toBe(400);
});

test("nothing to draw still has an axis", () => {
  expect(nextDomain(null, 0, 2, 0).max).toBe(2);
});
