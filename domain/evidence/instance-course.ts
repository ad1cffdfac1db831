import { type FleetTick, type InstanceTick, instanceOf } from "../metric.ts";
import { addBins, createHistogram, quantileMs } from "./histogram.ts";

/** What one instance did beside its release's other instances, from the seconds that are in memory. */

export const instanceMetrics = ["requestsPerSecond", "errorPercent", "latencyMsP95", "cpu", "memoryBytes"] as const;
export type InstanceMetric = (typeof instanceMetrics)[number];

/** The middle half of the others. */
export interface PeerBand {
  readonly quarter: number;
  readonly median: number;
  readonly threeQuarters: number;
}

export interface InstancePoint {
  /** Start of the stretch, engine time. */
  readonly at: number;
  /** Null where nothing is known: no request ended, or no source knew. */
  readonly own: Readonly<Record<InstanceMetric, number | null>>;
  /** Null with fewer than two others that know it. */
  readonly peers: Readonly<Record<InstanceMetric, PeerBand | null>>;
}

export interface InstanceCourse {
  readonly releaseId: string | null;
  readonly widthMs: number;
  /** Other instances on the same release that it is compared with, at most `peersMax`. */
  readonly peers: number;
  /** Oldest first. */
  readonly points: readonly InstancePoint[];
}

const widthMs = 5_000;
/** Of a large fleet as many others as this, evenly spread: a median of two hundred is the median. */
export const peersMax = 200;
const peersMin = 2;

/** `ticks` oldest first. Only the unit that the instance runs now is told of: what another release did here is another story. */
export function instanceCourse(ticks: readonly FleetTick[], instanceId: string): InstanceCourse {
  const releaseId = ticks.at(-1)?.instances[instanceId]?.releaseId ?? null;
  const names = releaseId === null ? [] : spread(peersOf(ticks, releaseId, instanceId));
  const points = [...partsOf(ticks)].map(([at, inPart]): InstancePoint => {
    const own = measure(inPart, instanceId, releaseId);
    const others = names.map((name) => measure(inPart, name, releaseId));
    return {
      at,
      own,
      peers: byMetric((metric) => bandOf(others.flatMap((other) => other[metric] ?? []))),
    };
  });
  return { releaseId, widthMs, peers: names.length, points };
}

function partsOf(ticks: readonly FleetTick[]): Map<number, FleetTick[]> {
  const parts = new Map<number, FleetTick[]>();
  for (const tick of ticks) {
    const at = Math.floor(tick.at / widthMs) * widthMs;
    const part = parts.get(at);
    if (part) part.push(tick);
    else parts.set(at, [tick]);
  }
  return parts;
}

function peersOf(ticks: readonly FleetTick[], releaseId: string, instanceId: string): string[] {
  const newest = Object.entries(ticks.at(-1)?.instances ?? {});
  return newest.filter(([name, tick]) => tick.releaseId === releaseId && instanceOf(name) !== instanceId).map(([name]) => name);
}

function spread(names: readonly string[]): string[] {
  if (names.length <= peersMax) return [...names];
  return Array.from({ length: peersMax }, (_, index) => names[Math.floor((index * names.length) / peersMax)] ?? "");
}

function measure(ticks: readonly FleetTick[], name: string, releaseId: string | null): InstancePoint["own"] {
  const seconds = ticks.flatMap(({ instances }) => instances[name] ?? []).filter((second) => second.releaseId === releaseId);
  if (seconds.length === 0) return nothing;
  const histogram = createHistogram();
  let requests = 0;
  let failed = 0;
  for (const { slots, bins } of seconds) {
    for (const [ended, bad] of slots) {
      requests += ended;
      failed += bad;
    }
    addBins(histogram, bins);
  }
  return {
    requestsPerSecond: requests / seconds.length,
    errorPercent: requests === 0 ? null : (100 * failed) / requests,
    latencyMsP95: quantileMs(histogram, 0.95),
    cpu: meanOf(seconds, ({ usage }) => usage?.cpu),
    memoryBytes: meanOf(seconds, ({ usage }) => usage?.memoryBytes),
  };
}

function meanOf(seconds: readonly InstanceTick[], read: (second: InstanceTick) => number | null | undefined): number | null {
  const known = seconds.flatMap((second) => read(second) ?? []);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** By nearest rank. */
function bandOf(values: readonly number[]): PeerBand | null {
  if (values.length < peersMin) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { quarter: at(0.25), median: at(0.5), threeQuarters: at(0.75) };
}

function byMetric<Value>(of: (metric: InstanceMetric) => Value): Readonly<Record<InstanceMetric, Value>> {
  return {
    requestsPerSecond: of("requestsPerSecond"),
    errorPercent: of("errorPercent"),
    latencyMsP95: of("latencyMsP95"),
    cpu: of("cpu"),
    memoryBytes: of("memoryBytes"),
  };
}

const nothing = byMetric(() => null);
