import { expect, test } from "vitest";
import { rolloutAfter, wholeUpdate } from "#domain/engine/rollout-testing.ts";
import { marksOf, tellingEvent } from "./past-marks.ts";

test("batches, decisions and the turning back are marked; what is done to instances is not", () => {
  const { rollout, events } = rolloutAfter([
    { type: "batch.opened", batch: 1, instanceIds: ["i0"] },
    ...wholeUpdate("i0", 1),
    { type: "rollout.paused", cause: "person", message: "A person paused it." },
    { type: "rollout.resumed", reason: null },
    { type: "rollback.started", cause: "person", message: "A person turned it back." },
  ]);
  expect(marksOf(events, rollout).map(({ at, kind }) => [at, kind])).toEqual([
    [2_000, "batch"],
    [8_000, "decision"],
    [9_000, "decision"],
    [10_000, "bad"],
  ]);
});

test("of what happened together the decision is told, then what was done, and waiting only when there is nothing else", () => {
  const waiting = { type: "waiting.changed", waiting: [] } as const;
  const { events } = rolloutAfter([{ type: "batch.opened", batch: 1, instanceIds: ["i0"] }, ...wholeUpdate("i0", 1), waiting]);
  const atOnce = (types: readonly string[]) => events.filter(({ type }) => types.includes(type)).map((event) => ({ ...event, at: 9 }));
  expect(tellingEvent(events)?.type).toBe("waiting.changed");
  expect(tellingEvent(atOnce(["batch.opened", "update.started", "waiting.changed"]))?.type).toBe("batch.opened");
  expect(tellingEvent(atOnce(["instance.drained", "waiting.changed"]))?.type).toBe("instance.drained");
  expect(tellingEvent([])).toBeUndefined();
});
