import { describe, expect, test } from "vitest";
import { lowerLimit, upperLimit } from "./bounds.ts";

describe("Clopper and Pearson's limits", () => {
  test.each([
    [0, 20_000, 1 - 0.05 ** (1 / 20_000)],
    [0, 100, 1 - 0.05 ** (1 / 100)],
    [1, 10, 0.394163],
    [10, 10, 1],
    [3, 1_000, 0.0077352],
  ])("of %d in %d end at %d", (events, trials, expected) => {
    expect(upperLimit(events, trials, 0.95)).toBeCloseTo(expected, 5);
  });

  test("are each other's mirror", () => {
    for (const events of [0, 1, 7, 20]) expect(lowerLimit(events, 20, 0.95)).toBeCloseTo(1 - upperLimit(20 - events, 20, 0.95), 12);
  });
});
