import { gatherInterval } from "#domain/evidence/gather.ts";
import { detectionOf } from "#domain/evidence/power.ts";
import { lnEOf, lnSplit, newMixture, regressionGrid, stepMixture } from "#domain/evidence/sequential.ts";
import { addInterval, createAccumulator } from "#domain/evidence/verdict.ts";
import type { FleetTick } from "#domain/metric.ts";
import { createRandom, type Random } from "#domain/simulation/random.ts";
import { settingsOf } from "./ours.ts";
import { createStream, newRelease, oldRelease, toTick } from "./traffic.ts";
import { rolloutOf } from "./trial.ts";

/** A steady tenth of the traffic on a release that is so many times as bad, until it is found. */
export interface DelayCase {
  readonly rate: number;
  readonly ratio: number;
}

export const delayCases: readonly DelayCase[] = [
  { rate: 0.001, ratio: 3 },
  { rate: 0.001, ratio: 5 },
  { rate: 0.001, ratio: 10 },
  { rate: 0.01, ratio: 2 },
  { rate: 0.01, ratio: 5 },
  { rate: 0.01, ratio: 10 },
];

export interface Delay {
  /** Mean requests of the new release until it is found: by the formula of domain/evidence/power.ts, */
  readonly formula: number;
  /** by the test on plain requests, which the formula is of, */
  readonly plain: number;
  /** and by the verdict, which counts slots. */
  readonly slots: number;
}

const instances = 10;
const requestsPerSecond = 20;
const secondsMax = 20_000;
/** The formula knows no seconds: looked at once a second, a delay of four would be half a second longer by rounding alone. */
const looksPerSecond = 10;
const settings = settingsOf({}, null);
const weight = settings.weights.errors ?? 0;

/** Means over so many runs. */
export function measureDelay(given: DelayCase, { runs, seed }: { readonly runs: number; readonly seed: number }): Delay {
  const { rate, ratio } = given;
  const margin = { ratio: settings.omega0 - 1, absolute: settings.eps };
  const found = detectionOf({ share: 1 / instances, baseRate: rate, smallestEffect: ratio, alpha: settings.alpha, weight, margin });
  let [plain, slots] = [0, 0];
  for (let run = 0; run < runs; run += 1) {
    plain += playPlain(given, createRandom(seed + 2 * run));
    slots += playSlots(given, createRandom(seed + 2 * run + 1));
  }
  return { formula: found?.newRequests ?? Number.NaN, plain: plain / runs, slots: slots / runs };
}

function playPlain({ rate, ratio }: DelayCase, random: Random): number {
  const perLook = requestsPerSecond / looksPerSecond;
  const old = createStream({ requestsPerSecond: perLook * (instances - 1), clump: 1, random });
  const fresh = createStream({ requestsPerSecond: perLook, clump: 1, random });
  const planned = settings.planned * looksPerSecond;
  const lnNeeded = Math.log(1 / (settings.alpha * weight));
  let mixture = newMixture;
  let requests = 0;
  for (let look = 0; look < secondsMax * looksPerSecond && lnEOf(mixture, planned) < lnNeeded; look += 1) {
    const [a, b] = [old.draw(rate), fresh.draw(rate * ratio)];
    requests += b.requests;
    const counts = { ka: a.failed, na: a.requests, kb: b.failed, nb: b.requests };
    const lnS = regressionGrid.map((omega) => lnSplit(counts, settings, omega * settings.omega0));
    mixture = stepMixture(mixture, lnS, planned);
  }
  return requests;
}

function playSlots({ rate, ratio }: DelayCase, random: Random): number {
  const streams = Array.from({ length: instances }, () => createStream({ requestsPerSecond, clump: 1, random }));
  const rollout = rolloutOf(null);
  let accumulator = createAccumulator(settings);
  let requests = 0;
  let before: FleetTick | undefined;
  for (let second = 0; second < secondsMax && Object.keys(accumulator.decisions).length === 0; second += 1) {
    const units = streams.map((stream, index) => {
      const drawn = stream.draw(index === 0 ? rate * ratio : rate);
      if (index === 0) requests += drawn.requests;
      return { slots: drawn.slots, releaseId: index === 0 ? newRelease : oldRelease, readyForMs: 0 };
    });
    const tick = toTick(second, units);
    const interval = gatherInterval({ tick, before, rollout, warmUpMs: 0 });
    before = tick;
    if (interval) accumulator = addInterval(accumulator, interval);
  }
  return requests;
}
