import { describe, expect, test } from "vitest";
import { explore } from "./explore.ts";
import { parseRandomScenario } from "./random-scenario.ts";
import regressions from "./regressions.json" with { type: "json" };
import { runScenario } from "./scenario.ts";
import type { TimelineEntry } from "./scenario-timeline.ts";

/** `SEED=1000 RUNS=20000 npx vitest run domain/simulation/properties` looks elsewhere and longer; `npm run simulate -- --runs` uses all cores. */
const first = Number(process.env["SEED"] ?? 1);
const runs = Number(process.env["RUNS"] ?? 400);

function brokenBy(seeds: Iterable<number>): string[] {
  const broken: string[] = [];
  for (const seed of seeds) {
    const found = explore(parseRandomScenario(seed)).broken;
    if (found) broken.push(`seed ${seed} breaks "${found.invariant}": ${found.message}`);
  }
  return broken;
}

function* seeds(): Generator<number> {
  for (let seed = first; seed < first + runs; seed += 1) yield seed;
}

describe("whatever goes wrong", () => {
  test("every invariant holds after every step, and every rollout ends", () => expect(brokenBy(seeds())).toEqual([]), 300_000);
  test("what was found once stays mended", () => expect(brokenBy(regressions)).toEqual([]), 60_000);
});

describe("a run", () => {
  test("is the same again, byte for byte", () => {
    for (const seed of [3, 14, 130, 298]) {
      const tell = () => JSON.stringify(runScenario(parseRandomScenario(seed)).plane.book);
      expect(tell()).toBe(tell());
    }
  });

  test("does the same when every side effect is delivered twice", () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const scenario = parseRandomScenario(seed);
      const once: TimelineEntry[] = scenario.timeline.filter((entry) => entry.do !== "duplicateEffects");
      const play = (timeline: TimelineEntry[]) => {
        const { plane } = runScenario({ ...scenario, timeline });
        return [plane.book.rollouts.map(({ events }) => events), [...plane.world.tally.effects]];
      };
      expect(play([{ do: "duplicateEffects", atMs: 0 }, ...once]), `seed ${seed}`).toEqual(play(once));
    }
  });
});
