import { expect, test } from "vitest";
import { Failure } from "../failure.ts";
import { Plan, type PlanInput } from "../plan.ts";
import { reportOf } from "./report.ts";
import { runScenario } from "./scenario.ts";
import { parseScenario, type Scenario, type ScenarioInput } from "./scenario-file.ts";
import { playWhatIf, type WhatIf } from "./what-if.ts";

const quick: PlanInput = { batches: [1, 2], maxUnavailable: 1, soak: "10s", watch: "10s", minHealthyTime: "1s", metrics: false };

function scenarioOf(input: ScenarioInput): Scenario {
  const scenario = parseScenario(input);
  if (scenario instanceof Failure) throw scenario;
  return scenario;
}

function play(scenario: Scenario, plan: PlanInput): WhatIf {
  const steps = playWhatIf(scenario, Plan.parse(plan));
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

function phasesOf({ course }: WhatIf, instanceId: string): string[] {
  return (course.steps[instanceId] ?? []).map(({ phase }) => phase);
}

const neverReady = scenarioOf({
  fleet: { instances: 4 },
  releases: { v2: { neverReady: "all" } },
  plan: { batches: [1], onFailure: "rollback" },
  timeline: [{ atMs: 0, do: "start", release: "v2" }],
});

test("the plan stands in place of the scenario's, and nothing else changes", () => {
  const plan = Plan.parse({ ...quick, onFailure: "pause", retries: 0 });
  const { report } = play(neverReady, plan);
  expect(report.rollouts.map(({ status }) => status)).toEqual(["paused"]);
  expect(report).toEqual(reportOf(neverReady, runScenario({ ...neverReady, plan })));
});

test("a start that brings a plan keeps it", () => {
  const own = scenarioOf({
    fleet: { instances: 4 },
    timeline: [{ atMs: 0, do: "start", release: "v2", plan: { ...quick, batches: ["100%"], maxUnavailable: 4 } }],
  });
  expect(play(own, quick).course.batches.map(({ instanceIds }) => instanceIds.length)).toEqual([4]);
});

test("a failed attempt and the way back are steps of their instance, and its gate never opened", () => {
  const whatIf = play(neverReady, { ...quick, healthyDeadline: "20s", retries: 0 });
  expect(phasesOf(whatIf, "i0")).toEqual(["draining", "replacing", "checking", "failed", "draining", "replacing", "checking", "old"]);
  const [batch] = whatIf.course.batches;
  expect(batch).toMatchObject({ rolloutId: "r1", openedAtMs: null });
  expect(batch?.endsAtMs).toBeLessThan(whatIf.course.durationMs);
  expect(whatIf.course.capacity.at(-1)).toEqual([whatIf.course.durationMs, 4]);
});

test("a lost instance is brought up again on what it ran, below the floor for a while", () => {
  const lost = scenarioOf({
    fleet: { instances: 4, zones: ["a", "b"] },
    timeline: [
      { atMs: 0, do: "start", release: "v2" },
      { when: { batch: 1, is: "soaking" }, do: "instanceDies", instance: "i3" },
    ],
  });
  const { course, report, run } = play(lost, quick);
  expect(course.steps.i3?.slice(0, 2).map(({ phase }) => phase)).toEqual(["replacing", "old"]);
  expect(report.rollouts[0]?.status).toBe("succeeded");
  expect(run.played.map(({ entry }) => entry.do)).toEqual(["start", "instanceDies"]);
  expect(run.left).toEqual([]);
});

test("an instance that comes later is absent before", () => {
  const scaled = scenarioOf({
    fleet: { instances: 2 },
    timeline: [
      { atMs: 0, do: "start", release: "v2" },
      { atMs: 5_000, do: "scale", desired: 3 },
    ],
  });
  const whatIf = play(scaled, quick);
  expect(whatIf.instances.map(({ id }) => id)).toEqual(["i0", "i1", "i2"]);
  expect(whatIf.course.steps.i2?.[0]).toEqual({ rolloutId: null, phase: "absent", atMs: 0 });
  expect(phasesOf(whatIf, "i2").at(-1)).toBe("updated");
});

test("two rollouts keep their batches apart, and what the second leaves is old again", () => {
  const replaced = scenarioOf({
    fleet: { instances: 4 },
    timeline: [
      { atMs: 0, do: "start", release: "v2" },
      { when: { batch: 2, is: "started" }, do: "start", release: "v3", supersede: "replace", reason: "the hotfix" },
    ],
  });
  const { course } = play(replaced, quick);
  expect(new Set(course.batches.map(({ rolloutId }) => rolloutId))).toEqual(new Set(["r1", "r2"]));
  const ofCanary = course.steps.i0 ?? [];
  const second = ofCanary.findIndex(({ rolloutId }) => rolloutId === "r2");
  expect(ofCanary[second - 1]?.phase).toBe("updated");
  expect(ofCanary[second]?.phase).toBe("old");
});

test("a start that is refused starts nothing, and says why", () => {
  const { course, report } = play(neverReady, { ...quick, maxUnavailable: 0 });
  expect(report.rollouts).toEqual([]);
  expect(report.refused.map(({ code }) => code)).toEqual(["invalid"]);
  expect(course.batches).toEqual([]);
});
