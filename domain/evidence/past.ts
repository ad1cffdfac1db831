import { instanceOf } from "../metric.ts";
import { type Baseline, baselineOf, warmUpMs } from "./baseline.ts";
import { failures } from "./counts.ts";
import type { FleetPast } from "./history.ts";
import { createRunCounts } from "./run-counts.ts";
import { addLengths, runsAt, type SlotLengths } from "./run-lengths.ts";
import { type AllRuns, addAllRuns } from "./runs.ts";
import { slotLengthsMs } from "./slots.ts";

/** A level is an average and no bet: the spread is what counts. */
const GROWTH_SMALL = 1;

type IsOld = (instanceId: string, releaseId: string) => boolean;

/** All that a rollout is judged against, frozen from what its old release did before it. */
export function baselineBefore({ instances, lengths: lengthsOf, ticks }: FleetPast, isOld: IsOld, errorsUnit: Baseline["errorsUnit"]): Baseline {
  const hour = instances.filter(({ instanceId, releaseId }) => isOld(instanceId, releaseId));
  const lengths = [...new Set(hour.map(({ releaseId }) => releaseId))]
    .map((releaseId) => lengthsOf[releaseId])
    .filter((each) => each !== undefined)
    .reduce<SlotLengths>(addLengths, []);
  const baseline = baselineOf(hour, errorsUnit, runsAt(lengths, slotLengthsMs.length - 1, GROWTH_SMALL));
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
  return {
    ...baseline,
    ...(Object.keys(runs).length > 0 ? { runs } : {}),
    // What is slow is known only now, so of slow answers the last minutes have to tell.
    ...(lengths.length > 0 ? { lengths: { [failures.name]: lengths } } : {}),
  };
}
