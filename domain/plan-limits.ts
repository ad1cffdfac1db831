import { parseDuration } from "./duration.ts";
import type { Plan } from "./plan.ts";
import { sizeRoundedDown, sizeRoundedUp } from "./size.ts";

/** A plan with every size counted and every duration in milliseconds, for a fleet of a given size. */
export interface PlanLimits {
  readonly batches: readonly { readonly size: number; readonly soakMs: number; readonly approval: boolean }[];
  readonly maxUnavailable: number;
  readonly maxSurge: number;
  readonly minHealthyMs: number;
  readonly healthyDeadlineMs: number;
  readonly drainTimeoutMs: number;
  readonly retries: number;
  readonly progressDeadlineMs: number;
  readonly maxFailures: number;
  readonly watchMs: number;
  readonly rollbackMaxUnavailable: number;
  readonly warmUpMs: number;
  readonly patienceMs: number;
}

/** The numbers of a plan for `desired` instances. Rounding as docs/semantics says: batches up, limits down. */
export function resolvePlan(plan: Plan, desired: number): PlanLimits {
  const soakMs = durationMs(plan.soak);
  const maxUnavailable = atLeastOneStep(plan, plan.maxUnavailable, desired);
  return {
    batches: plan.batches.map((batch) => {
      const entry = typeof batch === "object" ? batch : { size: batch };
      return {
        size: Math.max(1, sizeRoundedUp(entry.size, desired)),
        soakMs: entry.soak === undefined ? soakMs : durationMs(entry.soak),
        approval: entry.approval ?? false,
      };
    }),
    maxUnavailable,
    maxSurge: sizeRoundedUp(plan.maxSurge, desired),
    minHealthyMs: durationMs(plan.minHealthyTime),
    healthyDeadlineMs: durationMs(plan.healthyDeadline),
    drainTimeoutMs: durationMs(plan.drainTimeout),
    retries: plan.retries,
    progressDeadlineMs: durationMs(plan.progressDeadline),
    maxFailures: sizeRoundedDown(plan.maxFailures, desired),
    watchMs: durationMs(plan.watch),
    rollbackMaxUnavailable: plan.rollback.maxUnavailable === undefined ? maxUnavailable : atLeastOneStep(plan, plan.rollback.maxUnavailable, desired),
    warmUpMs: plan.metrics === false ? 0 : durationMs(plan.metrics.warmUp),
    patienceMs: plan.metrics === false ? 0 : durationMs(plan.metrics.patience),
  };
}

/** A percentage above 0 that rounds to 0 instances becomes 1 when there is no surge, or nothing could ever start. */
function atLeastOneStep(plan: Plan, size: Plan["maxUnavailable"], desired: number): number {
  const count = Math.min(desired, sizeRoundedDown(size, desired));
  const writtenAsZero = size === 0 || (typeof size === "string" && Number.parseFloat(size) === 0);
  return count === 0 && !writtenAsZero && sizeRoundedUp(plan.maxSurge, desired) === 0 ? 1 : count;
}

function durationMs(text: string): number {
  const ms = parseDuration(text);
  if (ms === null) throw new RangeError(`Not a duration: ${text}`);
  return ms;
}
