import type { Actor } from "../actor.ts";
import type { RolloutEvent } from "../event.ts";
import type { EvidenceInterval } from "../evidence/interval.ts";
import type { FleetFact, FleetState } from "../fleet.ts";
import { isTerminal, type Rollout } from "../rollout.ts";

export interface StoredRollout {
  readonly rolloutId: string;
  state: Rollout;
  readonly events: RolloutEvent[];
  readonly intervals: EvidenceInterval[];
}

export type FleetEvent = FleetFact & { readonly at: number; readonly actor: Actor };

/** What the database holds: it survives a crash of the engine. */
export interface Book {
  fleet: FleetState;
  readonly fleetEvents: FleetEvent[];
  /** In the order in which they were asked for. */
  readonly rollouts: StoredRollout[];
}

/** The one rollout that acts on the fleet now. */
export function activeOf({ rollouts }: Book): StoredRollout | null {
  return rollouts.findLast(({ state }) => !isTerminal(state.status) && state.status !== "queued") ?? null;
}

export function queuedOf({ rollouts }: Book): StoredRollout | null {
  return rollouts.find(({ state }) => state.status === "queued") ?? null;
}

/** The rollout that ended last. */
export function lastEndedOf({ rollouts }: Book): StoredRollout | null {
  return rollouts.reduce<StoredRollout | null>((last, each) => {
    if (each.state.endedAt === null) return last;
    return last === null || each.state.endedAt >= (last.state.endedAt ?? 0) ? each : last;
  }, null);
}
