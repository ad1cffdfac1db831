import { type QuantileName, quantileNames } from "../metric.ts";
import { addBins, BIN_COUNT, binUpperMs, createHistogram, type Histogram, type SparseBins } from "./histogram.ts";

/**
 * What is known of the old release before a rollout begins, frozen at its start: nothing that a rollout is judged by may
 * depend on what it does itself. Source of the rules: docs/evidence, "Latency" and "Hosts are not alike".
 */
export interface Baseline {
  /** Who counts failures in this rollout: the balancer in slots, or another source as plain numbers. */
  readonly errorsUnit: "slots" | "raw";
  /** Requests that the thresholds were taken from. */
  readonly requests: number;
  /** The last bin of a request that is not slow. A quantile that could not be told from so few requests is left out. */
  readonly bins: ThresholdBins;
  /** By instance id; an instance that is not named is like the fleet. */
  readonly hosts: Readonly<Record<string, HostBaseline>>;
}

export type ThresholdBins = Readonly<Partial<Record<QuantileName, number>>>;

/** Metrics whose events are rare enough that a host's level is a factor. */
export type LevelledMetric = "errors" | "p99" | "p99.9";

export interface HostBaseline {
  /** How many times as often the event happens here as in the whole fleet; 1 where not named. */
  readonly levels: Readonly<Partial<Record<LevelledMetric, number>>>;
  /** The host's own medians and ninth deciles: so frequent an event has no factor. */
  readonly bins: ThresholdBins;
}

/** What one instance did in the time before the start. */
export interface InstanceHistory {
  readonly instanceId: string;
  /** Slots of 100 ms with at least one failure, and those with any request. */
  readonly failedSlots: number;
  readonly slots: number;
  readonly bins: SparseBins;
}

const quantiles: Readonly<Record<QuantileName, number>> = { p50: 0.5, p90: 0.9, p99: 0.99, "p99.9": 0.999 };
const hostQuantiles: readonly QuantileName[] = ["p50", "p90"];
/** So many requests above a quantile make it a threshold: 20,000 requests for p99.9. */
const EXCEEDANCES_MIN = 20;
/** Pulls a host of which little is known towards the fleet. */
const PSEUDO_EVENTS = 20;
/** A level nearer to 1 than this is not worth storing. */
const LEVEL_STEP = 0.01;

/** Freezes thresholds and levels. `history` is the last hour, or what there is of it. */
export function baselineOf(history: readonly InstanceHistory[], errorsUnit: Baseline["errorsUnit"]): Baseline {
  const fleet = createHistogram();
  for (const { bins } of history) addBins(fleet, bins);
  const bins = thresholdsOf(fleet, quantileNames);
  let failedSlots = 0;
  let slots = 0;
  for (const host of history) {
    failedSlots += host.failedSlots;
    slots += host.slots;
  }
  const hosts = history.flatMap(({ instanceId, ...rest }) => {
    const host = hostOf(rest, { failedSlots, slots, fleet, bins });
    return host === null ? [] : [[instanceId, host] as const];
  });
  return { errorsUnit, requests: fleet.total, bins, hosts: Object.fromEntries(hosts) };
}

/** Requests before the start below which a quantile is no threshold. */
export function requestsNeeded(name: QuantileName): number {
  return Math.round(EXCEEDANCES_MIN / (1 - quantiles[name]));
}

/** In milliseconds, the upper edge of a threshold's bin: requests above it are slow. */
export function thresholdMs(bin: number): number {
  return binUpperMs(bin);
}

interface FleetHistory extends Pick<InstanceHistory, "failedSlots" | "slots"> {
  readonly fleet: Histogram;
  readonly bins: ThresholdBins;
}

function hostOf(host: Omit<InstanceHistory, "instanceId">, { failedSlots, slots, fleet, bins }: FleetHistory): HostBaseline | null {
  const own = createHistogram();
  addBins(own, host.bins);
  const levels: [LevelledMetric, number][] = [["errors", levelOf(host.failedSlots, host.slots, [failedSlots, slots])]];
  for (const name of ["p99", "p99.9"] as const) {
    const bin = bins[name];
    if (bin !== undefined) levels.push([name, levelOf(countOver(own, bin), own.total, [countOver(fleet, bin), fleet.total])]);
  }
  const told = levels.filter(([, level]) => Math.abs(level - 1) >= LEVEL_STEP);
  const ownBins = Object.fromEntries(Object.entries(thresholdsOf(own, hostQuantiles)).filter(([name, bin]) => bins[name as QuantileName] !== bin));
  if (told.length === 0 && Object.keys(ownBins).length === 0) return null;
  return { levels: Object.fromEntries(told), bins: ownBins };
}

/** Events seen against events expected at the fleet's rate, to two digits. */
function levelOf(events: number, trials: number, [allEvents, allTrials]: readonly [number, number]): number {
  const expected = allTrials > 0 ? (allEvents / allTrials) * trials : 0;
  return Math.round(((events + PSEUDO_EVENTS) / (expected + PSEUDO_EVENTS)) * 100) / 100;
}

/** The bin of each quantile that enough requests lie above. */
function thresholdsOf(histogram: Histogram, names: readonly QuantileName[]): ThresholdBins {
  const bins: Partial<Record<QuantileName, number>> = {};
  for (const name of names) {
    if (histogram.total * (1 - quantiles[name]) < EXCEEDANCES_MIN - 1e-6) continue;
    const rank = Math.ceil(quantiles[name] * histogram.total);
    let seen = 0;
    for (let bin = 0; bin < BIN_COUNT; bin += 1) {
      seen += histogram.counts[bin] ?? 0;
      if (seen < rank) continue;
      bins[name] = bin;
      break;
    }
  }
  return bins;
}

function countOver(histogram: Histogram, bin: number): number {
  let count = 0;
  for (let above = bin + 1; above < BIN_COUNT; above += 1) count += histogram.counts[above] ?? 0;
  return count;
}
