import type { FleetTick, MetricEvidence } from "../metric.ts";
import type { Rollout } from "../rollout.ts";
import { gatherInterval } from "./gather.ts";
import type { EvidenceInterval, RawSample } from "./interval.ts";
import { settingsOf } from "./settings.ts";
import { addInterval, createAccumulator, type Expected, toEvidence } from "./verdict.ts";

/** The seconds just before the start belong to it: whoever looks at once sees a source that works. */
const leadInMs = 2_500;
/** Of another source's counts that wait for the balancer's; of a long silence the newest are enough. */
const rawHeldMax = 60;

/** The evidence on one rollout, folded from its stored intervals; thrown away and folded again after any doubt. */
export interface EvidenceKeeper {
  /** Turns ticks into intervals that were not there yet, and folds them in. They are to be stored with what follows. */
  take(rollout: Rollout, ticks: readonly FleetTick[]): EvidenceInterval[];
  /** What another source counts, oldest first: it goes into the next interval, each stretch of time once. */
  hold(raw: readonly RawSample[]): void;
  current(expected: Expected): Readonly<Record<string, MetricEvidence>>;
}

export function createEvidenceKeeper(rollout: Rollout, stored: readonly EvidenceInterval[]): EvidenceKeeper {
  const settings = settingsOf(rollout);
  if (settings === null) return { take: () => [], hold: () => {}, current: () => ({}) };
  let accumulator = stored.reduce(addInterval, createAccumulator(settings));
  let last: FleetTick | undefined;
  let held: readonly RawSample[] = [];
  let heldUntil = Math.max(Number.NEGATIVE_INFINITY, ...stored.flatMap(({ raw = [] }) => raw.map(({ at }) => at)));
  return {
    take: (state, ticks) => {
      const taken: EvidenceInterval[] = [];
      for (const tick of ticks) {
        const before = last?.number === tick.number - 1 ? last : undefined;
        last = tick;
        if (tick.at < state.startedAt - leadInMs || tick.number <= (accumulator.lastNumber ?? -1)) continue;
        const counted = gatherInterval({ tick, before, rollout: state, warmUpMs: state.limits.warmUpMs });
        if (counted === null) continue;
        const interval = held.length > 0 ? { ...counted, raw: held } : counted;
        held = [];
        accumulator = addInterval(accumulator, interval);
        taken.push(interval);
      }
      return taken;
    },
    hold: (raw) => {
      const fresh = raw.filter(({ at }) => at > heldUntil);
      held = [...held, ...fresh].slice(-rawHeldMax);
      heldUntil = fresh.at(-1)?.at ?? heldUntil;
    },
    current: (expected) => toEvidence(accumulator, expected),
  };
}
