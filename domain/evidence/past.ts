import { instanceOf } from "../metric.ts";
import { type Baseline, baselineOf, warmUpMs } from "./baseline.ts";
import type { FleetPast } from "./history.ts";
import { createRunCounts } from "./run-counts.ts";
import { addAllRuns } from "./runs.ts";

type IsOld = (instanceId: string, releaseId: string) => boolean;

/** All that a rollout is judged against, frozen from what its old release did before it. */
export function baselineBefore({ instances, ticks }: FleetPast, isOld: IsOld, errorsUnit: Baseline["errorsUnit"]): Baseline {
  const hour = instances.filter(({ instanceId, releaseId }) => isOld(instanceId, releaseId));
  const baseline = baselineOf(hour, errorsUnit);
  let runs: NonNullable<Baseline["runs"]> = {};
  for (const [index, tick] of ticks.entries()) {
    const before = ticks[index - 1];
    if (before?.number !== tick.number - 1) continue;
    const counts = createRunCounts(baseline);
    for (const [name, unit] of Object.entries(tick.instances))
      if (isOld(instanceOf(name), unit.releaseId) && unit.readyForMs !== null && unit.readyForMs >= warmUpMs)
        counts.add(before.instances[name], unit);
    runs = addAllRuns(runs, counts.take().runs);
  }
  return Object.keys(runs).length > 0 ? { ...baseline, runs } : baseline;
}
