import { expect, test } from "vitest";
import type { FleetTick, InstanceTick } from "../metric.ts";
import { addToHistory, createHistory, endedParts, instanceHistories, restoreHistory } from "./history.ts";

const minuteMs = 60_000;

test("an instance's slots, failures and latencies add up, its second unit's with them", () => {
  const history = createHistory();
  addToHistory(
    history,
    tick(0, {
      i0: unit(
        [
          [3, 1],
          [2, 0],
        ],
        [[40, 5]],
      ),
      "i0+next": unit(
        [[1, 1]],
        [
          [40, 1],
          [90, 2],
        ],
      ),
      i1: unit([], []),
    }),
  );
  addToHistory(history, tick(minuteMs, { i0: unit([[4, 0]], [[90, 4]]) }));
  expect(instanceHistories(history)).toEqual([
    {
      instanceId: "i0",
      failedSlots: 2,
      slots: 4,
      bins: [
        [40, 6],
        [90, 6],
      ],
    },
    { instanceId: "i1", failedSlots: 0, slots: 0, bins: [] },
  ]);
});

test("what is older than an hour is forgotten, five minutes at a time", () => {
  const history = createHistory();
  for (let minute = 0; minute < 70; minute += 1) addToHistory(history, tick(minute * minuteMs, { i0: unit([[1, 0]], []) }));
  expect(instanceHistories(history)[0]?.slots).toBe(60);
});

test("parts that are over go out and come back the same, and what was counted since stands", () => {
  const history = createHistory();
  for (let minute = 0; minute < 12; minute += 1) addToHistory(history, tick(minute * minuteMs, { i0: unit([[2, 1]], [[7, 2]]) }));
  const stored = JSON.parse(JSON.stringify(endedParts(history, -1)));
  expect(endedParts(history, 0).map(({ at }) => at)).toEqual([5 * minuteMs]);
  const after = createHistory();
  addToHistory(after, tick(10 * minuteMs, { i0: unit([[1, 0]], [[7, 1]]) }));
  restoreHistory(after, stored);
  expect(instanceHistories(after)).toEqual([{ instanceId: "i0", failedSlots: 10, slots: 11, bins: [[7, 21]] }]);
  restoreHistory(after, stored);
  expect(instanceHistories(after)[0]?.slots).toBe(11);
});

function unit(slots: InstanceTick["slots"], bins: InstanceTick["bins"]): InstanceTick {
  return { unitKey: "k", releaseId: "v1", slots, bins, inFlight: 0, cut: 0, readyForMs: 60_000, inRotation: true };
}

function tick(at: number, instances: FleetTick["instances"]): FleetTick {
  return { number: at / 1_000, at, instances };
}
