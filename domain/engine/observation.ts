import type { ResourcePart } from "../evidence/resources.ts";
import type { MetricEvidence } from "../metric.ts";
import type { Table } from "../table.ts";

/** One unit of an instance, its health, and its place in the balancer, as last seen. */
export interface UnitView {
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
  /** Engine time since which readiness has held without a break; null while not ready. */
  readonly readySince: number | null;
  /** The last readiness answer in words: "503 in 4 ms", "connection refused". */
  readonly probe: string | null;
  /** As the balancer confirmed it. `draining`: takes no new request, some are still in flight. */
  readonly rotation: "in" | "draining" | "out";
  readonly inFlight: number;
  /** Requests cut by the last drain. */
  readonly cut: number;
  /** The balancer cannot see requests in flight there: it waits out a drain's whole time, and `inFlight` says nothing. */
  readonly unverified?: true;
}

/** What was last seen of one instance. May be stale; the engine acts only on what it sees confirmed. */
export interface InstanceObservation extends UnitView {
  readonly instanceId: string;
  /** The second unit of a start-first update, until it takes the first one's place; null when there is none. */
  readonly next: UnitView | null;
  /** True when nearly all of the last two seconds' answers failed (docs/semantics, the passive check). */
  readonly passiveFailed: boolean;
}

export interface Unreachable {
  readonly message: string;
}

/** How far a hook's run has come. A run that is not known has not begun. */
export interface HookObservation {
  readonly status: "running" | "succeeded" | "failed";
  readonly message: string;
  readonly output: string;
}

/** Everything the engine may know of the world when it advances. */
export interface Observation {
  readonly driver: Unreachable | null;
  readonly balancer: Unreachable | null;
  readonly instances: Table<InstanceObservation>;
  /** Per metric, as computed from stored intervals. Empty while there is nothing yet. */
  readonly evidence: Readonly<Record<string, MetricEvidence>>;
  /** What both releases take, where the plan asks; empty while there is nothing to compare. */
  readonly resources: readonly ResourcePart[];
  /** The freeze that holds the fleet's rollouts at their next gate; null when none does. */
  readonly freeze: { readonly until: number | null; readonly reason: string } | null;
  /** By the run's key. */
  readonly hooks: Readonly<Record<string, HookObservation>>;
}
