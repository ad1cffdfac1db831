import type { Plan } from "../plan.ts";
import type { PlanLimits } from "../plan-limits.ts";

/** What ordering needs to know of an instance. */
export interface Orderable {
  readonly instanceId: string;
  readonly zone: string;
  readonly labels: Readonly<Record<string, string>>;
  /** When its unit started, for `oldest-first`; null when nothing runs. */
  readonly unitStartedAt: number | null;
}

/** Instances in the order of the plan; ties keep the fleet's own order. */
export function orderInstances<T extends Orderable>(instances: readonly T[], order: Plan["order"]): T[] {
  if (typeof order === "object") return [...instances].sort((a, b) => labelRank(a, order) - labelRank(b, order));
  switch (order) {
    case "zone-by-zone":
      return [...instances].sort((a, b) => compareText(a.zone, b.zone));
    case "oldest-first":
      return [...instances].sort((a, b) => (a.unitStartedAt ?? 0) - (b.unitStartedAt ?? 0));
    case "spread":
      return spread(instances);
  }
}

/** In the order in which the plan lists the label's values; what has none of them comes last. */
function labelRank(instance: Orderable, { label, values }: Extract<Plan["order"], object>): number {
  const rank = values.indexOf(instance.labels[label] ?? "");
  return rank < 0 ? values.length : rank;
}

/** One of each zone in turn. */
function spread<T extends Orderable>(instances: readonly T[]): T[] {
  const zones = new Map<string, T[]>();
  for (const instance of instances) {
    const lane = zones.get(instance.zone);
    if (lane) lane.push(instance);
    else zones.set(instance.zone, [instance]);
  }
  const lanes = [...zones.entries()].sort(([a], [b]) => compareText(a, b)).map(([, lane]) => lane);
  const longest = lanes.reduce((most, lane) => Math.max(most, lane.length), 0);
  return Array.from({ length: longest }, (_, row) => lanes.flatMap((lane) => lane.slice(row, row + 1))).flat();
}

/** How many batches a fleet of that size is moved in. */
export function countBatches(limits: PlanLimits, desired: number): number {
  let [count, left] = [0, desired];
  while (left > 0) {
    count += 1;
    left -= batchSize(limits, count);
  }
  return count;
}

/** How many instances batch `number` (from 1) takes of a plan; the last entry repeats. */
export function batchSize(limits: PlanLimits, number: number): number {
  return limits.batches[Math.min(number, limits.batches.length) - 1]?.size ?? 1;
}

export interface PickContext {
  readonly limits: PlanLimits;
  readonly number: number;
  /** Instances that serve now. */
  readonly available: number;
  readonly desired: number;
}

/**
 * The members of the next batch, of those that remain in the plan's order. Unhealthy instances go first, for they cost
 * nothing; but batch 1 holds at least one that is healthy, so that a dead host is never the whole canary. Where the floor
 * forbids taking that one, batch 1 grows by the unhealthy instances that must come back first.
 */
export function pickBatch<T>(healthy: readonly T[], unhealthy: readonly T[], context: PickContext): T[] {
  const { limits, number, available, desired } = context;
  const size = batchSize(limits, number);
  const [canary] = healthy;
  if (number > 1 || canary === undefined || unhealthy.length < size) return [...unhealthy.slice(0, size), ...healthy].slice(0, size);
  const missing = limits.maxSurge > 0 ? 0 : desired - limits.maxUnavailable + 1 - available;
  return [...unhealthy.slice(0, Math.max(size - 1, missing)), canary];
}

/** The whole batch list as it would be if nothing went wrong: a preview, for members are fixed only when a batch opens. */
export function planBatches(instances: readonly (Orderable & { readonly healthy: boolean })[], limits: PlanLimits, order: Plan["order"]): string[][] {
  const ordered = orderInstances(instances, order);
  let healthy = ordered.filter((instance) => instance.healthy);
  let unhealthy = ordered.filter((instance) => !instance.healthy);
  const available = healthy.length;
  const batches: string[][] = [];
  while (healthy.length + unhealthy.length > 0) {
    const picked = new Set(pickBatch(healthy, unhealthy, { limits, number: batches.length + 1, available, desired: instances.length }));
    batches.push([...picked].map((instance) => instance.instanceId));
    healthy = healthy.filter((instance) => !picked.has(instance));
    unhealthy = unhealthy.filter((instance) => !picked.has(instance));
  }
  return batches;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
