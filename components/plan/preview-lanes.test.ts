import { expect, test } from "vitest";
import { createInstances } from "#domain/fleet.ts";
import { Plan } from "#domain/plan.ts";
import { previewPlan } from "#domain/simulation/preview.ts";
import { capacityAt, formatTick, momentAt, phaseAt, timeTicks, toLanes, workPhases } from "./preview-lanes.ts";

const plan = Plan.parse({ batches: [1, "50%"], maxUnavailable: 2, soak: "30s", minHealthyTime: "3s" });
const preview = previewPlan({ plan, instances: createInstances(12, ["a", "b", "c"]), timing: { drainMs: 1_000, replaceMs: 2_000, readyMs: 1_000 } });
const lanes = toLanes(preview);

test("each batch is one lane, and every instance of it is in one track", () => {
  expect(lanes.map(({ batch }) => batch.instanceIds.length)).toEqual([1, 6, 5]);
  for (const { batch, tracks } of lanes) expect(tracks.reduce((sum, track) => sum + track.count, 0)).toBe(batch.instanceIds.length);
});

test("a track drains, replaces and checks without a gap, inside its batch", () => {
  for (const { batch, tracks } of lanes)
    for (const { segments } of tracks) {
      expect(segments.map(({ phase }) => phase)).toEqual(["draining", "replacing", "checking"]);
      expect(segments[0]?.fromMs).toBeGreaterThanOrEqual(batch.startedAtMs);
      expect(segments.at(-1)?.toMs).toBeLessThanOrEqual(batch.settledAtMs ?? 0);
      for (const [index, segment] of segments.slice(1).entries()) expect(segment.fromMs).toBe(segments[index]?.toMs);
    }
});

test("start-first a track starts, checks and retires, and nothing stops serving", () => {
  const surge = Plan.parse({ batches: [1, "50%"], maxSurge: 2, soak: "30s" });
  const startFirst = previewPlan({ plan: surge, instances: createInstances(6, ["a", "b"]), canSurge: true });
  for (const { tracks } of toLanes(startFirst))
    for (const { segments } of tracks) expect(segments.map(({ phase }) => phase)).toEqual(["starting", "checking", "retiring"]);
  expect(workPhases(startFirst)).toEqual(["starting", "checking", "retiring"]);
  expect(startFirst.minInRotation).toBe(6);
});

test("hooks hold a preview up no longer than they take", () => {
  const hooks = { prepare: { command: ["true"] }, afterBatch: { command: ["true"] } };
  const hooked = previewPlan({ plan: Plan.parse({ batches: ["50%"], soak: "30s", hooks }), instances: createInstances(4, ["a"]) });
  expect(hooked.batches).toHaveLength(2);
});

test("tracks of one row never overlap", () => {
  for (const { tracks } of lanes)
    for (const one of tracks)
      for (const other of tracks)
        if (one !== other && one.row === other.row && (one.segments[0]?.fromMs ?? 0) <= (other.segments[0]?.fromMs ?? 0))
          expect(one.segments.at(-1)?.toMs).toBeLessThanOrEqual(other.segments[0]?.fromMs ?? 0);
});

test("the scrub bar tells what happens at a moment", () => {
  const [canary] = preview.batches;
  const [instanceId = ""] = canary?.instanceIds ?? [];
  const settledAtMs = canary?.settledAtMs ?? 0;
  expect(phaseAt(preview, instanceId, 0)).toBe("draining");
  expect(phaseAt(preview, instanceId, 1_500)).toBe("replacing");
  expect(phaseAt(preview, instanceId, settledAtMs)).toBe("updated");
  expect(phaseAt(preview, preview.batches[2]!.instanceIds[0]!, settledAtMs)).toBe("old");
  expect(momentAt(preview, 0)).toBe("Batch 1 of 3: updating");
  expect(momentAt(preview, settledAtMs)).toBe("Batch 1 of 3: soaking");
  expect(momentAt(preview, preview.durationMs)).toBe("Every gate is open");
  expect(capacityAt(preview, 500, 12)).toBe(11);
  expect(capacityAt(preview, settledAtMs, 12)).toBe(12);
});

test.each([
  [340_000, 6, ["0", "1 min", "2 min", "3 min", "4 min", "5 min"]],
  [90_000, 6, ["0", "15 s", "30 s", "45 s", "1 min", "1:15", "1:30"]],
  [0, 6, ["0"]],
  [7_500_000, 6, ["0", "30 min", "1 h", "1 h 30", "2 h"]],
])("the axis of %d ms", (durationMs, count, ticks) => {
  expect(timeTicks(durationMs, count).map(formatTick)).toEqual(ticks);
});
