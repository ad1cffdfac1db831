import type { FleetTick, InstanceTick } from "../metric.ts";
import { createRandom, type Random } from "../simulation/random.ts";
import { Table } from "../table.ts";
import type { InstanceHistory } from "./baseline.ts";
import type { GatheredRollout } from "./gather.ts";
import { BIN_COUNT, binOf, binUpperMs } from "./histogram.ts";
import { addToHistory, createHistory, instanceHistories, releaseLengths } from "./history.ts";
import { baselineBefore } from "./past.ts";

/**
 * A fleet whose traffic is drawn by chance, request by request, for the tests of what the evidence promises. Errors and
 * latencies are independent unless said otherwise; latency is lognormal with a p99 of 161 ms.
 */
export interface FleetLaw {
  readonly instances: number;
  /** The first so many go to the new release when the rollout begins. */
  readonly updated: number;
  readonly zones: number;
  /** Of one instance, in each slot of 100 ms. */
  readonly requests: number;
  readonly errorRate: number;
  /** Chance of a slot of 100 ms in which every answer takes half a second longer. */
  readonly pauseRate: number;
  /** Chances, second by second, that an instance begins to fail in half of its slots, and that it goes on to; null for never. */
  readonly spell: { readonly begins: number; readonly goesOn: number } | null;
  /** How far hosts differ for good, as standard deviations of the logarithm: how often they fail, and how slow they are. */
  readonly errorSpread: number;
  readonly speedSpread: number;
  /** What both releases are given at a second of the rollout, in a zone: how many times the errors, the latency. */
  readonly weather: (second: number, zone: number) => { readonly errors: number; readonly latency: number };
  /** What the new release does: how many times the errors, the latency; part of the requests that takes half a second longer. */
  readonly change: { readonly errors: number; readonly latency: number; readonly slowRate: number; readonly hangs: boolean };
}

export const calmLaw: FleetLaw = {
  instances: 12,
  updated: 1,
  zones: 1,
  requests: 2,
  errorRate: 0.002,
  pauseRate: 0,
  spell: null,
  errorSpread: 0,
  speedSpread: 0,
  weather: () => ({ errors: 1, latency: 1 }),
  change: { errors: 1, latency: 1, slowRate: 0, hangs: false },
};

const MEDIAN_MS = 39.9;
const SIGMA = 0.6;
const PAUSE_MS = 500;
const SLOTS = 10;
const HISTORY_SECONDS = 3_600;
/** Of the slots of an instance in a spell. */
const FAILING_RATE = 0.5;

interface Host {
  readonly id: string;
  readonly zone: number;
  readonly errors: number;
  readonly latency: number;
}

export interface DrawnFleet {
  /** With the baseline of an hour on the old release. */
  readonly rollout: GatheredRollout;
  /** One second; before 0 all run the old release. */
  draw(second: number): FleetTick;
}

export function drawFleet(law: FleetLaw, seed: number): DrawnFleet {
  const random = createRandom(seed);
  const hosts = Array.from({ length: law.instances }, (_, index): Host => {
    const [errors, latency] = [lognormal(law.errorSpread, random), lognormal(law.speedSpread, random)];
    return { id: `i${index}`, zone: index % law.zones, errors, latency };
  });
  const failing = new Set<Host>();
  const isFailing = (host: Host) => {
    if (law.spell === null) return false;
    if (random.next() < (failing.has(host) ? law.spell.goesOn : law.spell.begins)) failing.add(host);
    else failing.delete(host);
    return failing.has(host);
  };
  const history = createHistory();
  // Failures that are drawn one by one say nothing of how long causes last: only where they come in spells is the hour played.
  for (let second = law.spell ? -HISTORY_SECONDS : 0; second < 0; second += 1) {
    const units = hosts.map((host) => [host.id, { ...unitOf("v1"), slots: drawSlots(law, host, isFailing(host), random) }] as const);
    addToHistory(history, { number: second, at: second * 1_000, instances: Object.fromEntries(units) });
  }
  const played = instanceHistories(history);
  const rollout: GatheredRollout = {
    releaseId: "v2",
    updates: Table.from(hosts.map(({ id, zone }) => [id, { wayBackId: "v1", zone: `z${zone}` }])),
    baseline: baselineBefore(
      {
        instances: hosts.map((host, index) => ({
          ...drawHistory(law, host, random),
          ...(played[index] && { failedSlots: played[index].failedSlots }),
        })),
        lengths: releaseLengths(history),
        ticks: [],
      },
      () => true,
      "slots",
    ),
  };
  return {
    rollout,
    draw: (second) => {
      const units = hosts.map((host, index) => {
        const moment = { second, isNew: second >= 0 && index < law.updated, isFailing: isFailing(host) };
        return [host.id, drawUnit(law, host, moment, random)] as const;
      });
      return { number: second, at: second * 1_000, instances: Object.fromEntries(units) };
    },
  };
}

/** Lognormal with a mean of 1. */
function lognormal(sigma: number, random: Random): number {
  return sigma === 0 ? 1 : Math.exp(sigma * normal(random) - (sigma * sigma) / 2);
}

/** The hour before, as counts for each bin: drawing every request of it would take a second for each fleet. */
function drawHistory({ requests, errorRate, pauseRate }: FleetLaw, host: Host, random: Random): InstanceHistory {
  const slots = HISTORY_SECONDS * SLOTS;
  const failedSlots = poisson(slots * -Math.expm1(-requests * errorRate * host.errors), random);
  const all = slots * requests;
  const bins: [number, number][] = [];
  let below = 0;
  let belowSlow = 0;
  for (let bin = 0; bin < BIN_COUNT; bin += 1) {
    const upToMs = binUpperMs(bin);
    const here = normalShare(Math.log(upToMs / (MEDIAN_MS * host.latency)) / SIGMA);
    const hereSlow = upToMs <= PAUSE_MS ? 0 : normalShare(Math.log((upToMs - PAUSE_MS) / (MEDIAN_MS * host.latency)) / SIGMA);
    // Answers of one pause come together.
    const count =
      poisson(all * (1 - pauseRate) * (here - below), random) + requests * poisson((all / requests) * pauseRate * (hereSlow - belowSlow), random);
    if (count > 0) bins.push([bin, count]);
    [below, belowSlow] = [here, hereSlow];
  }
  return { instanceId: host.id, releaseId: "v1", seconds: HISTORY_SECONDS, failedSlots, slots, bins };
}

interface Moment {
  readonly second: number;
  readonly isNew: boolean;
  readonly isFailing: boolean;
}

const quiet: InstanceTick["slots"] = Array.from({ length: SLOTS }, () => [0, 0] as const);

function unitOf(releaseId: string): InstanceTick {
  return { unitKey: releaseId, releaseId, slots: quiet, bins: [], inFlight: 0, cut: 0, readyForMs: 60_000, inRotation: true };
}

/** One second before the rollout: failures alone. */
function drawSlots({ requests, errorRate }: FleetLaw, host: Host, isFailing: boolean, random: Random): InstanceTick["slots"] {
  const anyFails = isFailing ? FAILING_RATE : -Math.expm1(-requests * errorRate * host.errors);
  return quiet.map(() => [requests, random.next() < anyFails ? 1 : 0]);
}

function drawUnit(law: FleetLaw, host: Host, { second, isNew, isFailing }: Moment, random: Random): InstanceTick {
  const { requests, weather, change } = law;
  const unit = unitOf(isNew ? "v2" : "v1");
  if (isNew && change.hangs) return { ...unit, latency: quiet.map(() => null) };
  const given = weather(second, host.zone);
  const anyFails = -Math.expm1(-requests * law.errorRate * host.errors * given.errors * (isNew ? change.errors : 1));
  const medianMs = MEDIAN_MS * host.latency * given.latency * (isNew ? change.latency : 1);
  const slowRate = isNew ? change.slowRate : 0;
  const slots: [number, number][] = [];
  const latency: [number, number][] = [];
  const bins: [number, number][] = [];
  for (let slot = 0; slot < SLOTS; slot += 1) {
    slots.push([requests, random.next() < (isFailing ? FAILING_RATE : anyFails) ? 1 : 0]);
    const pausedMs = law.pauseRate > 0 && random.next() < law.pauseRate ? PAUSE_MS : 0;
    let first = -1;
    let slowest = -1;
    for (let request = 0; request < requests; request += 1) {
      const slowMs = slowRate > 0 && random.next() < slowRate ? PAUSE_MS : 0;
      const bin = binOf(medianMs * Math.exp(SIGMA * normal(random)) + pausedMs + slowMs);
      if (first === -1) first = bin;
      if (bin > slowest) slowest = bin;
      bins.push([bin, 1]);
    }
    latency.push([first, slowest]);
  }
  return { ...unit, slots, latency, bins };
}

/** The standard normal distribution, by a table of its quantiles: equally likely values. */
const normals = createNormals(1 << 14);

function createNormals(size: number): Float64Array {
  const values = new Float64Array(size);
  let z = -6;
  for (let index = 0; index < size; index += 1) {
    const share = (index + 0.5) / size;
    while (normalShare(z) < share) z += 1e-3;
    values[index] = z;
  }
  return values;
}

function normal(random: Random): number {
  return normals[Math.floor(random.next() * normals.length)] ?? 0;
}

/** P(Z <= z), to seven digits (Abramowitz and Stegun 26.2.17). */
function normalShare(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const tail =
    ((((1.330274429 * t - 1.821255978) * t + 1.781477937) * t - 0.356563782) * t + 0.31938153) *
    t *
    (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI));
  return z > 0 ? 1 - tail : tail;
}

/** A Poisson number: by Knuth's product where it is small, by the normal distribution where it is not. */
function poisson(mean: number, random: Random): number {
  if (mean <= 0) return 0;
  if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  const limit = Math.exp(-mean);
  let events = 0;
  for (let product = random.next(); product > limit; product *= random.next()) events += 1;
  return events;
}
