"use client";

import { useMemo, useState } from "react";
import { countBatches } from "#domain/engine/batches.ts";
import { type Finding, lintPlan } from "#domain/engine/lint.ts";
import { Failure } from "#domain/failure.ts";
import type { Instance } from "#domain/fleet.ts";
import type { Plan } from "#domain/plan.ts";
import { resolvePlan } from "#domain/plan-limits.ts";
import { type Preview, previewPlan } from "#domain/simulation/preview.ts";
import { formPath } from "./plan-problems.ts";

/** The fleet a plan is tried on. */
export interface PreviewFleet {
  readonly name: string;
  readonly instances: readonly Instance[];
  readonly requestsPerSecond: number | null;
  readonly errorRate: number | null;
}

/** Instances times batches: above it the simulation takes longer than a keystroke may. */
const previewWorkMax = 4_000;

export interface PlanPreviewResult {
  readonly findings: readonly Finding[];
  /** Null while there never was a plan that works, or it is too large. */
  readonly preview: Preview | null;
  /** The preview is of an earlier text: the present one is no plan that works. */
  readonly outdated: boolean;
  /** Why there is no preview, in words. */
  readonly reason: string | null;
}

/** The plan run by the engine itself, in this browser, on every change. The fleet's traffic changes more often than its instances. */
export function usePlanPreview(plan: Plan | null, fleet: PreviewFleet): PlanPreviewResult {
  const { instances, requestsPerSecond, errorRate } = fleet;
  const desired = instances.length;
  // Whether a fleet's driver can run two units in one instance is for the check of a start to say.
  const findings = useMemo(
    () => (plan && desired > 0 ? lint(plan, { desired, canSurge: true, requestsPerSecond, errorRate }) : []),
    [plan, desired, requestsPerSecond, errorRate],
  );
  const now = useMemo(() => (plan && desired > 0 ? runPreview(plan, instances) : null), [plan, instances, desired]);
  const [last, setLast] = useState<{ preview: Preview; instances: readonly Instance[] } | null>(null);
  if (now?.preview && last?.preview !== now.preview) setLast({ preview: now.preview, instances });
  const kept = last?.instances === instances && !now?.reason ? last.preview : null;
  return useMemo(
    () => ({ findings, preview: now?.preview ?? kept, outdated: !now?.preview && kept !== null, reason: now?.reason ?? null }),
    [findings, now, kept],
  );
}

function lint(plan: Plan, context: Parameters<typeof lintPlan>[1]): Finding[] {
  return lintPlan(plan, context).map((finding) => ({ ...finding, field: formPath(finding.field) }));
}

/** A preview, or why there is none; neither when the plan's lint refuses it, for then the problems say why. */
function runPreview(plan: Plan, instances: readonly Instance[]): { preview: Preview | null; reason: string | null } {
  const batches = countBatches(resolvePlan(plan, instances.length), instances.length);
  if (instances.length * batches > previewWorkMax)
    return { preview: null, reason: `${instances.length} instances in ${batches} batches are too many to preview while you type.` };
  try {
    // What windows do depends on when it starts; the sentence beside them tells that.
    return { preview: previewPlan({ plan: { ...plan, windows: [] }, instances, canSurge: true }), reason: null };
  } catch (error) {
    if (error instanceof Failure) return { preview: null, reason: null };
    throw error;
  }
}
