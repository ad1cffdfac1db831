import type { FleetTick, InstanceTick } from "../metric.ts";
import { instanceOf } from "../metric.ts";
import type { Plan } from "../plan.ts";
import type { Batch, InstanceUpdate } from "../rollout.ts";
import type { Table } from "../table.ts";
import { createArmOf } from "./arm.ts";
import { delayMsTolerated } from "./expected.ts";
import { sumUsage, type UsageTotals } from "./usage.ts";

/** What both releases took in the same ten seconds. */
export interface ResourcePart {
  readonly old: UsageTotals;
  /** Its restarts are those of instances whose batch has passed its gate: before, a crash is a failed instance. */
  readonly new: UsageTotals;
}

/** What of a rollout the comparison depends on. */
export interface ComparedRollout {
  readonly releaseId: string;
  readonly startedAt: number;
  readonly plan: Plan;
  readonly limits: { readonly warmUpMs: number };
  readonly updates: Table<Pick<InstanceUpdate, "wayBackId" | "batch">>;
  readonly batches: readonly Pick<Batch, "gateOpenedAt">[];
}

export const resourceWindowMs = 30_000;
const tickMs = 1_000;
const PART_TICKS = 10;
const PARTS = resourceWindowMs / tickMs / PART_TICKS;
/** A part in which more seconds than two are missing, or only one of both releases served, compares nothing. */
const COMPARED_TICKS_MIN = 8;

/**
 * The last 30 seconds in parts of ten, oldest first; empty where the plan does not ask, the source does not know, or not
 * both releases served through all of it with units past their warm-up. `ticks` may hold more, oldest first.
 */
export function compareResources(ticks: readonly FleetTick[], rollout: ComparedRollout, now: number): readonly ResourcePart[] {
  const newest = ticks.at(-1);
  if (!newest || rollout.plan.metrics === false || !rollout.plan.metrics.resources || now - newest.at > delayMsTolerated) return [];
  const armsOf = createArmsOf(rollout);
  const parts: ResourcePart[] = [];
  for (let index = PARTS; index > 0; index -= 1) {
    const after = newest.number - index * PART_TICKS;
    const own = ticks.filter((tick) => tick.number > after && tick.number <= after + PART_TICKS && tick.at >= rollout.startedAt);
    const arms = own.map(armsOf);
    if (arms.filter(isCompared).length < COMPARED_TICKS_MIN) return [];
    const [before, fresh] = [sumUsage(arms.flatMap((arm) => arm.old)), sumUsage(arms.flatMap((arm) => arm.new))];
    if (before && fresh) parts.push({ old: before, new: fresh });
  }
  return parts;
}

type Used = Pick<InstanceTick, "usage">;

interface ArmTicks {
  readonly old: Used[];
  readonly new: Used[];
}

function createArmsOf(rollout: ComparedRollout): (tick: FleetTick) => ArmTicks {
  const armOf = createArmOf(rollout);
  const { warmUpMs } = rollout.limits;
  const hasPassedGate = (instanceId: string, at: number) => {
    const batch = rollout.updates.get(instanceId)?.batch ?? null;
    const openedAt = batch === null ? null : (rollout.batches[batch - 1]?.gateOpenedAt ?? null);
    return openedAt !== null && openedAt <= at;
  };
  return ({ at, instances }) => {
    const ticks: ArmTicks = { old: [], new: [] };
    for (const [name, unit] of Object.entries(instances)) {
      const arm = armOf(unit.releaseId);
      if (arm === null || !unit.usage) continue;
      const counts = unit.inRotation && unit.readyForMs !== null && unit.readyForMs >= warmUpMs;
      const restarts = arm === "old" || hasPassedGate(instanceOf(name), at) ? unit.usage.restarts : 0;
      ticks[arm].push({ usage: counts ? { ...unit.usage, restarts } : { cpu: null, memoryBytes: null, restarts } });
    }
    return ticks;
  };
}

function isCompared(arms: ArmTicks): boolean {
  const isKnown = ({ usage }: Used) => usage?.cpu != null && usage.memoryBytes !== null;
  return arms.old.some(isKnown) && arms.new.some(isKnown);
}
