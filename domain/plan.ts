import { z } from "zod";
import { Duration, parseDuration } from "./duration.ts";
import { BatchSize, Size, sizeRoundedDown, sizeRoundedUp } from "./size.ts";

const batchEntriesMax = 100;

const Batch = z.union([BatchSize, z.strictObject({ size: BatchSize, soak: Duration.optional(), approval: z.boolean().optional() })]);

const rate = z.number().gt(0, { error: "Use a rate above 0." }).max(1, { error: "Use a rate of at most 1." });

export const Metrics = z.strictObject({
  errors: z.boolean().default(true),
  alpha: z.number().gte(1e-9).lte(0.5, { error: "Use a bound of at most 0.5." }).default(0.001),
  margin: z.strictObject({ ratio: z.number().min(0).max(10).default(0.1), absolute: z.number().min(0).max(0.5).default(1e-4) }).prefault({}),
  smallestEffect: z.number().gt(1, { error: "Use a factor above 1." }).max(1_000).default(3),
  warmUp: Duration.default("10s"),
  ceiling: z.union([z.literal("auto"), rate]).default("auto"),
  onInsufficient: z.enum(["proceed", "hold"]).default("proceed"),
  onBlind: z.enum(["hold", "proceed"]).default("hold"),
  patience: Duration.default("15m"),
});
export type Metrics = z.infer<typeof Metrics>;

/** How to roll, as people write it. Unknown fields are refused. See docs/plans.md for every field. */
export const Plan = z.strictObject({
  batches: z
    .array(Batch)
    .min(1, { error: "Give at least one batch." })
    .max(batchEntriesMax, { error: "At most 100 batches; the last one repeats until the fleet is done." })
    .default([1, "10%", "25%"]),
  maxUnavailable: Size.default("25%"),
  maxSurge: Size.default(0),
  order: z.enum(["spread", "zone-by-zone", "oldest-first"]).default("spread"),
  minHealthyTime: Duration.default("5s"),
  healthyDeadline: Duration.default("5m"),
  drainTimeout: Duration.default("30s"),
  retries: z.number().int().min(0).max(10).default(1),
  progressDeadline: Duration.default("15m"),
  maxFailures: Size.default(0),
  onFailure: z.enum(["rollback", "pause", "stop"]).default("rollback"),
  soak: Duration.default("60s"),
  metrics: z.union([z.literal(false), Metrics]).prefault({}),
  watch: Duration.default("5m"),
  rollback: z.strictObject({ maxUnavailable: Size.optional() }).prefault({}),
});
export type Plan = z.infer<typeof Plan>;
export type PlanInput = z.input<typeof Plan>;

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
