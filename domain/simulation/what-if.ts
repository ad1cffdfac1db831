import { createInstances, type Instance } from "../fleet.ts";
import type { Plan } from "../plan.ts";
import { type Course, courseOf, noteCapacity } from "./course.ts";
import { type Report, reportOf } from "./report.ts";
import { playScenario, type ScenarioRun } from "./scenario.ts";
import type { Scenario } from "./scenario-file.ts";

/** What a plan came to in a scenario. */
export interface WhatIf {
  readonly course: Course;
  readonly report: Report;
  readonly run: ScenarioRun;
  /** Every instance that the fleet ever had, in their order. */
  readonly instances: readonly Instance[];
}

/**
 * Plays a scenario with this plan in place of its own; a start that brings a plan keeps it. Yields the virtual time in
 * milliseconds after every step, so that a page may answer its reader in between.
 */
export function* playWhatIf(asWritten: Scenario, plan: Plan): Generator<number, WhatIf, void> {
  const scenario = { ...asWritten, plan };
  const capacity: [number, number][] = [];
  const steps = playScenario(scenario);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return summarize(scenario, value, capacity);
    noteCapacity(capacity, value);
    yield value.world.now;
  }
}

function summarize(scenario: Scenario, run: ScenarioRun, capacity: [number, number][]): WhatIf {
  noteCapacity(capacity, run.plane);
  const report = reportOf(scenario, run);
  return { course: courseOf(run.plane, capacity, report.never.floor), report, run, instances: instancesOf(scenario, run) };
}

function instancesOf({ fleet }: Scenario, { plane }: ScenarioRun): readonly Instance[] {
  const came = plane.book.fleetEvents.flatMap((event) => (event.type === "fleet.scaled" ? event.added : []));
  const all = [...createInstances(fleet.instances, fleet.zones), ...came];
  return [...new Map(all.map((instance) => [instance.id, instance])).values()];
}
