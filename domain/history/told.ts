import type { RolloutEvent } from "../event.ts";

/** Events that tell how a rollout went. There are few of them however large the fleet, so they have an index of their own. */
export const toldTypes = [
  "rollout.prepared",
  "batch.opened",
  "batch.settled",
  "batch.soaked",
  "soak.skipped",
  "gate.opened",
  "attempt.failed",
  "evidence.changed",
  "evidence.overridden",
  "resources.overridden",
  "rollout.paused",
  "rollout.resumed",
  "rollout.finalizing",
  "rollout.watching",
  "rollback.started",
  "rollout.stopping",
  "rollout.ended",
] as const satisfies readonly RolloutEvent["type"][];

export type ToldEvent = Extract<RolloutEvent, { readonly type: (typeof toldTypes)[number] }>;
