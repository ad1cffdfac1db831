import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addSlots, chooseSlot, countSlots, noSlots, type SlotCounts, slotLengthsMs, toSlotRate } from "./slots.ts";

type Slot = readonly [number, number];
const quiet: Slot = [0, 0];
const fine: Slot = [3, 0];
const one: Slot = [3, 1];
const clump: Slot = [40, 37];

describe("countSlots", () => {
  const rows: [string, Slot[], SlotCounts][] = [
    [
      "nothing ended",
      filled(10, quiet),
      [
        [0, 0],
        [0, 0],
        [0, 0],
        [0, 0],
      ],
    ],
    [
      "everything went well",
      filled(10, fine),
      [
        [0, 1],
        [0, 2],
        [0, 5],
        [0, 10],
      ],
    ],
    [
      "one failure counts once at every length",
      [one, ...filled(9, fine)],
      [
        [1, 1],
        [1, 2],
        [1, 5],
        [1, 10],
      ],
    ],
    [
      "a clump of 37 counts like one",
      [clump, ...filled(9, fine)],
      [
        [1, 1],
        [1, 2],
        [1, 5],
        [1, 10],
      ],
    ],
    [
      "slots without requests are no trials",
      [fine, ...filled(8, quiet), one],
      [
        [1, 1],
        [1, 2],
        [1, 2],
        [1, 2],
      ],
    ],
    [
      "failures in both halves",
      [one, ...filled(8, fine), one],
      [
        [1, 1],
        [2, 2],
        [2, 5],
        [2, 10],
      ],
    ],
  ];
  test.each(rows)("%s", (_, slots, expected) => {
    expect(countSlots(slots)).toEqual(expected);
  });

  test("does not mind the order of slots inside the shortest common part", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(5), fc.nat(2)), { minLength: 2, maxLength: 2 }), fc.nat(4), (pair, at) => {
        const place = (two: readonly Slot[]) => [...filled(at * 2, fine), ...two, ...filled(8 - at * 2, fine)];
        expect(countSlots(place(pair))).toEqual(countSlots(place(pair.toReversed())));
      }),
      { seed: 1 },
    );
  });

  test("never counts more slots with a failure than failures", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(9), fc.nat(3)), { minLength: 10, maxLength: 10 }), (slots) => {
        const failures = slots.reduce((sum, [, failed]) => sum + failed, 0);
        for (const [failed, total] of countSlots(slots)) {
          expect(failed).toBeLessThanOrEqual(Math.min(failures, total));
          expect(failed > 0).toBe(failures > 0);
        }
      }),
      { seed: 2 },
    );
  });
});

test("addSlots adds length by length", () => {
  const counts = countSlots([one, ...filled(9, fine)]);
  expect(addSlots(noSlots, counts)).toEqual(counts);
  expect(addSlots(counts, counts)).toEqual(counts.map(([failed, total]) => [2 * failed, 2 * total]));
});

describe("chooseSlot", () => {
  const rows: [string, SlotCounts, number][] = [
    ["nothing known: the longest", noSlots, 1_000],
    [
      "exactly 10 % is still good enough",
      [
        [10, 100],
        [20, 200],
        [30, 500],
        [40, 1_000],
      ],
      1_000,
    ],
    [
      "above 10 % per second",
      [
        [11, 100],
        [20, 200],
        [30, 500],
        [40, 1_000],
      ],
      500,
    ],
    [
      "only 200 ms will do",
      [
        [50, 100],
        [50, 200],
        [50, 500],
        [50, 1_000],
      ],
      200,
    ],
    [
      "none will do: the shortest",
      [
        [100, 100],
        [200, 200],
        [500, 500],
        [900, 1_000],
      ],
      100,
    ],
  ];
  test.each(rows)("%s", (_, before, expected) => {
    expect(slotLengthsMs[chooseSlot(before)]).toBe(expected);
  });
});

describe("toSlotRate", () => {
  const rows: [number, number, number][] = [
    [0, 25, 0],
    [1e-4, 25, 1 - 0.9999 ** 25],
    [0.01, 1, 0.01],
    [0.01, 0, 0],
    [0.01, 100, 1 - 0.99 ** 100],
    [1, 5, 1],
    [1e-12, 10, 1e-11],
  ];
  test.each(rows)("%d per request, %d requests: %d", (perRequest, requests, expected) => {
    expect(toSlotRate(perRequest, requests)).toBeCloseTo(expected, 14);
  });
});

function filled(length: number, slot: Slot): Slot[] {
  return Array.from({ length }, () => slot);
}
