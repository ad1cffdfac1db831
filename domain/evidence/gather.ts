import type { FleetTick, InstanceTick, ReleaseSample } from "../metric.ts";
import { type Arms, createArmOf } from "./arm.ts";
import { addBins, createHistogram, type Histogram, quantileMs, type SparseBins, toBins } from "./histogram.ts";
import type { EvidenceInterval } from "./interval.ts";
import { countSlots, noSlots } from "./slots.ts";

/** Turns the balancer's counts into evidence intervals and chart samples. Pure: what was counted comes in, sums go out. */

export interface GatherInput {
  readonly tick: FleetTick;
  readonly rollout: Arms;
  /** A unit younger than this since it became ready is left out, whichever release it runs. */
  readonly warmUpMs: number;
}

/** One tick, one interval. Null when the tick knows no instance: then the source gave nothing, which is blind and not quiet. */
export function gatherInterval({ tick, rollout, warmUpMs }: GatherInput): EvidenceInterval | null {
  const units = Object.values(tick.instances);
  if (units.length === 0) return null;
  const armOf = createArmOf(rollout);
  const old = createCount();
  const fresh = createCount();
  let oldServes = false;
  for (const unit of units) {
    const arm = armOf(unit.releaseId);
    if (arm === null || (!unit.inRotation && countRequests(unit).requests === 0)) continue;
    if (arm === "old") oldServes = true;
    if (unit.readyForMs === null || unit.readyForMs < warmUpMs) continue;
    countUnit(arm === "old" ? old : fresh, unit);
  }
  return { number: tick.number, at: tick.at, old, new: fresh, oldServes };
}

/** One arm while it is being counted: a fleet of ten thousand is summed every second. */
interface ArmCount {
  requests: number;
  failed: number;
  readonly errors: [failed: number, total: number][];
}

function createCount(): ArmCount {
  return { requests: 0, failed: 0, errors: noSlots.map(() => [0, 0]) };
}

function countUnit(count: ArmCount, unit: InstanceTick): void {
  const { requests, failed } = countRequests(unit);
  count.requests += requests;
  count.failed += failed;
  for (const [index, [failedSlots, slots]] of countSlots(unit.slots).entries()) {
    const sum = count.errors[index];
    if (sum === undefined) continue;
    sum[0] += failedSlots;
    sum[1] += slots;
  }
}

/** One release's traffic over some ticks. Histograms are merged; percentiles would not add up. */
export interface ReleaseTotals {
  readonly requests: number;
  readonly failed: number;
  readonly cut: number;
  readonly bins: SparseBins;
}

/** Sums by release, warm-up included: this is what people see, not what is judged. */
export function mergeTicks(ticks: readonly FleetTick[]): Readonly<Record<string, ReleaseTotals>> {
  const totals = new Map<string, { requests: number; failed: number; cut: number; histogram: Histogram }>();
  for (const unit of ticks.flatMap((tick) => Object.values(tick.instances))) {
    const total = totals.get(unit.releaseId) ?? { requests: 0, failed: 0, cut: 0, histogram: createHistogram() };
    const { requests, failed } = countRequests(unit);
    total.requests += requests;
    total.failed += failed;
    total.cut += unit.cut;
    addBins(total.histogram, unit.bins);
    totals.set(unit.releaseId, total);
  }
  return Object.fromEntries([...totals].map(([releaseId, { histogram, ...rest }]) => [releaseId, { ...rest, bins: toBins(histogram) }]));
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
  };
}

/** Sums that were stored apart, of one release: buckets become wider with age. */
export function mergeTotals(parts: readonly ReleaseTotals[]): ReleaseTotals {
  const histogram = createHistogram();
  for (const { bins } of parts) addBins(histogram, bins);
  const add = (field: "requests" | "failed" | "cut") => parts.reduce((sum, part) => sum + part[field], 0);
  return { requests: add("requests"), failed: add("failed"), cut: add("cut"), bins: toBins(histogram) };
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
