import type { InstanceObservation } from "#domain/engine/observation.ts";
import type { Fleet } from "#domain/fleet.ts";
import type { Fence } from "#server/drivers/driver.ts";

export type RotationObservation = Pick<InstanceObservation, "rotation" | "inFlight" | "cut">;

/** Carries users' traffic. What `observe` does not confirm did not happen. Failures as for a driver. */
export interface Balancer {
  observe(fleet: Fleet, signal: AbortSignal): Promise<Readonly<Record<string, RotationObservation>>>;
  /** Takes the instance out of rotation and lets requests in flight end; what is left after `timeoutMs` is cut and counted. Resolves at once. */
  drain(fleet: Fleet, instanceId: string, key: string, timeoutMs: number, fence: Fence, signal: AbortSignal): Promise<void>;
  /** Puts a ready instance into rotation. */
  restore(fleet: Fleet, instanceId: string, key: string, fence: Fence, signal: AbortSignal): Promise<void>;
}
