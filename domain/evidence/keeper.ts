import type { FleetTick, MetricEvidence } from "../metric.ts";
import type { Rollout } from "../rollout.ts";
import { gatherInterval } from "./gather.ts";
import type { EvidenceInterval } from "./interval.ts";
import { settingsOf } from "./settings.ts";
import { addInterval, createAccumulator, toEvidence } from "./verdict.ts";

/** The seconds just before the start belong to it: whoever looks at once sees a source that works. */
const leadInMs = 2_500;

/** The evidence on one rollout, folded from its stored intervals; thrown away and folded again after any doubt. */
export interface EvidenceKeeper {
  /** Turns ticks into intervals that were not there yet, and folds them in. They are to be stored with what follows. */
  take(rollout: Rollout, ticks: readonly FleetTick[]): EvidenceInterval[];
  current(now: number, expectedNumber: number | null): Readonly<Record<string, MetricEvidence>>;
}

export function createEvidenceKeeper(rollout: Rollout, stored: readonly EvidenceInterval[]): EvidenceKeeper {
  const settings = settingsOf(rollout);
  if (settings === null) return { take: () => [], current: () => ({}) };
  let accumulator = stored.reduce(addInterval, createAccumulator(settings));
  return {
    take: (state, ticks) => {
      const taken: EvidenceInterval[] = [];
      for (const tick of ticks) {
        if (tick.at < state.startedAt - leadInMs || tick.number <= (accumulator.lastNumber ?? -1)) continue;
        const interval = gatherInterval({ tick, rollout: state, warmUpMs: state.limits.warmUpMs });
        if (interval === null) continue;
        accumulator = addInterval(accumulator, interval);
        taken.push(interval);
      }
      return taken;
    },
    current: (now, expectedNumber) => toEvidence(accumulator, { at: now, lastIntervalExpected: expectedNumber }),
  };
}
