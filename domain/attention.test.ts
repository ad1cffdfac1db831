import { expect, test } from "vitest";
import { listAttention } from "./attention.ts";
import type { FleetSummary, RolloutSummary } from "./live.ts";
import { Destination } from "./notification.ts";

const rollout: RolloutSummary = {
  rolloutId: "r1",
  fleetId: "f1",
  fleetName: "shop",
  environment: "demo",
  kind: "rollout",
  releaseName: "1.1",
  planName: "Standard",
  status: "running",
  startedAt: 0,
  endedAt: null,
  startedBy: "Ada",
  outcome: null,
  updated: 1,
  failed: 0,
  desired: 12,
  batch: 1,
  needsPerson: null,
};
const fleet: FleetSummary = {
  fleetId: "f1",
  name: "shop",
  service: "shop",
  environment: "demo",
  desired: 12,
  ready: 12,
  inRotation: 12,
  releases: [],
  requestsPerSecond: 300,
  errorRate: 0.001,
  latencyMsP99: 20,
  errorRates: [],
  latenciesMsP99: [],
  activeRollout: null,
  queuedRollout: null,
  lastRollout: null,
  unreachable: null,
  alerts: [],
};
const texts = (...fleets: Partial<FleetSummary>[]) => listAttention(fleets.map((given) => ({ ...fleet, ...given }))).map((entry) => entry.text);

test("a healthy fleet needs nobody", () => expect(texts({})).toEqual([]));

test("instances that are not ready are counted in words", () => {
  expect(texts({ ready: 11 })).toEqual(["1 of 12 instances is not ready."]);
  expect(texts({ ready: 9 })).toEqual(["3 of 12 instances are not ready."]);
  expect(texts({ ready: 0 })).toEqual(["None of its 12 instances is ready."]);
});

test("while a rollout runs, missing instances are its own work", () => expect(texts({ ready: 9, activeRollout: rollout })).toEqual([]));

test("a rollout that waits for a person leads to its page", () => {
  const [entry] = listAttention([{ ...fleet, activeRollout: { ...rollout, needsPerson: "Batch 1 waits for approval." } }]);
  expect(entry).toMatchObject({ text: "Batch 1 waits for approval.", action: { href: "/rollouts/r1" }, severity: "warn" });
});

test("a fleet that cannot be seen says only that", () =>
  expect(texts({ unreachable: "The local runtime does not answer.", ready: 0 })).toHaveLength(1));

test("what is bad stands before what is doubtful", () => {
  expect(texts({ ready: 11 }, { fleetId: "f2", errorRate: 0.2 })).toEqual(["20.0 % of its requests fail.", "1 of 12 instances is not ready."]);
});

test("a failed rollback stays listed until another rollout ended", () => {
  expect(texts({ lastRollout: { ...rollout, status: "rollback-failed", outcome: "i3 did not come back." } })).toEqual(["i3 did not come back."]);
  expect(texts({ lastRollout: { ...rollout, status: "rolled-back" } })).toEqual([]);
});

test("since when it has been so is said when it has been for longer than a moment", () => {
  const alerts = [{ kind: "not-ready", text: "1 of 12 instances is not ready.", since: 7_000 } as const];
  expect(listAttention([{ ...fleet, ready: 9, errorRate: 0.5, alerts }])).toMatchObject([{ since: null }, { since: 7_000 }]);
  const unreachable = { unreachable: "Away.", alerts: [{ kind: "unreachable", text: "Away.", since: 8_000 } as const] };
  expect(listAttention([{ ...fleet, ...unreachable }])).toMatchObject([{ text: "Away.", since: 8_000 }]);
});

test("a destination that fails for long leads to the settings, one that fails for a moment does not", () => {
  const destination = Destination.parse({
    kind: "slack",
    name: "on-call",
    url: "env:TIDELINE_SECRET_SLACK",
    scope: { type: "environment", environment: "production" },
    about: ["ends"],
  });
  const failing = {
    waiting: 3,
    lastDeliveredAt: null,
    failingSince: 5_000,
    failsForLong: true,
    lastError: "hooks.example.com answered 503.",
    nextTryAt: 0,
    lost: 0,
  };
  const listed = { destinationId: "d1", destination, environment: "production", fleetName: null, state: failing };
  expect(listAttention([{ ...fleet, ready: 11 }], [listed])).toMatchObject([
    {
      name: "on-call",
      environment: "production",
      text: "No notification arrives there. hooks.example.com answered 503.",
      since: 5_000,
      severity: "bad",
      action: { href: "/settings/notifications" },
    },
    { name: "shop" },
  ]);
  expect(listAttention([], [{ ...listed, state: { ...failing, failsForLong: false } }])).toEqual([]);
});
