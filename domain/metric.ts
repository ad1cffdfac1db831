/** What the evidence on one metric says. `bad` is latched until a person overrides it. */
export type EvidenceState = "good" | "bad" | "insufficient" | "blind" | "overridden";

export interface ArmCount {
  /** Failed requests, or slots with at least one, as `unit` of the evidence says. */
  readonly failed: number;
  readonly total: number;
}

/** The evidence on one metric with the numbers that a decision was, or would be, made on. */
export interface MetricEvidence {
  readonly metric: "errors";
  readonly state: EvidenceState;
  /** ln of the e-value without its weight: 0 is "nothing known". */
  readonly lnE: number;
  /** The metric decides when `lnE` reaches this: ln(1/(alpha·weight)), where it stands alone. */
  readonly lnThreshold: number;
  /** Number of evaluated intervals. */
  readonly intervals: number;
  /** Requests and failed requests of both arms over the intervals used: for people, not for the test. */
  readonly old: ArmCount;
  readonly new: ArmCount;
  /** `ceiling` when no old release serves any more and only the absolute bound judges. */
  readonly comparison: "old-release" | "ceiling";
  readonly shownHarmless: boolean;
  readonly at: number;
}

/** One second of one instance's traffic, as the balancer counted it. */
export interface InstanceTick {
  /** Idempotency key under which the unit was started; tells one unit of an instance from the next. */
  readonly unitKey: string;
  readonly releaseId: string;
  /** Ten slots of 100 ms: requests that ended in the slot, and how many of them failed. */
  readonly slots: readonly (readonly [requests: number, failed: number])[];
  /** Latency of the requests that ended: sparse log-linear bins, see domain/evidence/histogram.ts. */
  readonly bins: readonly (readonly [bin: number, count: number])[];
  readonly inFlight: number;
  readonly cut: number;
  /** Since the unit first became ready; null before. Fresh units warm up. */
  readonly readyForMs: number | null;
  readonly inRotation: boolean;
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
}
