import { expect, test } from "vitest";
import type { FleetTick, InstanceTick } from "../metric.ts";
import { addToHistory, createHistory, endedParts, instanceHistories, releaseLengths, restoreHistory } from "./history.ts";

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
      releaseId: "v1",
      seconds: 3,
      failedSlots: 2,
      slots: 4,
      bins: [
        [40, 6],
        [90, 6],
      ],
    },
    { instanceId: "i1", releaseId: "v1", seconds: 1, failedSlots: 0, slots: 0, bins: [] },
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
  expect(instanceHistories(after)).toEqual([{ instanceId: "i0", releaseId: "v1", seconds: 11, failedSlots: 10, slots: 11, bins: [[7, 21]] }]);
  restoreHistory(after, stored);
  expect(instanceHistories(after)[0]?.slots).toBe(11);
});

test("what another release did on an instance stands apart, before and after it was stored", () => {
  const history = createHistory();
  addToHistory(history, tick(0, { i0: unit([[2, 0]], [[7, 2]]) }));
  addToHistory(history, tick(1_000, { i0: { ...unit([[9, 9]], [[99, 9]]), releaseId: "v2" } }));
  addToHistory(history, tick(5 * minuteMs, { i0: unit([[1, 0]], [[7, 1]]) }));
  const expected = [
    { instanceId: "i0", releaseId: "v1", seconds: 2, failedSlots: 0, slots: 2, bins: [[7, 3]] },
    { instanceId: "i0", releaseId: "v2", seconds: 1, failedSlots: 1, slots: 1, bins: [[99, 9]] },
  ];
  expect(instanceHistories(history)).toEqual(expected);
  const after = createHistory();
  addToHistory(after, tick(5 * minuteMs, { i0: unit([[1, 0]], [[7, 1]]) }));
  restoreHistory(after, endedParts(history, -1));
  expect(instanceHistories(after)).toEqual(expected);
});

test("a unit that is not ready for ten seconds yet tells nothing", () => {
  const history = createHistory();
  for (const readyForMs of [null, 0, 9_999, 10_000]) addToHistory(history, tick(0, { i0: { ...unit([[1, 1]], [[7, 1]]), readyForMs } }));
  expect(instanceHistories(history)).toEqual([{ instanceId: "i0", releaseId: "v1", seconds: 1, failedSlots: 1, slots: 1, bins: [[7, 1]] }]);
});

test("how long an instance fails is counted from second to second, also over the edge of a part, and comes back the same", () => {
  const history = createHistory();
  const fails = { i0: unit([[1, 1]], []), i1: unit([[1, 0]], []) };
  // Sound, then six seconds of failures.
  addToHistory(history, tick(296_000, { i0: unit([[1, 0]], []), i1: unit([[1, 0]], []) }));
  for (let second = 297; second < 303; second += 1) addToHistory(history, tick(second * 1_000, fails));
  // A gap ends what went on.
  addToHistory(history, tick(400_000, fails));
  // Of ages 1, 2 and 3, 4 and more: each is followed by another, which by chance were half of them.
  const none = [0, 0, 0];
  const expected = [[1, 0.5, 1], [2, 1, 2], [2, 1, 2], none, none];
  expect(releaseLengths(history).v1?.[0]).toEqual(expected);
  addToHistory(history, tick(600_000, { i0: unit([[1, 0]], []) }));
  const after = createHistory();
  restoreHistory(after, JSON.parse(JSON.stringify(endedParts(history, -1))));
  expect(releaseLengths(after)).toEqual(releaseLengths(history));
});

function unit(slots: InstanceTick["slots"], bins: InstanceTick["bins"]): InstanceTick {
  return { unitKey: "k", releaseId: "v1", slots, bins, inFlight: 0, cut: 0, readyForMs: 60_000, inRotation: true };
}

function tick(at: number, instances: FleetTick["instances"]): FleetTick {
  return { number: at / 1_000, at, instances };
}
