"use client";

import { useMemo, useState } from "react";
import { batchSize } from "#domain/engine/batches.ts";
import { type Finding, lintPlan } from "#domain/engine/lint.ts";
import { Failure } from "#domain/failure.ts";
import type { Instance } from "#domain/fleet.ts";
import { type Plan, resolvePlan } from "#domain/plan.ts";
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
const previewWorkMax = 10_000;

export interface PlanPreviewResult {
  readonly findings: readonly Finding[];
  /** Null while there never was a plan that works, or the fleet is too large. */
  readonly preview: Preview | null;
  /** The preview is of an earlier text: the present one is no plan that works. */
  readonly outdated: boolean;
  /** Why there is no preview, in words. */
  readonly reason: string | null;
}

/** The plan run by the engine itself, in this browser, on every change. */
export function usePlanPreview(plan: Plan | null, fleet: PreviewFleet): PlanPreviewResult {
  const now = useMemo(() => (plan ? runPreview(plan, fleet) : null), [plan, fleet]);
  const [last, setLast] = useState<{ preview: Preview; fleet: PreviewFleet } | null>(null);
  if (now?.preview && last?.preview !== now.preview) setLast({ preview: now.preview, fleet });
  const kept = last && last.fleet === fleet ? last.preview : null;
  return {
    findings: now?.findings ?? [],
    preview: now?.preview ?? (now?.tooLarge ? null : kept),
    outdated: !now?.preview && kept !== null,
    reason: now?.reason ?? null,
  };
}

interface PreviewRun {
  readonly findings: readonly Finding[];
  readonly preview: Preview | null;
  readonly tooLarge: boolean;
  readonly reason: string | null;
}

function runPreview(plan: Plan, fleet: PreviewFleet): PreviewRun {
  const { instances, requestsPerSecond, errorRate } = fleet;
  const findings = lintPlan(plan, { desired: instances.length, canSurge: false, requestsPerSecond, errorRate }).map((finding) => ({
    ...finding,
    field: formPath(finding.field),
  }));
  const nothing = { findings, preview: null };
  const batches = countBatches(plan, instances.length);
  if (instances.length * batches > previewWorkMax)
    return { ...nothing, tooLarge: true, reason: `${instances.length} instances in ${batches} batches are too many to preview while you type.` };
  if (findings.some((finding) => finding.severity === "error")) return { ...nothing, tooLarge: false, reason: null };
  try {
    return { findings, preview: previewPlan({ plan, instances }), tooLarge: false, reason: null };
  } catch (error) {
    return { ...nothing, tooLarge: false, reason: error instanceof Failure ? error.message : "This plan cannot be shown as a preview." };
  }
}

function countBatches(plan: Plan, desired: number): number {
  const limits = resolvePlan(plan, desired);
  let count = 0;
  for (let left = desired; left > 0; left -= batchSize(limits, count)) count += 1;
  return count;
}
