import type { Fleet } from "#domain/fleet.ts";
import type { FleetTick } from "#domain/metric.ts";

/** Counts traffic per instance. Throws `Failure("unavailable")` when it cannot be read: that is blind, never bad. */
export interface MetricsSource {
  /** Ticks with a number above `after`, oldest first, as many as the source still has. */
  readTicks(fleet: Fleet, after: number, signal: AbortSignal): Promise<readonly FleetTick[]>;
}
