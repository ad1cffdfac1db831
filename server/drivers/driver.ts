import type { UnitView } from "#domain/engine/observation.ts";
import type { Fleet } from "#domain/fleet.ts";
import type { Usage } from "#domain/metric.ts";
import type { Release } from "#domain/release.ts";

/**
 * Whether the other side remembers the highest token, whoever brought it, and refuses a lower one. Where it does not, calls
 * end with the lease, and who takes over from a holder that did not give it back waits until none can be under way.
 */
export type Fencing = "stored" | "lease-only";

/** Proof of who acts: the lease's token, which only grows. */
export interface Fence {
  readonly token: number;
  /** False once another may act: with lease-only fencing nothing is sent from then on. Left out by who acts without a lease. */
  isValid?(): boolean;
}

/** What was seen of one unit, or of a place without one. */
export interface UnitAnswer {
  readonly unit: UnitView["unit"];
  readonly ready: boolean;
  /** Relative, for the driver's clock is not the engine's; null while not ready. */
  readonly readyForMs: number | null;
  readonly probe: string | null;
}

/** An instance's unit, and the second one of a start-first update while there is one. */
export type UnitObservation = UnitAnswer & { readonly next: UnitAnswer | null };

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
  readonly fencing: Fencing;
  /** Can run two units of one instance: start, retire and discard. */
  readonly canSurge: boolean;
  /**
   * Makes the fleet known to the driver (checks, time-outs, port). The same again changes nothing. An instance that the
   * definition no longer has goes on as it is, until it is removed.
   */
  ensureFleet(fleet: Fleet, fence: Fence, signal: AbortSignal): Promise<void>;
  /** Whether this release could be started: Failure("invalid") names what is missing or has changed. Starts nothing. */
  resolveRelease(fleet: Fleet, release: Release, signal: AbortSignal): Promise<void>;
  /** All instances that exist, also those that have left the definition. */
  observe(fleet: Fleet, signal: AbortSignal): Promise<Readonly<Record<string, UnitObservation>>>;
  /**
   * Stops the instance's unit (politely, then by force) and starts `release` in its place. Resolves when the new
   * unit has been started, not when it is ready. A next unit is ended as well: afterwards exactly the new one runs.
   * The same key again joins or repeats the first answer.
   */
  replace(fleet: Fleet, instanceId: string, release: Release, key: string, fence: Fence, signal: AbortSignal): Promise<void>;
  /**
   * Starts `release` as the next unit, beside the first. Resolves when it has been started, not when it is ready. The same
   * key again joins or finds it done, also when it has taken the first one's place. Failure("conflict"): another one is there.
   */
  start(fleet: Fleet, instanceId: string, release: Release, key: string, fence: Fence, signal: AbortSignal): Promise<void>;
  /**
   * Stops the first unit and lets the next one, named by its key, take its place; done when it has. Failure("not-found"):
   * there is no such unit. Failure("conflict"): the first one has not been drained.
   */
  retire(fleet: Fleet, instanceId: string, key: string, fence: Fence, signal: AbortSignal): Promise<void>;
  /**
   * Takes the next unit of that key out of rotation, stops it and forgets it; the first goes on. Done when there is none.
   * Failure("conflict"): it has taken the first one's place.
   */
  discard(fleet: Fleet, instanceId: string, key: string, fence: Fence, signal: AbortSignal): Promise<void>;
  /** Ends an instance that has left the fleet, its logs included. Done when there is none. Failure("conflict"): it has not left. */
  remove(fleet: Fleet, instanceId: string, fence: Fence, signal: AbortSignal): Promise<void>;
  /** Ends the fleet: every unit that it brought stopped, its traffic port closed. What it adopted goes on. */
  removeFleet(fleet: Fleet, fence: Fence, signal: AbortSignal): Promise<void>;
  /** Lines after a number, oldest first; after 0 the newest. */
  readLogs(fleet: Fleet, instanceId: string, options: { after: number; limit: number }, signal: AbortSignal): Promise<readonly LogLine[]>;
  /** What its units take, by their keys; left out by a driver whose units' ticks tell it. */
  readUsage?(fleet: Fleet, signal: AbortSignal): Promise<Readonly<Record<string, Usage>>>;
}
