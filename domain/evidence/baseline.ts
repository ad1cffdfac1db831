import { type QuantileName, quantileNames } from "../metric.ts";
import { addBins, BIN_COUNT, binLowerMs, binUpperMs, createHistogram, type Histogram, type SparseBins } from "./histogram.ts";
import type { SlotLengths } from "./run-lengths.ts";
import type { SlotRuns } from "./runs.ts";

/**
 * What is known of the old release before a rollout begins, frozen at its start: nothing that a rollout is judged by may
 * depend on what it does itself. The rules: docs/evidence.md, "Latency" and "Hosts are not alike".
 */
export interface Baseline {
  /** Who counts failures in this rollout: the balancer in slots, or another source as plain numbers. */
  readonly errorsUnit: "slots" | "raw";
  /** Requests that the thresholds were taken from. */
  readonly requests: number;
  /** A quantile that could not be told from so few requests is left out. */
  readonly bins: ThresholdBins;
  /** By instance id; an instance that is not named is like the fleet. */
  readonly hosts: Readonly<Record<string, HostBaseline>>;
  /** How the old release's slots with an event followed each other in the last minutes, by test; left out where it had none. */
  readonly runs?: Readonly<Record<string, SlotRuns>>;
  /** How long its instances failed on end in the last hour, by test; left out where none did. */
  readonly lengths?: Readonly<Record<string, SlotLengths>>;
}

/**
 * The last bin of which no request is slow. For p50 and p90 with a fraction: of bin 327, above 326.4, a request is slow by
 * 0.6. A bin is too wide for them: as a whole it would hold another part of the requests on each host.
 */
export type ThresholdBins = Readonly<Partial<Record<QuantileName, number>>>;

/** Metrics whose events are rare enough that a host's level is a factor. */
export type LevelledMetric = "errors" | "p99" | "p99.9";

export interface HostBaseline {
  /** How many times as often the event happens here as in the whole fleet; 1 where not named. */
  readonly levels: Readonly<Partial<Record<LevelledMetric, number>>>;
  /** The host's own medians and ninth deciles: so frequent an event has no factor. */
  readonly bins: ThresholdBins;
}

/** What one instance did on one release in the time before the start. */
export interface InstanceHistory {
  readonly instanceId: string;
  readonly releaseId: string;
  /** So long it was looked at. */
  readonly seconds: number;
  /** Slots of 100 ms with at least one failure, and those with any request. */
  readonly failedSlots: number;
  readonly slots: number;
  readonly bins: SparseBins;
}

const quantiles: Readonly<Record<QuantileName, number>> = { p50: 0.5, p90: 0.9, p99: 0.99, "p99.9": 0.999 };
/** Frequent: one answer a second is asked for them, and their thresholds have fractions. */
const frequentQuantiles = ["p50", "p90"] as const;
/** A unit younger than this is cold, and tells nothing of its host. */
export const warmUpMs = 10_000;
/** So many requests above a quantile make it a threshold: 20,000 requests for p99.9. */
const EXCEEDANCES_MIN = 20;
/** Pulls a host of which little is known towards the fleet. */
const PSEUDO_EVENTS = 20;
/** A host seen for less is like the fleet: what is off about its level would show up in a rollout that lasts longer than that. */
const HOST_SECONDS_MIN = 600;
/** A level nearer to 1 than this is not worth storing. */
const LEVEL_STEP = 0.01;
/** Of a threshold's fraction. */
const FRACTION_STEPS = 1_000;
/** A hundredth of 300 requests is not exactly 3 in binary. */
const ROUNDING = 1e-6;

/**
 * Freezes thresholds and levels. `history` is the last hour of the old release, or what there is of it: one entry for each
 * instance. `runLength` is how many failed slots in a row say no more than one: a host that had a long run is not worse for good.
 */
export function baselineOf(history: readonly InstanceHistory[], errorsUnit: Baseline["errorsUnit"], runLength = 1): Baseline {
  const fleet = createHistogram();
  for (const { bins } of history) addBins(fleet, bins);
  const bins = thresholdsOf(fleet, quantileNames);
  let failures = 0;
  let slots = 0;
  for (const host of history) {
    failures += failuresIn(host);
    slots += host.slots;
  }
  const hosts = history.flatMap((host) => {
    const told = host.seconds < HOST_SECONDS_MIN ? null : hostOf(host, { failures, runLength, slots, fleet, bins });
    return told === null ? [] : [[host.instanceId, told] as const];
  });
  return { errorsUnit, requests: fleet.total, bins, hosts: Object.fromEntries(hosts) };
}

/** Requests before the start below which a quantile is no threshold. */
export function requestsNeeded(name: QuantileName): number {
  return Math.round(EXCEEDANCES_MIN / (1 - quantiles[name]));
}

/** In milliseconds: requests above it are slow. */
export function thresholdMs(threshold: number): number {
  const bin = Math.ceil(threshold);
  return binUpperMs(bin) - (bin - threshold) * (binUpperMs(bin) - binLowerMs(bin));
}

/** How far a request of a bin is slow: 0 or 1, and between them in the threshold's own bin where that has a fraction. */
export function slownessOf(bin: number, threshold: number): number {
  return Math.min(1, Math.max(0, bin - threshold));
}

interface FleetHistory {
  readonly failures: number;
  readonly runLength: number;
  readonly slots: number;
  readonly fleet: Histogram;
  readonly bins: ThresholdBins;
}

function hostOf(host: InstanceHistory, { failures, runLength, slots, fleet, bins }: FleetHistory): HostBaseline | null {
  const own = createHistogram();
  addBins(own, host.bins);
  const levels: [LevelledMetric, number][] = [["errors", levelOf(failuresIn(host) / runLength, host.slots, [failures / runLength, slots])]];
  for (const name of ["p99", "p99.9"] as const) {
    const bin = bins[name];
    if (bin !== undefined) levels.push([name, levelOf(countOver(own, bin), own.total, [countOver(fleet, bin), fleet.total])]);
  }
  const told = levels.filter(([, level]) => Math.abs(level - 1) >= LEVEL_STEP);
  const ownBins: Partial<Record<QuantileName, number>> = {};
  for (const name of frequentQuantiles) {
    const threshold = bins[name] === undefined ? undefined : fractionalBin(pulled(own, fleet, name), name);
    if (threshold !== undefined && threshold !== bins[name]) ownBins[name] = threshold;
  }
  if (told.length === 0 && Object.keys(ownBins).length === 0) return null;
  return { levels: Object.fromEntries(told), bins: ownBins };
}

/** Failures as they would come one by one: a slot with two counts once, so full slots stand for more than themselves. */
function failuresIn({ failedSlots, slots }: Pick<InstanceHistory, "failedSlots" | "slots">): number {
  if (failedSlots === 0) return 0;
  return -slots * Math.log1p(-Math.min(failedSlots, slots - 0.5) / slots);
}

/** A host's latencies, and as many of the fleet's as have `PSEUDO_EVENTS` above the quantile. */
function pulled(own: Histogram, fleet: Histogram, name: QuantileName): Histogram {
  const part = PSEUDO_EVENTS / (1 - quantiles[name]) / fleet.total;
  const counts = own.counts.map((count, bin) => count + (fleet.counts[bin] ?? 0) * part);
  return { counts, total: own.total + fleet.total * part };
}

/** Events seen against events expected at the fleet's rate, to two digits. */
function levelOf(events: number, trials: number, [allEvents, allTrials]: readonly [number, number]): number {
  const expected = allTrials > 0 ? (allEvents / allTrials) * trials : 0;
  return Math.round(((events + PSEUDO_EVENTS) / (expected + PSEUDO_EVENTS)) * 100) / 100;
}

/** The threshold of each quantile that enough requests lie above. */
function thresholdsOf(histogram: Histogram, names: readonly QuantileName[]): ThresholdBins {
  const bins: Partial<Record<QuantileName, number>> = {};
  for (const name of names) {
    if (histogram.total * (1 - quantiles[name]) < EXCEEDANCES_MIN - ROUNDING) continue;
    const threshold = fractionalBin(histogram, name);
    bins[name] = frequentQuantiles.some((frequent) => frequent === name) ? threshold : Math.ceil(threshold);
  }
  return bins;
}

/** The threshold above which exactly the quantile's part of the requests is slow. */
function fractionalBin(histogram: Histogram, name: QuantileName): number {
  const slow = (1 - quantiles[name]) * histogram.total;
  let above = 0;
  for (let bin = BIN_COUNT - 1; bin >= 0; bin -= 1) {
    const count = histogram.counts[bin] ?? 0;
    if (count > 0 && above + count > slow + ROUNDING) return bin - Math.floor(Math.max(0, (slow - above) / count) * FRACTION_STEPS) / FRACTION_STEPS;
    above += count;
  }
  return 0;
}

function countOver(histogram: Histogram, bin: number): number {
  let count = 0;
  for (let above = bin + 1; above < BIN_COUNT; above += 1) count += histogram.counts[above] ?? 0;
  return count;
}
