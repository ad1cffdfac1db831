import type { UnitTarget } from "#domain/engine/effect.ts";
import type { UnitView } from "#domain/engine/observation.ts";
import type { Fleet } from "#domain/fleet.ts";
import type { Fence } from "#server/drivers/driver.ts";

export type RotationAnswer = Pick<UnitView, "rotation" | "inFlight" | "cut">;

/** Where an instance's unit stands, and the second one of a start-first update while there is one. */
export type RotationObservation = RotationAnswer & { readonly next: RotationAnswer | null };

/** Carries users' traffic. What `observe` does not confirm did not happen. Failures as for a driver. */
export interface Balancer {
  observe(fleet: Fleet, signal: AbortSignal): Promise<Readonly<Record<string, RotationObservation>>>;
  /** Takes the unit out of rotation and lets requests in flight end; what is left after `timeoutMs` is cut and counted. Resolves at once. */
  drain(fleet: Fleet, instanceId: string, target: UnitTarget, key: string, timeoutMs: number, fence: Fence, signal: AbortSignal): Promise<void>;
  /** Puts a ready unit into rotation. */
  restore(fleet: Fleet, instanceId: string, target: UnitTarget, key: string, fence: Fence, signal: AbortSignal): Promise<void>;
}
