import type { RolloutEvent } from "../event.ts";
import { resolvePlan } from "../plan-limits.ts";
import type { InstanceUpdate, Rollout } from "../rollout.ts";
import { Table } from "../table.ts";
import { beginUpdate } from "./begin.ts";

/**
 * New instances come up on the proven release and join further batches; once the last batch is done they come up on the
 * target. Limits follow the new size; batch percentages stay those of the start.
 */
export function scaleRollout(state: Rollout, event: RolloutEvent & { type: "fleet.scaled" }): Rollout {
  const isLate = [state.status, state.pausedFrom].some((status) => status === "finalizing" || status === "watching");
  const removed = new Set(event.removed);
  const kept = state.updates.map((update) =>
    removed.has(update.instanceId) ? { ...update, phase: "removed" as const, phaseSince: event.at, repair: null, retryAt: null } : update,
  );
  const added = event.added.map((instance): [string, InstanceUpdate] => [
    instance.instanceId,
    {
      ...beginUpdate({ kind: state.kind, releaseId: state.releaseId, at: event.at }, instance),
      phase: isLate ? "updated" : state.rollback ? "reverted" : "pending",
      phaseSince: event.at,
      touched: isLate,
      joining: true,
    },
  ]);
  const fresh = resolvePlan(state.plan, event.desired);
  const limits = { ...fresh, batches: state.limits.batches, maxFailures: state.limits.maxFailures };
  const updates = added.length === 0 ? kept : Table.from([...kept.entries(), ...added]);
  return { ...state, desired: event.desired, limits, updates };
}
