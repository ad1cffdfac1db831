/**
 * What the evidence on one metric says. `bad` is latched until a person overrides it. `over`: a plain number is above its
 * bound; it holds, and never rolls back.
 */
export const evidenceStates = ["good", "bad", "insufficient", "blind", "over", "overridden"] as const;
export type EvidenceState = (typeof evidenceStates)[number];

export interface ArmCount {
  /** Requests that failed, or were slower than the threshold; for `traffic`, seconds of an instance without an answer. */
  readonly failed: number;
  readonly total: number;
}

/** Quantiles of the old release's latency that serve as thresholds. */
export const quantileNames = ["p50", "p90", "p99", "p99.9"] as const;
export type QuantileName = (typeof quantileNames)[number];

/** `traffic` asks whether the new release takes its share of the requests; a custom metric has the name of the plan behind the dash. */
export type MetricName = "errors" | "traffic" | `latency-${QuantileName}` | `custom-${string}`;

/** The evidence on one metric with the numbers that a decision was, or would be, made on. */
export interface MetricEvidence {
  readonly metric: MetricName;
  readonly state: EvidenceState;
  /** ln of the e-value without its weight: 0 is "nothing known". */
  readonly lnE: number;
  /** The metric decides when `lnE` reaches this: ln(1/(alpha·weight)), where it stands alone. */
  readonly lnThreshold: number;
  /** Number of evaluated intervals. */
  readonly intervals: number;
  /** Both arms over the intervals used: for people, not for the test. */
  readonly old: ArmCount;
  readonly new: ArmCount;
  /** `ceiling` when no old release serves any more and only the absolute bound judges. */
  readonly comparison: "old-release" | "ceiling";
  readonly shownHarmless: boolean;
  /** For latency: requests above this many milliseconds count as slow. Null for every other metric. */
  readonly thresholdMs: number | null;
  /** `raw` counts come from a source without slots: their test is divided by their dispersion, and weaker. */
  readonly unit: "slots" | "raw";
  /** For a plain number of the new release, and its bound: nothing else here says anything of it then. */
  readonly gauge?: { readonly value: number | null; readonly max: number };
  readonly at: number;
}

/** What one instance's main process took, or one release's instances on average. Null is what cannot be known. */
export interface Usage {
  /** Cores in use: 0.5 is half of one core. */
  readonly cpu: number | null;
  /** Resident memory. */
  readonly memoryBytes: number | null;
  /** How often a program was started again in this time. */
  readonly restarts: number;
}

/** One second of one instance's traffic, as the balancer counted it. */
export interface InstanceTick {
  /** Idempotency key under which the unit was started; tells one unit of an instance from the next. */
  readonly unitKey: string;
  readonly releaseId: string;
  /** Ten slots of 100 ms: requests that ended in the slot, and how many of them failed. */
  readonly slots: readonly (readonly [requests: number, failed: number])[];
  /**
   * For each of the slots the latency of the first request that ended in it and of the slowest, as bins; null where none
   * ended. Left out by a source that does not know.
   */
  readonly latency?: readonly (readonly [first: number, slowest: number] | null)[];
  /** Latency of the requests that ended: sparse log-linear bins, see domain/evidence/histogram.ts. */
  readonly bins: readonly (readonly [bin: number, count: number])[];
  readonly inFlight: number;
  readonly cut: number;
  /** Since the unit first became ready; null before. Fresh units warm up. */
  readonly readyForMs: number | null;
  readonly inRotation: boolean;
  /** Of the unit in this second. Left out by a source that does not know. */
  readonly usage?: Usage;
}

/** One second of a fleet's traffic. Numbers are consecutive; a gap means that the source lost some. */
export interface FleetTick {
  readonly number: number;
  readonly at: number;
  /**
   * By instance id; the second unit of a start-first update by `<instance id>+next`. For one second after a unit has
   * ended, its last counts stand there as well, so each tick is told apart by its own `unitKey`, not by its name.
   */
  readonly instances: Readonly<Record<string, InstanceTick>>;
}

const nextSuffix = "+next";

/** The name under which a tick counts an instance's second unit. */
export function nextNameOf(instanceId: string): string {
  return `${instanceId}${nextSuffix}`;
}

/** The instance that a tick's name belongs to. */
export function instanceOf(name: string): string {
  return name.endsWith(nextSuffix) ? name.slice(0, -nextSuffix.length) : name;
}

/** One release's traffic in one bucket of time: what charts draw. */
export interface ReleaseSample {
  readonly releaseId: string;
  /** Start of the bucket, engine time, and its width. */
  readonly at: number;
  readonly widthMs: number;
  readonly requests: number;
  readonly failed: number;
  readonly cut: number;
  /** Milliseconds, from the merged histogram; null when nothing ended in the bucket. */
  readonly latencyMsP50: number | null;
  readonly latencyMsP95: number | null;
  readonly latencyMsP99: number | null;
  /** The mean of one instance, and the restarts of all; null or left out where no source knew. */
  readonly usage?: Usage | null;
}
