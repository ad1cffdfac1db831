import type { InstanceTick } from "../metric.ts";
import type { Baseline } from "./baseline.ts";
import { failures, slowAnswers } from "./counts.ts";
import { addSecond, createRunCount, failureBits, type RunCount, type SlotRuns, slowBits, toRuns } from "./runs.ts";

/** What of the old release's traffic in one second goes on from slot to slot, for every test that counts slots. */
export interface RunCounts {
  /** One instance's second, and the one before it. */
  add(before: InstanceTick | undefined, now: InstanceTick): void;
  /** By test. Nothing where no slot had an event. */
  take(): { readonly runs?: Readonly<Record<string, SlotRuns>> };
}

export function createRunCounts(baseline: Pick<Baseline, "bins"> | null): RunCounts {
  const counts = new Map<string, RunCount>();

  function countOf(name: string): RunCount {
    const known = counts.get(name) ?? createRunCount();
    counts.set(name, known);
    return known;
  }

  return {
    add: (before, now) => {
      if (before?.unitKey !== now.unitKey) return;
      addSecond(countOf(failures.name), failureBits(before.slots), failureBits(now.slots));
      if (!before.latency || !now.latency) return;
      for (const name of ["p99", "p99.9"] as const) {
        const bin = baseline?.bins[name];
        if (bin !== undefined) addSecond(countOf(slowAnswers[name].name), slowBits(before.latency, bin), slowBits(now.latency, bin));
      }
    },
    take: () => {
      const told = [...counts].flatMap(([name, count]) => {
        const runs = toRuns(count);
        return runs === null ? [] : [[name, runs] as const];
      });
      return told.length === 0 ? {} : { runs: Object.fromEntries(told) };
    },
  };
}
