import type { Plan, PlanLimits } from "../plan.ts";

/** What ordering needs to know of an instance. */
export interface Orderable {
  readonly instanceId: string;
  readonly zone: string;
  /** When its unit started, for `oldest-first`; null when nothing runs. */
  readonly unitStartedAt: number | null;
  readonly healthy: boolean;
}

/** Instances in the order of the plan; ties keep the fleet's own order. */
export function orderInstances<T extends Orderable>(instances: readonly T[], order: Plan["order"]): T[] {
  switch (order) {
    case "zone-by-zone":
      return stableSort(instances, (a, b) => compareText(a.zone, b.zone));
    case "oldest-first":
      return stableSort(instances, (a, b) => (a.unitStartedAt ?? 0) - (b.unitStartedAt ?? 0));
    case "spread":
      return spread(instances);
  }
}

/** One of each zone in turn. */
function spread<T extends Orderable>(instances: readonly T[]): T[] {
  const zones = new Map<string, T[]>();
  for (const instance of instances) zones.set(instance.zone, [...(zones.get(instance.zone) ?? []), instance]);
  const lanes = [...zones.entries()].sort(([a], [b]) => compareText(a, b)).map(([, lane]) => lane);
  const longest = Math.max(0, ...lanes.map((lane) => lane.length));
  return Array.from({ length: longest }, (_, row) => lanes.flatMap((lane) => lane.slice(row, row + 1))).flat();
}

/** How many instances batch `number` (from 1) takes of a plan; the last entry repeats. */
export function batchSize(limits: PlanLimits, number: number): number {
  return limits.batches[Math.min(number, limits.batches.length) - 1]?.size ?? 1;
}

/**
 * The members of the next batch. Unhealthy instances go first, for they cost nothing; but batch 1 holds at least one
 * that is healthy, so that a dead host is never the whole canary. Where the floor forbids taking that one, batch 1
 * grows by the unhealthy instances that must come back first.
 */
export function pickBatch<T extends Orderable>(
  remaining: readonly T[],
  context: {
    readonly limits: PlanLimits;
    readonly order: Plan["order"];
    readonly number: number;
    readonly available: number;
    readonly desired: number;
  },
): T[] {
  const ordered = orderInstances(remaining, context.order);
  const healthy = ordered.filter((instance) => instance.healthy);
  const unhealthy = ordered.filter((instance) => !instance.healthy);
  const size = batchSize(context.limits, context.number);
  const [canary] = healthy;
  if (context.number > 1 || canary === undefined || unhealthy.length < size) return [...unhealthy, ...healthy].slice(0, size);
  const missing = context.desired - context.limits.maxUnavailable + 1 - context.available;
  return [...unhealthy.slice(0, Math.max(size - 1, missing)), canary];
}

/** The whole batch list as it would be if nothing went wrong: a preview, for members are fixed only when a batch opens. */
export function planBatches(instances: readonly Orderable[], limits: PlanLimits, order: Plan["order"]): string[][] {
  const batches: string[][] = [];
  let remaining = [...instances];
  const available = instances.filter((instance) => instance.healthy).length;
  while (remaining.length > 0) {
    const picked = pickBatch(remaining, { limits, order, number: batches.length + 1, available, desired: instances.length });
    batches.push(picked.map((instance) => instance.instanceId));
    const taken = new Set(picked);
    remaining = remaining.filter((instance) => !taken.has(instance));
  }
  return batches;
}

function stableSort<T>(items: readonly T[], compare: (a: T, b: T) => number): T[] {
  return [...items].sort(compare);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
