import { expect, test } from "vitest";
import type { FleetTick, InstanceTick } from "../metric.ts";
import { baselineOf } from "./baseline.ts";
import { baselineBefore } from "./past.ts";
import { ageEdges, type Followed, type SlotLengths } from "./run-lengths.ts";
import { runLengthOf } from "./runs.ts";
import { slotLengthsMs } from "./slots.ts";

const isOld = (_: string, releaseId: string) => releaseId === "v1";

test("what lasts longer than a slot is known of the last minutes", () => {
  const ticks = Array.from({ length: 120 }, (_, second) => tick(second, { i0: unit("v1", second % 40 < 4), i1: unit("v1", false) }));
  const { runs } = baselineBefore({ instances: [], lengths: {}, ticks }, isOld, "slots");
  expect(runLengthOf(runs?.["slots-errors"]?.[0], 1)).toBeGreaterThan(2.5);
});

test("only of the old release, of warm units, and of seconds that follow each other", () => {
  const of = (ticks: readonly FleetTick[]) => baselineBefore({ instances: [], lengths: {}, ticks }, isOld, "slots");
  const failing = unit("v1", true);
  expect(of([tick(1, { i0: failing }), tick(2, { i0: failing })]).runs).toBeDefined();
  for (const other of [unit("v2", true), { ...failing, readyForMs: 9_999 }, unit("v1", false)])
    expect(of([tick(1, { i0: other }), tick(2, { i0: other })])).toEqual(baselineOf([], "slots"));
  expect(of([tick(1, { i0: failing }), tick(3, { i0: failing })])).toEqual(baselineOf([], "slots"));
});

test("the hour is that of the old release", () => {
  const host = { instanceId: "i0", seconds: 3_600, failedSlots: 0, slots: 36_000, bins: [[100, 3_000]] as [number, number][] };
  const instances = [
    { ...host, releaseId: "v1" },
    { ...host, releaseId: "v2" },
  ];
  expect(baselineBefore({ instances, lengths: {}, ticks: [] }, isOld, "raw")).toEqual(baselineOf([{ ...host, releaseId: "v1" }], "raw"));
});

test("how long instances fail is known of the whole hour, of the old release", () => {
  const instances = [host("i0", 90, "v1"), host("i1", 90, "v2")];
  const lengths = { v1: lengthsOf([60, 1, 90]), v2: lengthsOf([1, 1, 90]) };
  expect(baselineBefore({ instances, lengths, ticks: [] }, isOld, "slots").lengths).toEqual({ "slots-errors": lengths.v1 });
  expect(baselineBefore({ instances, lengths: { v2: lengths.v2 }, ticks: [] }, isOld, "slots").lengths).toBeUndefined();
});

test("a host that had one long run of failures is not taken for a bad one", () => {
  const instances = [host("i0", 160, "v1"), host("i1", 40, "v1"), host("i2", 40, "v1")];
  const levelOf = (lengths: Readonly<Record<string, SlotLengths>>) =>
    baselineBefore({ instances, lengths, ticks: [] }, isOld, "slots").hosts.i0?.levels.errors ?? 1;
  expect(levelOf({})).toBeGreaterThan(1.7);
  expect(levelOf({ v1: lengthsOf([200, 0, 240]) })).toBeLessThan(1.4);
});

function host(instanceId: string, failedSlots: number, releaseId: string) {
  return { instanceId, releaseId, seconds: 3_600, failedSlots, slots: 36_000, bins: [] };
}

/** The same at every slot length and age. */
function lengthsOf(followed: Followed): SlotLengths {
  return slotLengthsMs.map(() => ageEdges.map(() => followed));
}

function unit(releaseId: string, fails: boolean): InstanceTick {
  const slots = Array.from({ length: 10 }, () => [2, fails ? 1 : 0] as const);
  return { unitKey: "k", releaseId, slots, bins: [], inFlight: 0, cut: 0, readyForMs: 60_000, inRotation: true };
}

function tick(number: number, instances: Record<string, InstanceTick>): FleetTick {
  return { number, at: number * 1_000, instances };
}
