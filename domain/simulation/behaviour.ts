/** Milliseconds; the rest of the distribution follows from the two. */
export interface Latency {
  readonly p50: number;
  readonly p99: number;
}

/** Some instances by name, or every one. */
export type Who = "all" | readonly string[];

/** How the units of a release behave. What is left out is faultless. */
export interface ReleaseBehaviour {
  /** To stop the old unit and start the new one. */
  readonly updateMs: number;
  /** From started to ready. */
  readonly readyMs: number;
  /** Share of the requests it serves that fail; the fleet's own when left out. */
  readonly errorRate?: number;
  readonly latencyMs?: Latency;
  /** Since the unit first became ready; until then it fails no more often than the fleet. */
  readonly errorsBeginAfterMs?: number;
  readonly neverReady?: Who;
  /** It crashes this long after it became ready, again and again. */
  readonly crashAfterMs?: number;
  /** Ready and not ready in turn, from when it became ready. */
  readonly flap?: { readonly upMs: number; readonly downMs: number };
  /** Ready, and answers no request. */
  readonly hangs?: Who;
  /** Cores and megabytes that a unit takes while it runs; where both are left out the source does not know. */
  readonly cpu?: number;
  readonly memoryMb?: number;
  /** How often the driver says no on an instance before it works. */
  readonly driverErrors?: Readonly<Record<string, number>>;
}

/** How every release of a fleet behaves. */
export interface Behaviours {
  readonly byRelease: Readonly<Record<string, ReleaseBehaviour>>;
  /** Of a release that is not named: the fleet's first one at its best. */
  readonly otherwise: ReleaseBehaviour;
}

export function behaviourOf({ byRelease, otherwise }: Behaviours, releaseId: string): ReleaseBehaviour {
  return byRelease[releaseId] ?? otherwise;
}

export function concerns(who: Who | undefined, instanceId: string): boolean {
  return who === "all" || (who?.includes(instanceId) ?? false);
}
