import { describe, expect, test } from "vitest";
import { readEvents } from "#db/queries/rollouts.ts";
import type { PlanInput } from "#domain/plan.ts";
import { expireLease } from "#server/testing/fixtures.ts";
import { FleetBench } from "#server/testing/fleet-bench.ts";
import type { VirtualEngine } from "#server/testing/virtual-engine.ts";

const bench = FleetBench.open();

describe("hooks", () => {
  const withHooks: PlanInput = {
    soak: "0ms",
    watch: "0ms",
    batches: [2],
    hooks: { prepare: { command: ["prepare"] }, afterBatch: { command: ["after"] }, finalize: { command: ["finalize"] } },
  };

  test("run once each, in their order, and their outcome is in the events", async () => {
    const ran: string[] = [];
    bench.world.onHook = async ({ name, batch }) => {
      ran.push(`${name} ${batch ?? ""}`.trim());
      return { status: "succeeded", message: "It is done.", output: "said so" };
    };
    const { rolloutId } = await bench.start(bench.fresh, withHooks);
    const engine = await bench.startEngine();
    await engine.run(bench.hasEnded(rolloutId));
    expect(await bench.statusOf(rolloutId)).toBe("succeeded");
    expect(ran).toEqual(["prepare", "afterBatch 1", "afterBatch 2", "finalize"]);
    const events = await readEvents(bench.db, { rolloutId, afterSeq: 0, limit: 500 });
    expect(events.filter(({ type }) => type === "hook.ended")).toMatchObject(Array(4).fill({ status: "succeeded", output: "said so" }));
  });

  test("that fails stops the rollout as the plan says", async () => {
    bench.world.onHook = async ({ name }) => ({
      status: name === "afterBatch" ? "failed" : "succeeded",
      message: "after exited with code 1.",
      output: "",
    });
    const { rolloutId } = await bench.start(bench.fresh, withHooks);
    const engine = await bench.startEngine();
    await engine.run(bench.hasEnded(rolloutId));
    expect(await bench.rollout(rolloutId)).toMatchObject({ status: "rolled-back", rollback: { cause: "hook" } });
  });

  test("whose server is killed are run again under the same key; those that have ended are not", async () => {
    const ran: string[] = [];
    let firstEngine: VirtualEngine | null = null;
    bench.world.onHook = async ({ key, name }) => {
      ran.push(key);
      if (name === "afterBatch" && firstEngine) {
        const dying = firstEngine;
        firstEngine = null;
        dying.kill();
      }
      return { status: "succeeded", message: "It is done.", output: "" };
    };
    const { rolloutId } = await bench.start(bench.fresh, withHooks);
    firstEngine = await bench.startEngine();
    expect(await firstEngine.run(bench.hasEnded(rolloutId))).toBe("stopped");
    await expireLease(bench.db, bench.fleet.fleetId);
    const second = await bench.startEngine();
    await second.run(bench.hasEnded(rolloutId));
    expect(await bench.statusOf(rolloutId)).toBe("succeeded");
    const counts = new Map<string, number>();
    for (const key of ran) counts.set(key, (counts.get(key) ?? 0) + 1);
    expect([...counts.values()]).toEqual([1, 2, 1, 1]);
  });
});
