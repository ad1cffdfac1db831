import type { RolloutEvent, RolloutFact } from "#domain/event.ts";
import type { event } from "../schema/rollouts.ts";

export function rolloutStream(rolloutId: string): string {
  return `rollout:${rolloutId}`;
}

export function fleetStream(fleetId: string): string {
  return `fleet:${fleetId}`;
}

/** A row of a rollout's stream: nothing but a rollout's facts is ever appended there. */
export function toRolloutEvent(rolloutId: string, row: typeof event.$inferSelect): RolloutEvent {
  return { ...(row.data as RolloutFact), rolloutId, seq: row.seq, at: row.at, actor: row.actor };
}
