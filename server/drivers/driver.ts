import type { InstanceObservation } from "#domain/engine/observation.ts";
import type { Fleet } from "#domain/fleet.ts";
import type { Release } from "#domain/release.ts";

/** Proof of who acts: the lease's token, which only grows. A driver with stored fencing refuses a lower one. */
export interface Fence {
  readonly token: number;
}

export type UnitObservation = Pick<InstanceObservation, "unit" | "ready" | "readyForMs" | "probe">;

export interface LogLine {
  readonly number: number;
  readonly at: number;
  readonly stream: "out" | "err";
  /** Hostile input: show as text, never as markup. */
  readonly text: string;
}

/**
 * Runs units. Every call ends by its signal's deadline. Failures are thrown as `Failure`:
 * `unavailable` means the driver could not be reached and nothing is known; any other code is the world's "no".
 */
export interface Driver {
  readonly fencing: "stored" | "lease-only";
  readonly canSurge: boolean;
  /** Makes the fleet known to the driver (checks, time-outs, port). The same again changes nothing. */
  ensureFleet(fleet: Fleet, fence: Fence, signal: AbortSignal): Promise<void>;
  observe(fleet: Fleet, signal: AbortSignal): Promise<Readonly<Record<string, UnitObservation>>>;
  /**
   * Stops the instance's unit (politely, then by force) and starts `release` in its place. Resolves when the new
   * unit has been started, not when it is ready. The same key again joins or repeats the first answer.
   */
  replace(fleet: Fleet, instanceId: string, release: Release, key: string, fence: Fence, signal: AbortSignal): Promise<void>;
  /** Ends the fleet: every unit stopped, its traffic port closed. */
  removeFleet(fleetId: string, fence: Fence, signal: AbortSignal): Promise<void>;
  readLogs(fleetId: string, instanceId: string, options: { after: number; limit: number }, signal: AbortSignal): Promise<readonly LogLine[]>;
}
