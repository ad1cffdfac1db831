import { expect, test } from "vitest";
import { Failure } from "../failure.ts";
import { runScenario } from "../simulation/scenario.ts";
import { parseScenario } from "../simulation/scenario-file.ts";

test("what is waited for is written when it changes, not at every look of a long outage", () => {
  const scenario = parseScenario({
    fleet: { instances: 4 },
    plan: { batches: [1], maxUnavailable: 1, soak: "60s", minHealthyTime: "1s", metrics: false },
    timeline: [
      { atMs: 0, do: "start", release: "v2" },
      { atMs: 30_000, do: "balancerFails", forMs: 1_800_000 },
    ],
  });
  if (scenario instanceof Failure) throw scenario;
  const { plane, isAtRest } = runScenario(scenario);
  expect(isAtRest).toBe(true);
  const changes = plane.book.rollouts.flatMap(({ events }) => events.filter(({ type }) => type === "waiting.changed").map(({ at }) => at));
  expect(changes.filter((at) => at > 30_000 && at < 900_000)).toEqual([]);
});
