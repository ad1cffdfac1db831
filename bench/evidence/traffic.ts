import type { Baseline } from "#domain/evidence/baseline.ts";
import { addToHistory, createHistory, instanceHistories, releaseLengths } from "#domain/evidence/history.ts";
import { baselineBefore } from "#domain/evidence/past.ts";
import type { FleetTick, InstanceTick } from "#domain/metric.ts";
import type { Random } from "#domain/simulation/random.ts";

/** Requests of one instance in one second, drawn slot by slot. */
export interface Drawn {
  readonly slots: readonly (readonly [requests: number, failed: number])[];
  readonly requests: number;
  readonly failed: number;
}

/** One instance's requests: they come as a Poisson process, and fail alone or in clumps. */
export interface Stream {
  draw(rate: number): Drawn;
}

const slotsPerSecond = 10;
const historySeconds = 3_600;
/** As many as the engine keeps. */
const ticksKept = 120;

export interface StreamSettings {
  readonly requestsPerSecond: number;
  /** Mean number of failures in a row. */
  readonly clump: number;
  /** Whether a clump may go on in the next second; else it is cut there. */
  readonly runsOn?: boolean;
  readonly random: Random;
}

export function createStream({ requestsPerSecond, clump, runsOn = false, random }: StreamSettings): Stream {
  const arrivals = poissonSteps(requestsPerSecond / slotsPerSecond);
  const length = runsOn ? clump : meanWithin(clump, requestsPerSecond);
  /** Whether the next request belongs to the clump that the last one was part of. */
  let goesOn = false;
  return {
    draw: (rate) => {
      // Runs of failures have a geometric length, and begin so often that `rate` of all requests fail.
      const begins = rate / (rate + length * (1 - rate));
      goesOn &&= runsOn;
      // Requests before the next failure.
      let sound = goesOn ? 0 : drawGap(begins, random);
      let all = 0;
      let allFailed = 0;
      const slots: (readonly [number, number])[] = [];
      for (let slot = 0; slot < slotsPerSecond; slot += 1) {
        const requests = drawSteps(arrivals, random.next());
        let failed = 0;
        let left = requests;
        while (left > sound) {
          left -= sound + 1;
          failed += 1;
          goesOn = clump > 1 && random.next() >= 1 / clump;
          sound = goesOn ? 0 : drawGap(begins, random);
        }
        sound -= left;
        slots.push([requests, failed]);
        all += requests;
        allFailed += failed;
      }
      return { slots, requests: all, failed: allFailed };
    },
  };
}

/** The mean length of clumps that begin anywhere in a second of so many requests and are cut at its end. */
function meanWithin(clump: number, requests: number): number {
  let sum = 0;
  for (let left = 1; left <= requests; left += 1) sum += clump * (1 - (1 - 1 / clump) ** left);
  return sum / requests;
}

/** How many requests in a row do not begin a clump. */
function drawGap(begins: number, random: Random): number {
  return begins > 0 ? Math.floor(Math.log(1 - random.next()) / Math.log1p(-begins)) : Number.POSITIVE_INFINITY;
}

/** The distribution function of a Poisson number, as far as a draw can reach. */
function poissonSteps(mean: number): readonly number[] {
  const steps: number[] = [];
  let term = Math.exp(-mean);
  for (let sum = term; steps.length <= mean || term > 1e-18; sum += term) {
    steps.push(sum);
    term *= mean / steps.length;
  }
  return steps;
}

function drawSteps(steps: readonly number[], at: number): number {
  let value = 0;
  while (value < steps.length - 1 && at >= (steps[value] ?? 1)) value += 1;
  return value;
}

/** What an hour of the same traffic before the start says of each host. */
export function drawBaseline(rates: readonly number[], settings: StreamSettings): Baseline {
  const streams = rates.map(() => createStream(settings));
  const history = createHistory();
  const ticks: FleetTick[] = [];
  for (let second = 0; second < historySeconds; second += 1) {
    const units = streams.map((stream, index) => ({
      slots: stream.draw(rates[index] ?? 0).slots,
      releaseId: oldRelease,
      readyForMs: historySeconds * 1_000,
    }));
    const tick = toTick(second, units);
    addToHistory(history, tick);
    if (second >= historySeconds - ticksKept) ticks.push(tick);
  }
  return baselineBefore({ instances: instanceHistories(history), lengths: releaseLengths(history), ticks }, () => true, "slots");
}

/** A standard deviation of `sigma` between the logarithms of the hosts' rates, and a mean of 1. */
export function drawHostLevel(sigma: number, random: Random): number {
  if (sigma === 0) return 1;
  const normal = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  return Math.exp(sigma * normal - (sigma * sigma) / 2);
}

export function instanceId(index: number): string {
  return `i${index}`;
}

export const oldRelease = "old";
export const newRelease = "new";

export interface UnitSecond extends Pick<InstanceTick, "slots"> {
  readonly releaseId: string;
  readonly readyForMs: number;
}

/** One second as the balancer would tell it; the units in order of their instances. */
export function toTick(number: number, units: readonly UnitSecond[]): FleetTick {
  const entries = units.map(({ slots, releaseId, readyForMs }, index): [string, InstanceTick] => [
    instanceId(index),
    { unitKey: `${releaseId}-${index}`, releaseId, slots, bins: [], inFlight: 0, cut: 0, readyForMs, inRotation: true },
  ]);
  return { number, at: number * 1_000, instances: Object.fromEntries(entries) };
}
