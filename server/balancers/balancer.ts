import type { CheckStep } from "#domain/check-step.ts";
import type { UnitTarget } from "#domain/engine/effect.ts";
import type { UnitView } from "#domain/engine/observation.ts";
import { Failure } from "#domain/failure.ts";
import type { Fleet } from "#domain/fleet.ts";
import type { Fence, UnitObservation } from "#server/drivers/driver.ts";

export type RotationAnswer = Pick<UnitView, "rotation" | "inFlight" | "cut" | "unverified">;

/** Where an instance's unit stands, and the second one of a start-first update while there is one. */
export type RotationObservation = RotationAnswer & { readonly next: RotationAnswer | null };

/** By instance id, what the driver answered last. */
export type Units = Readonly<Record<string, UnitObservation>>;

/** A unit as the driver saw it last. A balancer outside knows it by its key and its address, wherever it stands by then. */
export type SeenUnit = Pick<UnitView, "unit" | "ready">;

export interface Place {
  readonly instanceId: string;
  readonly target: UnitTarget;
  /** Idempotency key of the effect. */
  readonly key: string;
  /** Null where there is none. */
  readonly seen: SeenUnit | null;
}

export interface Told {
  /** Null while the driver has never answered: then a balancer outside can say nothing of any instance. */
  readonly units: Units | null;
  /**
   * With it, what has become due is done as well: a drain that has ended or is at its deadline, a server of ours that is no
   * unit's any more. Without it nothing is changed.
   */
  readonly fence: Fence | null;
}

/** Carries users' traffic. What `observe` does not confirm did not happen. Failures as for a driver. */
export interface Balancer {
  /** Makes the fleet known where that is needed, or says why it cannot be carried. The same again changes nothing. */
  ensureFleet(fleet: Fleet, fence: Fence, signal: AbortSignal): Promise<void>;
  observe(fleet: Fleet, told: Told, signal: AbortSignal): Promise<Readonly<Record<string, RotationObservation>>>;
  /** Takes the unit out of rotation and lets requests in flight end; what is left after `timeoutMs` is cut and counted. Resolves at once. */
  drain(fleet: Fleet, place: Place, timeoutMs: number, fence: Fence, signal: AbortSignal): Promise<void>;
  /** Puts a ready unit into rotation. Failure("not-allowed-now"): it is not there, or not ready. */
  restore(fleet: Fleet, place: Place, fence: Fence, signal: AbortSignal): Promise<void>;
  /** Takes away what is ours of a fleet that was removed. */
  removeFleet(fleet: Fleet, fence: Fence, signal: AbortSignal): Promise<void>;
}

/** Where requests would go: a ready unit and its address. Throws Failure("not-allowed-now"). */
export function requireReady({ instanceId, target, seen }: Place): { readonly key: string; readonly releaseId: string; readonly address: string } {
  const what = target === "next" ? `The second unit of ${instanceId}` : instanceId;
  if (!seen?.unit) throw new Failure("not-allowed-now", `${what} cannot take requests: nothing runs there.`);
  const { key, releaseId, address } = seen.unit;
  if (!seen.ready) throw new Failure("not-allowed-now", `${what} cannot take requests: it is not ready.`);
  if (address === null) throw new Failure("not-allowed-now", `${what} cannot take requests: its driver tells no address.`);
  return { key, releaseId, address };
}

/** The highest token seen of each fleet, in this process's memory: beside the lease, for an adapter whose other side stores none. */
export function createFences(): (fleetId: string, fence: Fence) => void {
  const highest = new Map<string, number>();
  return (fleetId, { token }) => {
    const known = highest.get(fleetId) ?? 0;
    if (token < known)
      throw new Failure("conflict", `Another holder has taken over this fleet (token ${known}, yours is ${token}). Observe it again before acting.`);
    highest.set(fleetId, token);
  };
}

/** Tries settings out, step by step, as far as one can come. Changes nothing. Throws only for a mistake of ours. */
export type BalancerCheck<Settings> = (settings: Settings, signal: AbortSignal) => Promise<readonly CheckStep[]>;

/** Steps until one fails: what the next would need is then missing. A Failure fails the step with its words. */
export async function takeSteps(
  steps: readonly (readonly [name: string, take: () => Promise<Omit<CheckStep, "name">>])[],
): Promise<readonly CheckStep[]> {
  const taken: CheckStep[] = [];
  for (const [name, take] of steps) {
    const step = await take().catch((error: unknown) => {
      if (error instanceof Failure) return { outcome: "failed" as const, message: error.message };
      throw error;
    });
    taken.push({ name, ...step });
    if (step.outcome === "failed") break;
  }
  return taken;
}
