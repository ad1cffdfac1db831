import { describe, expect, test } from "vitest";
import type { FleetTick, InstanceTick } from "../metric.ts";
import { Table } from "../table.ts";
import { passiveFailures } from "./passive.ts";

type Traffic = readonly [requests: number, failed: number];
const arms = {
  releaseId: "v2",
  updates: Table.from([
    ["i0", { wayBackId: "v1" }],
    ["i1", { wayBackId: "v1" }],
  ]),
};

describe("passiveFailures", () => {
  const rows: { name: string; fresh: Traffic[]; old: Traffic[]; found: boolean }[] = [
    {
      name: "everything fails, the old release is well",
      fresh: [
        [12, 12],
        [12, 12],
      ],
      old: [
        [50, 0],
        [50, 1],
      ],
      found: true,
    },
    {
      name: "18 of 20 are enough",
      fresh: [
        [10, 9],
        [10, 9],
      ],
      old: [
        [50, 0],
        [50, 0],
      ],
      found: true,
    },
    {
      name: "17 of 20 are not",
      fresh: [
        [10, 9],
        [10, 8],
      ],
      old: [
        [50, 0],
        [50, 0],
      ],
      found: false,
    },
    {
      name: "19 answers are too few",
      fresh: [
        [10, 10],
        [9, 9],
      ],
      old: [
        [50, 0],
        [50, 0],
      ],
      found: false,
    },
    {
      name: "the old release fails as well",
      fresh: [
        [20, 20],
        [20, 20],
      ],
      old: [
        [50, 20],
        [50, 30],
      ],
      found: false,
    },
    {
      name: "the old release fails just less than half",
      fresh: [
        [20, 20],
        [20, 20],
      ],
      old: [
        [50, 24],
        [50, 25],
      ],
      found: true,
    },
    {
      name: "no old release answers",
      fresh: [
        [20, 20],
        [20, 20],
      ],
      old: [
        [0, 0],
        [0, 0],
      ],
      found: true,
    },
    {
      name: "it was bad three seconds ago and is well now",
      fresh: [
        [90, 90],
        [30, 0],
        [30, 0],
      ],
      old: [
        [50, 0],
        [50, 0],
        [50, 0],
      ],
      found: false,
    },
    { name: "20 answers in one second are enough", fresh: [[20, 20]], old: [[50, 0]], found: true },
  ];
  test.each(rows)("$name: $found", ({ fresh, old, found }) => {
    const ticks = fresh.map((traffic, index) => tick(index, { i0: unit("v2", "new", traffic), i1: unit("v1", "old", old[index] as Traffic) }));
    expect([...passiveFailures(ticks, arms)]).toEqual(found ? ["i0"] : []);
  });

  test("leaves the old release and strangers alone", () => {
    const ticks = [tick(0, { i0: unit("v1", "a", [40, 19]), i1: unit("v0", "b", [40, 40]) })];
    expect(passiveFailures(ticks, arms).size).toBe(0);
  });

  test("does not hold the last unit's failures against its successor", () => {
    const ticks = [tick(0, { i0: unit("v2", "first", [40, 40]) }), tick(1, { i0: unit("v2", "second", [10, 10]) })];
    expect(passiveFailures(ticks, arms).size).toBe(0);
  });

  test("a unit that was started beside another is one unit, wherever it is counted", () => {
    const beside = tick(0, { i0: unit("v1", "old", [50, 0]), "i0+next": unit("v2", "new", [15, 15]) });
    const promoted = tick(1, { i0: unit("v2", "new", [15, 15]), i1: unit("v1", "other", [50, 0]) });
    expect([...passiveFailures([beside, promoted], arms)]).toEqual(["i0"]);
  });

  test("a gap does not make two old seconds recent", () => {
    const ticks = [tick(3, { i0: unit("v2", "a", [40, 40]) }), tick(9, { i0: unit("v2", "a", [5, 5]) })];
    expect(passiveFailures(ticks, arms).size).toBe(0);
  });

  test("sees nothing where nothing was counted", () => {
    expect(passiveFailures([], arms).size).toBe(0);
  });
});

function tick(number: number, instances: Record<string, InstanceTick>): FleetTick {
  return { number, at: number * 1_000, instances };
}

function unit(releaseId: string, unitKey: string, traffic: Traffic): InstanceTick {
  return { unitKey, releaseId, slots: [traffic], bins: [], inFlight: 0, cut: 0, readyForMs: 100, inRotation: true };
}
