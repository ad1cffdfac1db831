import { expect, test } from "vitest";
import type { RolloutSummary } from "#domain/live.ts";
import { describeSupersede, type StartOutcome, startLabel } from "./start-words.ts";

const active: RolloutSummary = {
  rolloutId: "r1",
  fleetId: "f1",
  fleetName: "demo",
  environment: "local",
  kind: "rollout",
  releaseName: "1.2",
  planName: "standard",
  status: "running",
  startedAt: 0,
  endedAt: null,
  startedBy: "Ada",
  outcome: null,
  updated: 3,
  failed: 0,
  desired: 12,
  batch: 2,
  needsPerson: null,
};

test.each<[StartOutcome, string]>([
  ["starts", "Start: 12 instances in 4 batches"],
  ["ends-watch", "Start: 12 instances in 4 batches"],
  ["queues", "Queue behind 1.2: 12 instances in 4 batches"],
  ["replaces", "Replace 1.2: 12 instances in 4 batches"],
  ["refused", "Start"],
])("a start that %s says so on its button", (outcome, label) => {
  expect(startLabel({ outcome, instances: 12, batches: 4 }, active)).toBe(label);
});

test("replacing says where the active rollout ends", () => {
  expect(describeSupersede("replace", active, "1.3")).toBe(
    "1.2 ends superseded where it stands, with 3 of 12 updated and 9 not. 1.3 starts at once, with what was in flight first.",
  );
});
