import { gatherInterval } from "#domain/evidence/gather.ts";
import { passiveFailures } from "#domain/evidence/passive.ts";
import { addInterval, createAccumulator } from "#domain/evidence/verdict.ts";
import type { FleetTick } from "#domain/metric.ts";
import { createRandom } from "#domain/simulation/random.ts";
import { settingsOf } from "./ours.ts";
import { createStream, newRelease, oldRelease, toTick } from "./traffic.ts";
import { rolloutOf } from "./trial.ts";

export interface TotalFailureCase {
  /** Failures per request of the old release. */
  readonly rate: number;
  readonly runs: number;
  readonly seed: number;
}

export interface TotalFailure {
  /** Seconds of traffic until the evidence alone decides, in the middle and in the worst run. */
  readonly evidenceSeconds: number;
  readonly evidenceSecondsMax: number;
  /** The same of the passive check. */
  readonly passiveSecondsMax: number;
}

const instances = 12;
const requestsPerSecond = 20;
const secondsMax = 120;
/** All tests of the standard plan share alpha, as they do where an hour of latency is known. */
const baseline = { errorsUnit: "slots", requests: 1_000_000, bins: { p50: 300, p90: 350, p99: 400, "p99.9": 450 }, hosts: {} } as const;
const settings = settingsOf({}, baseline);

/** Every answer of one instance of twelve fails; the others serve the old release as ever. */
export function measureTotalFailure({ rate, runs, seed }: TotalFailureCase): TotalFailure {
  const played = Array.from({ length: runs }, (_, run) => play(rate, seed + run));
  const evidence = played.map((each) => each.evidence).sort((a, b) => a - b);
  return {
    evidenceSeconds: evidence[Math.floor(runs / 2)] ?? Number.NaN,
    evidenceSecondsMax: evidence.at(-1) ?? Number.NaN,
    passiveSecondsMax: Math.max(...played.map((each) => each.passive)),
  };
}

function play(rate: number, seed: number): { readonly evidence: number; readonly passive: number } {
  const random = createRandom(seed);
  const streams = Array.from({ length: instances }, () => createStream({ requestsPerSecond, clump: 1, random }));
  const rollout = rolloutOf(baseline, instances);
  const ticks: FleetTick[] = [];
  let accumulator = createAccumulator(settings);
  let passive = Number.POSITIVE_INFINITY;
  for (let second = 1; second <= secondsMax; second += 1) {
    const units = streams.map((stream, index) => ({
      slots: stream.draw(index === 0 ? 1 : rate).slots,
      releaseId: index === 0 ? newRelease : oldRelease,
      readyForMs: 0,
    }));
    const tick = toTick(second, units);
    ticks.push(tick);
    if (passiveFailures(ticks, rollout).size > 0) passive = Math.min(passive, second);
    const interval = gatherInterval({ tick, before: ticks.at(-2), rollout, warmUpMs: 0 });
    if (interval) accumulator = addInterval(accumulator, interval);
    if (Object.keys(accumulator.decisions).length > 0) return { evidence: second, passive };
  }
  return { evidence: Number.POSITIVE_INFINITY, passive };
}
