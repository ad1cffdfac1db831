import type { ArmInterval, EvidenceInterval } from "#domain/evidence/interval.ts";
import { slotLengthsMs } from "#domain/evidence/slots.ts";
import { addInterval, createAccumulator, testsOf } from "#domain/evidence/verdict.ts";
import { createRandom, type Random } from "#domain/simulation/random.ts";
import { settingsOf } from "./ours.ts";
import { zOf } from "./peers.ts";
import { add, nothing } from "./rule.ts";

export interface Cost {
  readonly tests: number;
  /** Nanoseconds of one interval for one test of the standard plan, the verdict included. */
  readonly nsPerTest: number;
  /** The least that any comparison of two arms has to do: add four counts, and one z. */
  readonly nsOfZ: number;
}

/** Short enough that some rounds have a core for themselves. */
const intervalsPerRound = 300;
const rounds = 400;
const baseline = { errorsUnit: "slots", requests: 1_000_000, bins: { p50: 300, p90: 350, p99: 400, "p99.9": 450 }, hosts: {} } as const;

/** The quickest of some rounds: whatever else the machine does only adds to a round. */
export function measureCost(seed: number): Cost {
  const settings = settingsOf({}, baseline);
  const random = createRandom(seed);
  const intervals = Array.from({ length: intervalsPerRound }, (_, number) => drawInterval(number, random));
  const tests = testsOf(settings).length;
  const ours = quickest(() => intervals.reduce(addInterval, createAccumulator(settings)).lastNumber ?? 0);
  const z = quickest(() => {
    let [old, fresh] = [nothing, nothing];
    let highest = 0;
    for (const interval of intervals) {
      old = add(old, interval.old);
      fresh = add(fresh, interval.new);
      highest = Math.max(highest, zOf(old, fresh));
    }
    return highest;
  });
  return { tests, nsPerTest: ours / tests, nsOfZ: z };
}

/** Nanoseconds for each interval. The result is looked at, so that nothing is left out as unused. */
function quickest(round: () => number): number {
  let ns = Number.POSITIVE_INFINITY;
  for (let count = 0; count < rounds; count += 1) {
    const startedAt = performance.now();
    const result = round();
    const elapsed = performance.now() - startedAt;
    if (!Number.isFinite(result)) throw new Error("A round came to no number.");
    ns = Math.min(ns, (elapsed * 1e6) / intervalsPerRound);
  }
  return ns;
}

function drawInterval(number: number, random: Random): EvidenceInterval {
  return { number, at: number * 1_000, oldServes: true, old: drawArm(9, random), new: drawArm(1, random) };
}

/** A second of so many instances, with an event here and there. */
function drawArm(instances: number, random: Random): ArmInterval {
  const used = slotLengthsMs.map((lengthMs) => (instances * 1_000) / lengthMs);
  const rare = () => (random.isLucky(0.02 * instances) ? 1 : 0);
  const slotsOf = (events: number) => used.map((slots) => [events, slots] as const);
  const first = () => [[random.integer(instances + 1), instances]] as const;
  const failed = rare();
  const [slow, slowest] = [rare(), rare()];
  return {
    requests: instances * 20,
    failed,
    errors: slotsOf(failed),
    used,
    latency: {
      p50: { slow: 10 * instances, slots: first() },
      p90: { slow: 2 * instances, slots: first() },
      p99: { slow, slots: slotsOf(slow) },
      "p99.9": { slow: slowest, slots: slotsOf(slowest) },
    },
    silent: [0, instances],
  };
}
