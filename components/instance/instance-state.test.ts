import { expect, test } from "vitest";
import type { InstanceObservation } from "#domain/engine/observation.ts";
import { updateOf } from "#domain/engine/rollout-testing.ts";
import type { InstanceUpdate } from "#domain/rollout.ts";
import { Table } from "#domain/table.ts";
import { type CellState, countStates, toCells } from "./instance-state.ts";

const seen = (change: Partial<InstanceObservation> = {}): InstanceObservation => ({
  instanceId: "i0",
  unit: { key: "k", releaseId: "v1", state: "running", startedAt: 5, restarts: 0, address: null, message: null },
  ready: true,
  readySince: 1_000,
  probe: "200 in 2 ms",
  rotation: "in",
  inFlight: 0,
  cut: 0,
  passiveFailed: false,
  next: null,
  ...change,
});
const update = (change: Partial<InstanceUpdate>) => updateOf("i0", { attempt: 1, attemptsUsed: 1, ...change });
const cell = (observation: InstanceObservation | null, own: InstanceUpdate | null) =>
  toCells({
    instances: [{ id: "i0", zone: "a" }],
    observations: new Map(observation ? [["i0", observation]] : []),
    ...(own ? { updates: Table.from([["i0", own]]) } : {}),
    newReleaseId: "v2",
    releaseNames: { v1: "1.0", v2: "1.1" },
  })[0];

test.each<[string, InstanceObservation | null, InstanceUpdate | null, CellState]>([
  ["pending and well", seen(), update({}), "old"],
  ["pending and not seen yet", null, update({}), "old"],
  ["pending and not ready", seen({ ready: false }), update({}), "unhealthy"],
  ["being drained, whatever is seen", seen(), update({ phase: "draining" }), "draining"],
  ["entering rotation", seen({ rotation: "out" }), update({ phase: "restoring" }), "checking"],
  ["updated and in rotation", seen(), update({ phase: "updated" }), "new"],
  ["updated, then taken out by a rollback", seen({ rotation: "out" }), update({ phase: "updated" }), "out"],
  ["updated, then crashed", seen({ unit: null, ready: false }), update({ phase: "updated" }), "missing"],
  ["brought back", seen(), update({ phase: "reverted", direction: "back" }), "reverted"],
  ["failed, even when it answers now", seen(), update({ phase: "failed" }), "failed"],
  ["waiting for its next attempt", seen({ ready: false }), update({ phase: "retry-backoff" }), "retry"],
  ["a second unit is started beside the old one", seen(), update({ phase: "starting", startFirst: true }), "starting"],
  ["start-first, the old unit drains while the new one serves", seen(), update({ phase: "draining", startFirst: true }), "retiring"],
  ["start-first, the old unit is stopped", seen(), update({ phase: "retiring", startFirst: true }), "retiring"],
  ["lost, and brought up again", seen({ unit: null }), update({ phase: "updated", repair: { number: 1, releaseId: "v2", since: 1 } }), "repairing"],
  ["came by a scale-out and has not served", null, update({ joining: true }), "repairing"],
  ["came by a scale-out and is being updated", null, update({ joining: true, phase: "replacing" }), "replacing"],
  ["left by a scale-in", null, update({ phase: "removed" }), "removed"],
  ["no rollout, a second unit not in rotation", seen({ next: { ...seen(), rotation: "out" } }), null, "starting"],
  ["runs its way back already when a rollback begins", null, update({ wayBackId: "v2" }), "new"],
  ["is still to be brought back", null, update({ wayBackId: "v2", touched: true }), "old"],
  ["no rollout, another release", seen(), null, "old"],
  ["no rollout, nothing seen", null, null, "missing"],
])("%s", (_name, observation, own, state) => {
  expect(cell(observation, own)?.state).toBe(state);
});

test("a failure's own words go before the last probe", () => {
  const failed = update({ phase: "failed", failure: { cause: "deadline", message: "not healthy within 5 min" } });
  expect(cell(seen({ probe: "503 in 4 ms" }), failed)?.note).toBe("not healthy within 5 min");
  expect(cell(seen({ probe: "503 in 4 ms" }), update({}))?.note).toBe("503 in 4 ms");
});

test("the legend counts what there is, in the order of an update", () => {
  const cells = toCells({
    instances: ["i0", "i1", "i2"].map((id) => ({ id, zone: "a" })),
    observations: new Map(),
    updates: Table.from([
      ["i0", update({ phase: "updated" })],
      ["i1", update({})],
      ["i2", update({})],
    ]),
    newReleaseId: "v2",
    releaseNames: {},
  });
  expect(countStates(cells)).toEqual([
    { state: "old", count: 2 },
    { state: "new", count: 1 },
  ]);
});
