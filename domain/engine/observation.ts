import type { MetricEvidence } from "../metric.ts";

/** What was last seen of one instance. May be stale; the engine acts only on what it sees confirmed. */
export interface InstanceObservation {
  readonly instanceId: string;
  readonly unit: {
    /** Idempotency key of the attempt that started this unit. */
    readonly key: string;
    readonly releaseId: string;
    readonly state: "starting" | "running" | "stopping" | "exited";
    readonly startedAt: number;
    readonly restarts: number;
    readonly address: string | null;
    /** Why it is not running, in the driver's words. */
    readonly message: string | null;
  } | null;
  readonly ready: boolean;
  /** How long readiness has held without a break; null while not ready. */
  readonly readyForMs: number | null;
  /** The last readiness answer in words: "503 in 4 ms", "connection refused". */
  readonly probe: string | null;
  /** As the balancer confirmed it. `draining`: takes no new request, some are still in flight. */
  readonly rotation: "in" | "draining" | "out";
  readonly inFlight: number;
  /** Requests cut by the last drain. */
  readonly cut: number;
  /** True when nearly all of the last two seconds' answers failed (docs/semantics, the passive check). */
  readonly passiveFailed: boolean;
}

export interface Unreachable {
  readonly message: string;
}

/** Everything the engine may know of the world when it advances. */
export interface Observation {
  readonly driver: Unreachable | null;
  readonly balancer: Unreachable | null;
  readonly instances: Readonly<Record<string, InstanceObservation>>;
  /** Per metric, as computed from stored intervals. Empty while there is nothing yet. */
  readonly evidence: Readonly<Record<string, MetricEvidence>>;
}
