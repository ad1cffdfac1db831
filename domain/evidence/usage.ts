import type { InstanceTick, Usage } from "../metric.ts";

/** What one release's instances took over some time, as sums: they add up, in whatever order, where means would not. Plain JSON. */
export interface UsageTotals {
  /** Seconds of an instance of which both CPU and memory are known. */
  readonly unitSeconds: number;
  /** Cores × seconds. */
  readonly cpuSeconds: number;
  /** Bytes × seconds. */
  readonly memoryByteSeconds: number;
  /** Known of the other seconds, too. */
  readonly restarts: number;
}

/** Null where no source knew. */
export function sumUsage(ticks: readonly Pick<InstanceTick, "usage">[]): UsageTotals | null {
  const sum = { unitSeconds: 0, cpuSeconds: 0, memoryByteSeconds: 0, restarts: 0 };
  let isKnown = false;
  for (const { usage } of ticks) {
    if (!usage) continue;
    isKnown = true;
    sum.restarts += usage.restarts;
    if (usage.cpu === null || usage.memoryBytes === null) continue;
    sum.unitSeconds += 1;
    sum.cpuSeconds += usage.cpu;
    sum.memoryByteSeconds += usage.memoryBytes;
  }
  return isKnown ? sum : null;
}

/** Sums of which some may be missing; null where all are. */
export function mergeUsage(parts: readonly { readonly usage?: UsageTotals | null }[]): UsageTotals | null {
  return parts.reduce<UsageTotals | null>((sum, { usage }) => (usage ? addUsage(sum, usage) : sum), null);
}

function addUsage(left: UsageTotals | null, right: UsageTotals): UsageTotals {
  if (left === null) return right;
  return {
    unitSeconds: left.unitSeconds + right.unitSeconds,
    cpuSeconds: left.cpuSeconds + right.cpuSeconds,
    memoryByteSeconds: left.memoryByteSeconds + right.memoryByteSeconds,
    restarts: left.restarts + right.restarts,
  };
}

/** The mean of one instance. */
export function toUsage({ unitSeconds, cpuSeconds, memoryByteSeconds, restarts }: UsageTotals): Usage {
  if (unitSeconds === 0) return { cpu: null, memoryBytes: null, restarts };
  return { cpu: cpuSeconds / unitSeconds, memoryBytes: memoryByteSeconds / unitSeconds, restarts };
}
