"use client";

import { createContext, useMemo, useState } from "react";
import { type BatchPower, decidingTests, firstBatchThatFinds, powerOf, soakThatFinds } from "#domain/evidence/plan-power.ts";
import type { Plan } from "#domain/plan.ts";
import { resolvePlan } from "#domain/plan-limits.ts";
import type { PreviewFleet } from "./use-plan-preview.ts";

/** What the plan can find on the fleet that it is tried on. */
export interface PlanPower {
  readonly batches: readonly BatchPower[];
  /** What would make the first batch long, or large, enough; null where nothing is to mend or nothing would do. */
  readonly soakMs: number | null;
  readonly firstSize: number | null;
  readonly fleetName: string;
  readonly requestsPerSecond: number | null;
}

export const PlanPowerContext = createContext<PlanPower | null>(null);

/** While the text is no plan, that of the last one: half a word takes nothing off the page. Null before there was any. */
export function usePlanPower(plan: Plan | null, fleet: PreviewFleet): PlanPower | null {
  const [last, setLast] = useState(plan);
  if (plan !== null && plan !== last) setLast(plan);
  const shown = plan ?? last;
  return useMemo(() => (shown === null ? null : describePlanPower(shown, fleet)), [shown, fleet]);
}

export function describePlanPower(plan: Plan, { name, instances, requestsPerSecond, errorRate }: PreviewFleet): PlanPower {
  const desired = instances.length;
  const context = { desired, requestsPerSecond: requestsPerSecond ?? 0, errorRate: errorRate ?? 0 };
  const limits = resolvePlan(plan, desired);
  const batches = powerOf(plan, limits, context);
  const [first] = batches;
  const isEnough = !first || decidingTests(first.tests).every(({ finds }) => finds === "most" || finds === "none");
  return {
    batches,
    soakMs: isEnough ? null : soakThatFinds(first),
    firstSize: isEnough ? null : firstBatchThatFinds(plan, limits, context),
    fleetName: name,
    requestsPerSecond,
  };
}

/** As a plan writes it: whole minutes or hours where it is such, else seconds. */
export function toDurationText(ms: number): string {
  if (ms % 3_600_000 === 0) return `${ms / 3_600_000}h`;
  return ms % 60_000 === 0 ? `${ms / 60_000}m` : `${Math.ceil(ms / 1_000)}s`;
}
