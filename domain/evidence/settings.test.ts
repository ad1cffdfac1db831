import { expect, test } from "vitest";
import { engineActor } from "../actor.ts";
import { evolve } from "../engine/evolve.ts";
import { scaleRollout } from "../engine/scale.ts";
import type { StartedInstance } from "../event.ts";
import { Plan } from "../plan.ts";
import { settingsOf } from "./settings.ts";

const envelope = { rolloutId: "r1", seq: 1, at: 0, actor: engineActor } as const;

test("scaling the fleet changes nothing of what a rollout is judged by", () => {
  const plan = Plan.parse({ batches: [1], soak: "20m", maxUnavailable: "25%" });
  const begun = evolve(null, {
    ...envelope,
    type: "rollout.started",
    kind: "rollout",
    fleetId: "f1",
    fleetName: "web",
    service: "web",
    environment: "test",
    releaseId: "v2",
    releaseNames: {},
    planName: "slow",
    plan,
    provenReleaseId: "v1",
    undoes: null,
    reason: null,
    instances: Array.from({ length: 8 }, (_, index) => instance(`i${index}`)),
  });
  const added = Array.from({ length: 32 }, (_, index) => instance(`n${index}`));
  const scaled = scaleRollout(begun, { ...envelope, type: "fleet.scaled", desired: 40, added, removed: [] });
  expect(scaled.limits.maxUnavailable).not.toBe(begun.limits.maxUnavailable);
  // Long enough that it is no bound that makes them the same.
  expect(settingsOf(begun)?.planned).toBeGreaterThan(3_600);
  expect(settingsOf(scaled)).toEqual(settingsOf(begun));
});

function instance(instanceId: string): StartedInstance {
  return { instanceId, zone: "a", labels: {}, releaseId: "v1", wayBackId: "v1", wasUnhealthy: false, serves: true, unitStartedAt: null };
}
