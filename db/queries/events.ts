import type { RolloutEvent } from "#domain/event.ts";
import type { event } from "../schema/rollouts.ts";

export function rolloutStream(rolloutId: string): string {
  return `rollout:${rolloutId}`;
}

export function toRolloutEvent(rolloutId: string, row: typeof event.$inferSelect): RolloutEvent {
  return { ...row.data, rolloutId, seq: row.seq, at: row.at, actor: row.actor };
}
