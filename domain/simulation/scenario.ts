import type { Actor } from "../actor.ts";
import type { Failure } from "../failure.ts";
import { createInstances } from "../fleet.ts";
import type { HookName } from "../hook-names.ts";
import type { ReleaseBehaviour } from "./behaviour.ts";
import { createExampleFleet, createExampleReleases } from "./example-fleet.ts";
import { settle } from "./look.ts";
import { type ControlPlane, createControlPlane, type Watch } from "./plane.ts";
import { createReach, holds, type Reach } from "./reach.ts";
import { isAtRest, nextTime, passTo } from "./run.ts";
import type { Scenario } from "./scenario-file.ts";
import type { TimelineEntry } from "./scenario-timeline.ts";
import { playEntry } from "./timeline.ts";
import { createWorld } from "./world.ts";

/** An entry that was due. */
export interface Played {
  readonly atMs: number;
  readonly entry: TimelineEntry;
  /** Why the command was not obeyed. */
  readonly failure: Failure | null;
}

export interface ScenarioRun {
  readonly plane: ControlPlane;
  readonly played: readonly Played[];
  /** Entries that were never due. */
  readonly left: readonly TimelineEntry[];
  /** Every rollout ended or waits for a person; else `untilMs` cut the run. */
  readonly isAtRest: boolean;
}

const person: Actor = { type: "person", userId: "u1", name: "Ada" };

/** Plays a scenario to its end: the real engine against a simulated fleet. The same scenario gives the same run. */
export function runScenario(scenario: Scenario, watch: Watch | null = null): ScenarioRun {
  const steps = playScenario(scenario, watch);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** The same, one step for each `next`: for a caller that has something else to do between two of them. */
export function* playScenario(scenario: Scenario, watch: Watch | null = null): Generator<ControlPlane, ScenarioRun, void> {
  const plane = createPlane(scenario, watch);
  const played: Played[] = [];
  const left = plan(plane, scenario.timeline);
  const reach = createReach();
  settle(plane);
  for (;;) {
    yield plane;
    const entry = takeNext(plane, left, reach);
    if (entry) {
      const failure = playEntry(plane, scenario, entry, person);
      played.push({ atMs: plane.world.now, entry, failure });
      settle(plane);
      continue;
    }
    const entryAt = left.reduce((first, { atMs }) => Math.min(first, atMs ?? Number.POSITIVE_INFINITY), Number.POSITIVE_INFINITY);
    if (entryAt > scenario.untilMs && isAtRest(plane)) return { plane, played, left, isAtRest: true };
    const next = Math.min(entryAt, nextTime(plane));
    if (next > scenario.untilMs) {
      passTo(plane, scenario.untilMs);
      return { plane, played, left, isAtRest: isAtRest(plane) };
    }
    passTo(plane, next);
  }
}

function createPlane({ seed, fleet, releases, hooks, timeline }: Scenario, watch: Watch | null): ControlPlane {
  const instances = createInstances(fleet.instances, fleet.zones);
  const { updateMs, readyMs } = releases[fleet.release] ?? { updateMs: 1_000, readyMs: 500 };
  const best: ReleaseBehaviour = { updateMs, readyMs };
  const world = createWorld({
    seed,
    startAt: 0,
    instances,
    releaseId: fleet.release,
    unhealthy: fleet.unhealthy,
    drainMs: fleet.drainMs === "hangs" ? Number.POSITIVE_INFINITY : fleet.drainMs,
    canSurge: fleet.surge,
    behaviours: { byRelease: releases, otherwise: best },
    traffic: fleet.traffic ? { requestsPerSecond: fleet.traffic.rps, errorRate: fleet.traffic.errorRate, latencyMs: fleet.traffic.latencyMs } : null,
  });
  for (const [name, result] of Object.entries(hooks)) world.hookResults.set(name as HookName, result);
  const names = new Set([fleet.release, ...Object.keys(releases), ...timeline.flatMap((entry) => (entry.do === "start" ? entry.release : []))]);
  return createControlPlane({ world, fleet: createExampleFleet(instances, fleet.release), releases: createExampleReleases(names), watch });
}

/** Crashes at an effect are the engine's to meet; the rest is played when it is due. */
function plan(plane: ControlPlane, timeline: readonly TimelineEntry[]): TimelineEntry[] {
  return timeline.filter((entry) => {
    if (entry.do !== "engineCrash" || entry.atEffect === undefined) return true;
    plane.crashes.push({ atEffect: entry.atEffect, moment: entry.moment ?? "after-commit", downMs: entry.downMs });
    return false;
  });
}

/** Of the entries that are due, the first of the file; the engine looks between two of them. */
function takeNext(plane: ControlPlane, left: TimelineEntry[], reach: Reach): TimelineEntry | undefined {
  const { now } = plane.world;
  const index = left.findIndex(({ atMs, when }) => (when ? holds(plane, reach, when) : (atMs ?? 0) <= now));
  return index === -1 ? undefined : left.splice(index, 1)[0];
}
