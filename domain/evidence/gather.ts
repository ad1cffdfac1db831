import { type FleetTick, type InstanceTick, instanceOf, type QuantileName, quantileNames, type ReleaseSample } from "../metric.ts";
import type { InstanceUpdate } from "../rollout.ts";
import type { Table } from "../table.ts";
import { type Arms, createArmOf } from "./arm.ts";
import { type Baseline, type HostBaseline, slownessOf } from "./baseline.ts";
import { addBins, createHistogram, type Histogram, quantileMs, type SparseBins, toBins } from "./histogram.ts";
import { type ArmInterval, addArms, type EvidenceInterval, emptyArm, type Stratum } from "./interval.ts";
import { createRunCounts } from "./run-counts.ts";
import { countFirst, countSlots, countSlowSlots, noSlots, type SlotCounts } from "./slots.ts";
import { mergeUsage, sumUsage, toUsage, type UsageTotals } from "./usage.ts";

/** Turns the balancer's counts into evidence intervals and chart samples. Pure: what was counted comes in, sums go out. */

export interface GatherInput {
  readonly tick: FleetTick;
  /** The second before it; left out where that is not known. */
  readonly before?: FleetTick | undefined;
  readonly rollout: GatheredRollout;
  /** A unit younger than this since it became ready is left out, whichever release it runs. */
  readonly warmUpMs: number;
}

/** What of a rollout its counts depend on. */
export interface GatheredRollout extends Arms {
  readonly updates: Table<Pick<InstanceUpdate, "wayBackId" | "zone">>;
  readonly baseline: Baseline | null;
}

/** With more zones than this hardly any serves both releases, and the fleet is compared as one. */
const ZONES_MAX = 8;
/** A zone with fewer units of the old release has too little to compare with, and joins what is left of the others. */
const OLD_UNITS_MIN = 2;

/** One tick, one interval. Null when the tick knows no instance: then the source gave nothing, which is blind and not quiet. */
export function gatherInterval({ tick, before, rollout, warmUpMs }: GatherInput): EvidenceInterval | null {
  const units = Object.entries(tick.instances);
  if (units.length === 0) return null;
  const armOf = createArmOf(rollout);
  const zones = new Map<string, ZoneCount>();
  const runs = createRunCounts(rollout.baseline);
  let oldServes = false;
  for (const [name, unit] of units) {
    const arm = armOf(unit.releaseId);
    if (arm === null || (!unit.inRotation && countRequests(unit).requests === 0)) continue;
    if (arm === "old") oldServes = true;
    if (unit.readyForMs === null || unit.readyForMs < warmUpMs) continue;
    const instanceId = instanceOf(name);
    const zone = zoneCountOf(zones, rollout.updates.get(instanceId)?.zone ?? "");
    countUnit(arm === "old" ? zone.old : zone.new, unit, { baseline: rollout.baseline, host: rollout.baseline?.hosts[instanceId] });
    if (arm === "old") runs.add(before?.instances[name], unit);
  }
  const parts = [...zones.values()];
  const strata = strataOf(parts);
  return {
    number: tick.number,
    at: tick.at,
    ...sumOf(parts),
    oldServes,
    ...(strata === null ? {} : { strata }),
    ...runs.take(),
  };
}

interface ZoneCount {
  readonly old: ArmCount;
  readonly new: ArmCount;
}

function zoneCountOf(zones: Map<string, ZoneCount>, name: string): ZoneCount {
  const known = zones.get(name);
  if (known) return known;
  const zone = { old: createCount(), new: createCount() };
  zones.set(name, zone);
  return zone;
}

/**
 * Zones that can be compared within themselves, and the others together, where one arm may be missing: parts always add up
 * to the whole. Null where that is the whole fleet at once.
 */
function strataOf(zones: readonly ZoneCount[]): Stratum[] | null {
  if (zones.length < 2 || zones.length > ZONES_MAX) return null;
  const isOwn = (zone: ZoneCount) => zone.new.units > 0 && zone.old.units >= OLD_UNITS_MIN;
  const own = zones.filter(isOwn);
  if (own.length === 0) return null;
  const rest = zones.filter((zone) => !isOwn(zone));
  return [...own.map((zone) => sumOf([zone])), ...(rest.length > 0 ? [sumOf(rest)] : [])];
}

function sumOf(zones: readonly ZoneCount[]): Stratum {
  return {
    old: zones.map((zone) => toArm(zone.old)).reduce(addArms, emptyArm),
    new: zones.map((zone) => toArm(zone.new)).reduce(addArms, emptyArm),
  };
}

/** One arm of one zone while it is being counted: a fleet of ten thousand is summed every second. */
interface ArmCount {
  units: number;
  requests: number;
  failed: number;
  silent: number;
  inRotation: number;
  readonly errors: [failed: number, trials: number][];
  readonly used: number[];
  readonly latency: Map<QuantileName, { slow: number; readonly slots: [slow: number, trials: number][] }>;
}

function createCount(): ArmCount {
  return {
    units: 0,
    requests: 0,
    failed: 0,
    silent: 0,
    inRotation: 0,
    errors: noSlots.map(() => [0, 0]),
    used: noSlots.map(() => 0),
    latency: new Map(),
  };
}

function toArm({ requests, failed, errors, used, latency, silent, inRotation }: ArmCount): ArmInterval {
  return {
    requests,
    failed,
    errors,
    used,
    ...(latency.size > 0 ? { latency: Object.fromEntries(latency) } : {}),
    ...(inRotation > 0 ? { silent: [silent, inRotation] as const } : {}),
  };
}

interface Known {
  readonly baseline: Baseline | null;
  readonly host: HostBaseline | undefined;
}

function countUnit(count: ArmCount, unit: InstanceTick, { baseline, host }: Known): void {
  const { requests, failed } = countRequests(unit);
  count.units += 1;
  count.requests += requests;
  count.failed += failed;
  if (unit.inRotation) {
    count.inRotation += 1;
    if (requests === 0) count.silent += 1;
  }
  if (requests === 0 && failed === 0) return;
  const slots = countSlots(unit.slots);
  addTrials(count.errors, slots, host?.levels.errors ?? 1);
  for (const [index, [, used]] of slots.entries()) count.used[index] = (count.used[index] ?? 0) + used;
  if (!unit.latency || !baseline) return;
  for (const name of quantileNames) {
    const bin = host?.bins[name] ?? baseline.bins[name];
    if (bin === undefined) continue;
    const known = count.latency.get(name) ?? { slow: 0, slots: [] };
    count.latency.set(name, known);
    known.slow += countSlow(unit.bins, bin);
    if (name === "p50" || name === "p90") addTrials(known.slots, countFirst(unit.latency, bin), 1);
    else addTrials(known.slots, countSlowSlots(unit.latency, bin), host?.levels[name] ?? 1);
  }
}

/** Where events come more often by the host's nature, its trials weigh as many more. */
function addTrials(sum: [number, number][], counts: SlotCounts, level: number): void {
  for (const [index, [events, trials]] of counts.entries()) {
    const known = (sum[index] ??= [0, 0]);
    known[0] += events;
    known[1] += trials * level;
  }
}

function countSlow(bins: InstanceTick["bins"], threshold: number): number {
  let count = 0;
  for (const [bin, requests] of bins) count += requests * slownessOf(bin, threshold);
  return count;
}

/** One release's traffic over some ticks. Histograms are merged; percentiles would not add up. */
export interface ReleaseTotals {
  readonly requests: number;
  readonly failed: number;
  readonly cut: number;
  readonly bins: SparseBins;
  /** Null where no source knew; left out of what older versions stored. */
  readonly usage?: UsageTotals | null;
}

/** Sums by release, warm-up included: this is what people see, not what is judged. */
export function mergeTicks(ticks: readonly FleetTick[]): Readonly<Record<string, ReleaseTotals>> {
  const totals = new Map<string, { requests: number; failed: number; cut: number; histogram: Histogram; units: InstanceTick[] }>();
  for (const unit of ticks.flatMap((tick) => Object.values(tick.instances))) {
    const total = totals.get(unit.releaseId) ?? { requests: 0, failed: 0, cut: 0, histogram: createHistogram(), units: [] };
    const { requests, failed } = countRequests(unit);
    total.requests += requests;
    total.failed += failed;
    total.cut += unit.cut;
    addBins(total.histogram, unit.bins);
    total.units.push(unit);
    totals.set(unit.releaseId, total);
  }
  return Object.fromEntries(
    [...totals].map(([releaseId, { histogram, units, ...rest }]) => [releaseId, { ...rest, bins: toBins(histogram), usage: sumUsage(units) }]),
  );
}

/** What a chart draws for one bucket of time: a sample for each release that had a unit in it. */
export function toReleaseSamples(ticks: readonly FleetTick[], bucket: Pick<ReleaseSample, "at" | "widthMs">): ReleaseSample[] {
  return Object.entries(mergeTicks(ticks)).map(([releaseId, totals]) => toReleaseSample(releaseId, totals, bucket));
}

/** The same from sums that were stored. */
export function toReleaseSample(releaseId: string, totals: ReleaseTotals, { at, widthMs }: Pick<ReleaseSample, "at" | "widthMs">): ReleaseSample {
  const histogram = createHistogram();
  addBins(histogram, totals.bins);
  return {
    releaseId,
    at,
    widthMs,
    requests: totals.requests,
    failed: totals.failed,
    cut: totals.cut,
    latencyMsP50: quantileMs(histogram, 0.5),
    latencyMsP95: quantileMs(histogram, 0.95),
    latencyMsP99: quantileMs(histogram, 0.99),
    usage: totals.usage ? toUsage(totals.usage) : null,
  };
}

/** Sums that were stored apart, of one release: buckets become wider with age. */
export function mergeTotals(parts: readonly ReleaseTotals[]): ReleaseTotals {
  const histogram = createHistogram();
  for (const { bins } of parts) addBins(histogram, bins);
  const add = (field: "requests" | "failed" | "cut") => parts.reduce((sum, part) => sum + part[field], 0);
  return { requests: add("requests"), failed: add("failed"), cut: add("cut"), bins: toBins(histogram), usage: mergeUsage(parts) };
}

function countRequests({ slots }: InstanceTick): { requests: number; failed: number } {
  let requests = 0;
  let failed = 0;
  for (const slot of slots) {
    requests += slot[0];
    failed += slot[1];
  }
  return { requests, failed };
}
