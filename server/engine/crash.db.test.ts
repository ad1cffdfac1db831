import { describe, expect, test } from "vitest";
import { CrashBench, type Scene } from "#server/testing/crash-bench.ts";
import { expireLease } from "#server/testing/fixtures.ts";

const bench = CrashBench.open();
const withinMs = 300_000;

/** Ten instances in three batches. */
const scene: Scene = {
  size: 10,
  floor: 5,
  ceiling: 10,
  plan: {
    batches: [1, 4, 5],
    maxUnavailable: 5,
    soak: "0ms",
    watch: "10m",
    minHealthyTime: "50ms",
    healthyDeadline: "10s",
    drainTimeout: "1s",
    retries: 0,
    metrics: false,
  },
};

describe("an engine that is killed", () => {
  test.each(["before", "after"] as const)(
    "%s any effect is succeeded by one that goes on where it was",
    (moment) => bench.killAtEachEffect(scene, moment),
    withinMs,
  );

  test.each([
    ["before", "never-sent"],
    ["after", "never-answered"],
  ] as const)("%s any commit is succeeded by one that goes on where it was", (_, fate) => bench.killAtEachCommit(scene, fate), withinMs);
});

describe("a database", () => {
  test(
    "that carries a commit out and loses the answer is read again: nothing is written or done twice",
    () => bench.spoilEachCommit(scene, "answer-lost"),
    withinMs,
  );

  test(
    "that cuts the connection in the middle of a transaction has taken it back, and it is written again",
    () => bench.spoilEachCommit(scene, "cut"),
    withinMs,
  );
});

test("every effect delivered twice is done once", async () => {
  const run = await bench.begin(scene);
  run.world.faults.duplicate = 1;
  const engine = await run.start();
  expect(await bench.finish(engine, run)).toBe("done");
  await engine.close();
  await bench.expectWell(run);
});

describe("two engines at once", () => {
  test(
    "the frozen one is fenced when it goes on, and its late effect is refused",
    async () => {
      for (const point of [1, 2, 5, 12, 20, 31, 40, 58]) {
        const run = await bench.begin(scene);
        const first = await run.start();
        let deliver = () => {};
        run.world.onEffect = (moment, count) => {
          if (moment !== "before" || count !== point) return;
          first.freeze();
          return new Promise<void>((resolve) => {
            deliver = resolve;
          });
        };
        expect(await bench.finish(first, run)).toBe("stopped");
        await expireLease(bench.db, run.fleet.fleetId);
        const second = await run.start();
        for (let step = 0; step < 3; step += 1) await second.step();
        const before = run.world.calls.length;
        deliver();
        first.thaw();
        for (let step = 0; step < 5; step += 1) await first.step();
        expect(run.world.calls.length).toBe(before);
        expect(await bench.finish(second, run)).toBe("done");
        for (const engine of [first, second]) await engine.close();
        expect(run.world.violations.every((violation) => violation.endsWith("with token 1 after 2"))).toBe(true);
        expect(run.world.violations.length).toBeGreaterThan(0);
        run.world.violations.splice(0);
        await bench.expectWell(run);
      }
    },
    withinMs,
  );
});
