import { expect, test } from "vitest";
import { engineActor } from "../actor.ts";
import { foldEvents, startedInstance, startedWith, toEvents } from "../engine/rollout-testing.ts";
import { scaleRollout } from "../engine/scale.ts";
import { settingsOf } from "./settings.ts";

const envelope = { rolloutId: "r1", seq: 1, at: 0, actor: engineActor } as const;

test("scaling the fleet changes nothing of what a rollout is judged by", () => {
  const seats = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => startedInstance({ instanceId: `${prefix}${index}` }));
  const plan = { batches: [1], soak: "20m", maxUnavailable: "25%" };
  const begun = foldEvents(toEvents([startedWith({ plan, instances: seats("i", 8) })]));
  const added = seats("n", 32);
  const scaled = scaleRollout(begun, { ...envelope, type: "fleet.scaled", desired: 40, added, removed: [] });
  expect(scaled.limits.maxUnavailable).not.toBe(begun.limits.maxUnavailable);
  // Long enough that it is no bound that makes them the same.
  expect(settingsOf(begun)?.planned).toBeGreaterThan(3_600);
  expect(settingsOf(scaled)).toEqual(settingsOf(begun));
});
