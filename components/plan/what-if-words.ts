import { formatDuration } from "#domain/duration.ts";
import type { Plan } from "#domain/plan.ts";
import type { Scenario } from "#domain/simulation/scenario-file.ts";
import type { WhatIf } from "#domain/simulation/what-if.ts";
import type { FigureText } from "./course-view.tsx";
import { describeEntry } from "./entry-words.ts";
import { formatCount, formatNames } from "./plan-sentence.ts";

/** On what the scenario is played: its own fleet, never a real one. "6 instances in 3 zones on v1, 200 requests/s". */
export function describeScenarioFleet({ fleet }: Scenario): string {
  const zones = fleet.zones.length > 1 ? ` in ${formatCount(fleet.zones.length, "zone")}` : "";
  const traffic = fleet.traffic ? `, ${fleet.traffic.rps.toLocaleString("en-US")} requests/s` : ", no traffic";
  return `${formatCount(fleet.instances, "instance")}${zones} on ${fleet.release}${traffic}`;
}

/** What a reader would not expect of this scenario with this plan, a sentence each. */
export function whatIfNotes({ timeline, untilMs }: Scenario, plan: Plan, whatIf: WhatIf | null): string[] {
  const starts = timeline.filter((entry) => entry.do === "start");
  const own = starts.filter(({ plan: brought }) => brought !== undefined).length;
  const notes: string[] = [];
  if (own === starts.length) notes.push("Every start of this scenario brings a plan of its own: what you edit changes nothing here.");
  else if (own > 0) notes.push(`${formatCount(own, "start")} of ${starts.length} brings a plan of its own and keeps it.`);
  if (plan.windows.length > 0) notes.push("It begins on Thursday, 1 January 1970, at 00:00 UTC: the plan's windows are asked for that time.");
  const left = whatIf?.run.left ?? [];
  if (left.length > 0) notes.push(`Never due: ${left.map((entry) => `${timeline.indexOf(entry) + 1} (${describeEntry(entry)})`).join(", ")}.`);
  if (whatIf && !whatIf.run.isAtRest) notes.push(`Cut after ${formatDuration(untilMs)} by untilMs: not every rollout had come to rest.`);
  return notes;
}

export function whatIfFigures({ report, course, instances }: WhatIf): FigureText[] {
  const { never, requests, fleet } = report;
  const releases = Object.entries(fleet.releases).map(([release, count]) => `${count} on ${release}`);
  return [
    { label: "Lowest capacity", value: `${never.minInRotation} of ${instances.length}`, detail: `floor ${course.floor}` },
    { label: "Failed requests", value: requests.failed.toLocaleString("en-US"), detail: describeShare(requests) },
    { label: "After", value: formatDuration(course.durationMs), detail: `${formatNames(releases)}; ${fleet.inRotation} serving` },
  ];
}

function describeShare({ failed, total }: WhatIf["report"]["requests"]): string {
  if (total === 0) return "the scenario has no traffic";
  return `${((100 * failed) / total).toFixed(failed === 0 ? 0 : 2)} % of ${total.toLocaleString("en-US")}`;
}
