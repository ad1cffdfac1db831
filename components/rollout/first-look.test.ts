import { expect, test } from "vitest";
import { firstLookOf } from "#domain/engine/first-look.ts";
import { rolloutAfter, wholeUpdate } from "#domain/engine/rollout-testing.ts";
import { describeRollout } from "#domain/engine/sentence.ts";

test("the first look says what the whole rollout would, and nothing of single instances", () => {
  const { rollout } = rolloutAfter([{ type: "batch.opened", batch: 1, instanceIds: ["i0"] }, ...wholeUpdate("i0", 1)]);
  const look = firstLookOf(rollout, 10_000);
  expect(look).toMatchObject({ status: "running", oldRelease: "1.0", newRelease: "1.1", failed: 0, ...describeRollout(rollout, 10_000) });
  expect(JSON.stringify(look).length).toBeLessThan(600);
});
