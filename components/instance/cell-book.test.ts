import { expect, test } from "vitest";
import type { InstanceObservation } from "#domain/engine/observation.ts";
import { updateOf } from "#domain/engine/rollout-testing.ts";
import type { InstanceUpdate } from "#domain/rollout.ts";
import { Table } from "#domain/table.ts";
import { createCellBook } from "./cell-book.ts";

const size = 300;
const ids = Array.from({ length: size }, (_, index) => `i${index}`);
const seen = (instanceId: string): InstanceObservation => ({
  instanceId,
  unit: { key: "k", releaseId: "v1", state: "running", startedAt: 5, restarts: 0, address: null, message: null },
  ready: true,
  readySince: 1_000,
  probe: "200",
  rotation: "in",
  inFlight: 0,
  cut: 0,
  passiveFailed: false,
  next: null,
});
const updates = Table.from(ids.map((id) => [id, updateOf(id)]));
const sights = Table.from(ids.map((id) => [id, seen(id)]));
const rollout = { updates, releaseId: "v2", releaseNames: { v1: "1.0", v2: "1.1" } };
const change = (id: string, phase: InstanceUpdate["phase"]) => ({ ...rollout, updates: updates.set(id, { ...updateOf(id), phase, attempt: 1 }) });

test("only the cell of the instance that changed is another object", () => {
  const cellsOf = createCellBook();
  const before = cellsOf(rollout, sights);
  const after = cellsOf(change("i70", "draining"), sights);
  expect(after.map(({ instanceId }) => instanceId)).toEqual(ids);
  expect(after.flatMap((cell, index) => (cell === before[index] ? [] : [cell.instanceId, cell.state]))).toEqual(["i70", "draining"]);
});

test("nothing new is the very list of before, also when figures that no cell shows moved", () => {
  const cellsOf = createCellBook();
  const before = cellsOf(rollout, sights);
  expect(cellsOf({ ...rollout }, sights)).toBe(before);
  expect(cellsOf(rollout, sights.set("i9", { ...seen("i9"), inFlight: 7 }))).toBe(before);
});

test("what is seen changes a cell, whatever order it is seen in", () => {
  const cellsOf = createCellBook();
  const reversed = Table.from(sights.entries().reverse());
  expect(cellsOf(rollout, reversed)[20]?.state).toBe("old");
  expect(cellsOf(rollout, reversed.set("i20", { ...seen("i20"), ready: false }))[20]?.state).toBe("unhealthy");
  expect(cellsOf(rollout, reversed)[20]?.state).toBe("old");
});

test("another name of a release changes every cell that shows it", () => {
  const cellsOf = createCellBook();
  cellsOf(rollout, sights);
  expect(cellsOf({ ...rollout, releaseNames: { v1: "one", v2: "two" } }, sights).every(({ release }) => release === "one")).toBe(true);
});
