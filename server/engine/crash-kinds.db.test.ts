import { v7 as uuid } from "uuid";
import { describe, expect, test } from "vitest";
import type { PlanInput } from "#domain/plan.ts";
import { CrashBench, type Run, type Scene } from "#server/testing/crash-bench.ts";
import { ada } from "#server/testing/fixtures.ts";
import { applyFleetCommand } from "./apply.ts";
import { nothingSeen } from "./observe.ts";

const bench = CrashBench.open();
const withinMs = 300_000;

const plan: PlanInput = {
  batches: [1, "100%"],
  maxUnavailable: 1,
  soak: "0ms",
  watch: "10m",
  minHealthyTime: "50ms",
  healthyDeadline: "10s",
  drainTimeout: "1s",
  retries: 0,
  metrics: false,
};

/** The new unit before the old one leaves, one at a time: never fewer than all serve, and never more than one runs besides. */
const startFirst: Scene = { size: 4, floor: 4, ceiling: 5, plan: { ...plan, maxUnavailable: 0, maxSurge: 1 } };

const hook = { command: ["check"] };
const withHooks: Scene = {
  size: 2,
  floor: 1,
  ceiling: 2,
  plan: { ...plan, hooks: { beforeBatch: hook, afterBatch: hook } },
  expectMore: async ({ hooks, rolloutId }) => {
    const expected = ["beforeBatch/1", "afterBatch/1", "beforeBatch/2", "afterBatch/2"].map((name) => `${rolloutId}/hook/${name}`);
    expect([...new Set(hooks)]).toEqual(expected);
    // The one that was cut short, or whose end was not written, is run again.
    expect(hooks.length).toBeLessThanOrEqual(expected.length + 1);
  },
};

/** While the first instance is updated a person asks for one instance more. */
const scaledOut: Scene = {
  size: 3,
  floor: 2,
  ceiling: 4,
  sizeAtEnd: 4,
  plan,
  meddle: async (run) => {
    if (scaled.has(run) || run.world.started.length === 0) return;
    scaled.add(run);
    const command = { type: "scale", fleetId: run.fleet.fleetId, commandId: uuid(), desired: 4 } as const;
    await applyFleetCommand(bench.db, {
      command,
      actor: ada,
      now: run.clock.now(),
      observation: nothingSeen,
      permission: "fleet.scale",
      authorizeOn: () => {},
    });
  },
};
const scaled = new WeakSet<Run>();

const fates = [
  ["before", "never-sent"],
  ["after", "never-answered"],
] as const;

describe("an engine that is killed in a start-first rollout or on its way back", () => {
  test.each(["before", "after"] as const)("%s any effect is succeeded", (moment) => bench.killAtEachEffect(startFirst, moment), withinMs);
  test.each(fates)("%s any commit is succeeded", (_, fate) => bench.killAtEachCommit(startFirst, fate), withinMs);
});

describe("an engine that is killed in a rollout with hooks", () => {
  test.each(fates)("%s any commit is succeeded", (_, fate) => bench.killAtEachCommit(withHooks, fate), withinMs);
});

describe("an engine that is killed in a rollout whose fleet is scaled out in the middle", () => {
  test.each(fates)("%s any commit is succeeded", (_, fate) => bench.killAtEachCommit(scaledOut, fate), withinMs);
});
