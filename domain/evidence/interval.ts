import { type QuantileName, quantileNames } from "../metric.ts";
import type { SlotRuns } from "./runs.ts";
import { addSlots, noSlots, type SlotCount, type SlotCounts } from "./slots.ts";

/** One release's part of one interval. Plain JSON. Trials are weighted by the level of their host, so they may be fractional. */
export interface ArmInterval {
  readonly requests: number;
  readonly failed: number;
  /** Slots with at least one failure, at every slot length. */
  readonly errors: SlotCounts;
  /** Slots with any request, at every slot length, as they were counted. Rows of older versions have none: there no level was known. */
  readonly used?: readonly number[];
  /** By quantile of the old release. Left out where no threshold was known at the start, or the source has no latency. */
  readonly latency?: LatencyCounts;
  /** Seconds of an instance in rotation without an answer, and all its seconds in rotation. */
  readonly silent?: SlotCount;
}

export type LatencyCounts = Readonly<Partial<Record<QuantileName, LatencyCount>>>;

export interface LatencyCount {
  /** Requests above the threshold, for people. */
  readonly slow: number;
  /** p50 and p90: how far a second's first request was slow. p99 and p99.9: slots with at least one slow request. */
  readonly slots: SlotCounts;
}

/** Two arms that may be compared: they saw the same through the same balancer. */
export interface Stratum {
  readonly old: ArmInterval;
  readonly new: ArmInterval;
}

/** Counts without slots, as a source outside the balancer gives them: events among trials. */
export interface RawCounts {
  readonly old: SlotCount;
  readonly new: SlotCount;
}

/** What another source said of a stretch of time of its own. */
export interface RawSample {
  /** When the stretch ended, by the source's clock. */
  readonly at: number;
  /** By metric. What is missing is left out. */
  readonly counts: Readonly<Record<string, RawCounts>>;
  /** Plain numbers of the new release, by metric. */
  readonly values?: Readonly<Record<string, number>>;
}

/**
 * What both releases did in one second, seen through the same balancer: the row that is stored, and all that is needed to
 * compute the evidence again. Never pooled with another interval: that would be Simpson's paradox (docs/evidence.md).
 */
export interface EvidenceInterval extends Stratum {
  /** The source's number of this second; applied once. */
  readonly number: number;
  readonly at: number;
  /** False once no old release serves any more: from then on only the ceiling judges. */
  readonly oldServes: boolean;
  /** Zones in which both serve, and what is left: each is compared within itself. The whole fleet where left out. */
  readonly strata?: readonly Stratum[];
  /** How the old release's slots with an event follow each other, by test; left out where it had none. */
  readonly runs?: Readonly<Record<string, SlotRuns>>;
  /** What another source gave in the meantime, oldest first. */
  readonly raw?: readonly RawSample[];
}

export const emptyArm: ArmInterval = { requests: 0, failed: 0, errors: noSlots };

export function addArms(left: ArmInterval, right: ArmInterval): ArmInterval {
  const used = left.used || right.used ? { used: addUsed(left.used ?? [], right.used ?? []) } : {};
  const latency = left.latency || right.latency ? { latency: addLatency(left.latency ?? {}, right.latency ?? {}) } : {};
  const silent = left.silent || right.silent ? { silent: addCounts(left.silent ?? [0, 0], right.silent ?? [0, 0]) } : {};
  return {
    requests: left.requests + right.requests,
    failed: left.failed + right.failed,
    errors: addSlots(left.errors, right.errors),
    ...used,
    ...latency,
    ...silent,
  };
}

export function addCounts([events, trials]: SlotCount, [moreEvents, more]: SlotCount): SlotCount {
  return [events + moreEvents, trials + more];
}

function addUsed(left: readonly number[], right: readonly number[]): readonly number[] {
  const longer = left.length >= right.length ? left : right;
  return longer.map((_, index) => (left[index] ?? 0) + (right[index] ?? 0));
}

function addLatency(left: LatencyCounts, right: LatencyCounts): LatencyCounts {
  const sum: Partial<Record<QuantileName, LatencyCount>> = {};
  for (const name of quantileNames) {
    const [a, b] = [left[name], right[name]];
    if (a && b) sum[name] = { slow: a.slow + b.slow, slots: addSlots(a.slots, b.slots) };
    else if (a ?? b) sum[name] = (a ?? b) as LatencyCount;
  }
  return sum;
}
