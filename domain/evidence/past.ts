import { instanceOf } from "../metric.ts";
import { type Baseline, baselineOf, warmUpMs } from "./baseline.ts";
import { failures } from "./counts.ts";
import type { FleetPast } from "./history.ts";
import { createRunCounts } from "./run-counts.ts";
import { type AllRuns, addAllRuns, runLengthOf } from "./runs.ts";

/** A level is an average and no bet: its spread is what counts. */
const GROWTH_SMALL = 1;

type IsOld = (instanceId: string, releaseId: string) => boolean;

/** All that a rollout is judged against, frozen from what its old release did before it. */
export function baselineBefore({ instances, runs: runsOf, ticks }: FleetPast, isOld: IsOld, errorsUnit: Baseline["errorsUnit"]): Baseline {
  const hour = instances.filter(({ instanceId, releaseId }) => isOld(instanceId, releaseId));
  const hourly = [...new Set(hour.map(({ releaseId }) => releaseId))].map((releaseId) => runsOf[releaseId]).reduce<AllRuns>(addAllRuns, {});
  const baseline = baselineOf(hour, errorsUnit, runLengthOf(hourly[failures.name]?.at(-1), GROWTH_SMALL));
  // What is slow is known only now, so of slow answers the last minutes have to tell.
  let runs: AllRuns = {};
  for (const [index, tick] of ticks.entries()) {
    const before = ticks[index - 1];
    if (before?.number !== tick.number - 1) continue;
    const counts = createRunCounts(baseline);
    for (const [name, unit] of Object.entries(tick.instances))
      if (isOld(instanceOf(name), unit.releaseId) && unit.readyForMs !== null && unit.readyForMs >= warmUpMs)
        counts.add(before.instances[name], unit);
    runs = addAllRuns(runs, counts.take().runs);
  }
  const known = { ...runs, ...hourly };
  return Object.keys(known).length > 0 ? { ...baseline, runs: known } : baseline;
}
