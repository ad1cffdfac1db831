import { expect, test } from "vitest";
import { Failure } from "#domain/failure.ts";
import { Plan } from "#domain/plan.ts";
import { runScenario } from "#domain/simulation/scenario.ts";
import { parseScenario, type Scenario, type ScenarioInput } from "#domain/simulation/scenario-file.ts";
import { playWhatIf, type WhatIf } from "#domain/simulation/what-if.ts";
import { describeEntry } from "./entry-words.ts";
import { toLanes } from "./preview-lanes.ts";
import { formatStopwatch, isTurn, toStory } from "./what-if-story.ts";
import { describeScenarioFleet, whatIfFigures, whatIfNotes } from "./what-if-words.ts";

function scenarioOf(input: ScenarioInput): Scenario {
  const scenario = parseScenario(input);
  if (scenario instanceof Failure) throw scenario;
  return scenario;
}

function play(scenario: Scenario, plan: Plan): WhatIf {
  const steps = playWhatIf(scenario, plan);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

const plan = Plan.parse({ batches: [1, 2], maxUnavailable: 1, soak: "10s", watch: "10s", minHealthyTime: "1s", metrics: false });
const scenario = scenarioOf({
  fleet: { instances: 3, zones: ["a", "b", "c"], traffic: { rps: 1_200 } },
  timeline: [
    { when: { batch: 1, is: "soaking" }, do: "hostLost", zone: "c" },
    { atMs: 0, do: "start", release: "v2" },
    { atMs: 1_000, do: "approve" },
    { when: { waiting: "approval" }, do: "resume" },
  ],
});

test("the story tells a cause before what follows from it, numbered as in the file, and says what was refused", () => {
  const turns = toStory(runScenario({ ...scenario, plan }), scenario.timeline).filter(isTurn);
  const told = turns.map(({ entry, text }) => `${entry ?? "-"} ${text}`);
  expect(told.slice(0, 3)).toEqual(["2 Start v2", "- Ada started rolling web-production to v2 with plan scenario", "- Batch 1 opened: i0"]);
  expect(told).toContain("3 Approve. Refused: Batch 1 needs no approval.");
  expect(turns.find(({ entry }) => entry === 3)?.tone).toBe("bad");
  const lost = told.indexOf("1 Zone c is lost");
  expect(told[lost + 1]).toMatch(/^- .*(Batch 1 settled|i2)/);
  expect(turns.map(({ atMs }) => atMs)).toEqual(turns.map(({ atMs }) => atMs).toSorted((a, b) => a - b));
});

test("the words beside it: the fleet, what was never due, the figures", () => {
  const whatIf = play(scenario, plan);
  expect(describeScenarioFleet(scenario)).toBe("3 instances in 3 zones on v1, 1,200 requests/s");
  expect(whatIfNotes(scenario, plan, whatIf)).toEqual(["Never due: 4 (Resume)."]);
  expect(whatIfFigures(whatIf).map(({ label, value }) => `${label}: ${value}`)).toContain("Lowest capacity: 2 of 3");
});

test("it is said where a plan of the scenario's own is kept, and when windows are asked for a time that is not now", () => {
  const own = { atMs: 0, do: "start" as const, release: "v2", plan: { batches: [1] } };
  const both = scenarioOf({ fleet: { instances: 3 }, timeline: [own, { atMs: 9, do: "start", release: "v3" }] });
  const windowed = Plan.parse({ windows: [{ days: ["mon"], from: "09:00", to: "17:00", zone: "UTC" }] });
  expect(whatIfNotes(scenarioOf({ fleet: { instances: 3 }, timeline: [own] }), plan, null)).toEqual([
    "Every start of this scenario brings a plan of its own: what you edit changes nothing here.",
  ]);
  expect(whatIfNotes(both, windowed, null)).toEqual([
    "1 start of 2 brings a plan of its own and keeps it.",
    "It begins on Thursday, 1 January 1970, at 00:00 UTC: the plan's windows are asked for that time.",
  ]);
});

test("lanes of several rollouts are named apart, and each draws what its own rollout did", () => {
  const replaced = scenarioOf({
    fleet: { instances: 3 },
    timeline: [
      { atMs: 0, do: "start", release: "v2" },
      { when: { batch: 1, is: "done" }, do: "start", release: "v3", supersede: "replace" },
    ],
  });
  const lanes = toLanes(play(replaced, plan).course);
  expect(lanes.map(({ name }) => name)).toEqual(["r1·1", "r1·2", "r2·1", "r2·2"]);
  const canary = lanes[0]?.tracks.flatMap(({ segments }) => segments) ?? [];
  expect(canary.at(-1)?.toMs).toBeLessThanOrEqual(lanes[2]?.batch.startedAtMs ?? 0);
});

test.each([
  [{ do: "start", release: "v3", supersede: "replace", reason: "the hotfix" }, "Start v3 in place of what is active: the hotfix"],
  [{ do: "freeze", forMs: 600_000, reason: "the fair" }, "Freeze the fleet for 10 min: the fair"],
  [{ do: "freeze" }, "Freeze the fleet until it is lifted"],
  [{ do: "metricsDown", forMs: 300_000 }, "The metrics source is away for 5 min"],
  [{ do: "balancerFails" }, "The balancer is away for good"],
  [{ do: "hook", hook: "afterBatch", ends: "never", afterMs: 0 }, "The hook afterBatch never ends from now on"],
  [{ do: "engineCrash", downMs: 4_000, atEffect: 5 }, "The engine crashes at side effect 5 and is back after 4 s"],
] as const)("the entry %j in words", (entry, words) => {
  expect(describeEntry({ acknowledged: true, ...entry } as Parameters<typeof describeEntry>[0])).toBe(words);
});

test.each([
  [0, "0:00"],
  [8_400, "0:08"],
  [750_000, "12:30"],
  [3_725_000, "1:02:05"],
])("%d ms on the stopwatch", (ms, words) => {
  expect(formatStopwatch(ms)).toBe(words);
});
