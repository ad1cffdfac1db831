"use client";

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { EvidenceMeter } from "#components/charts/evidence-meter.tsx";
import { Card } from "#components/ui/card.tsx";
import type { MetricEvidence } from "#domain/metric.ts";
import { isTerminal, type Rollout } from "#domain/rollout.ts";
import { useTRPC } from "#hooks/trpc.tsx";
import { finalEvidence } from "./final-evidence.ts";

const TRACE_MS = 5_000;
const noTrace: readonly number[] = [];

interface EvidenceCardProps {
  readonly rollout: Rollout;
  readonly evidence: MetricEvidence | null;
  readonly oldName: string | null;
}

/** The meter, with the course of the evidence so far. */
export function EvidenceCard({ rollout, evidence, oldName }: EvidenceCardProps) {
  const trpc = useTRPC();
  const off = rollout.plan.metrics === false || !rollout.plan.metrics.errors;
  const course = useQuery(
    trpc.rollouts.evidence.queryOptions(
      { rolloutId: rollout.rolloutId },
      { enabled: !off, refetchInterval: isTerminal(rollout.status) ? false : TRACE_MS },
    ),
  );
  const trace = useMemo(() => course.data?.points.map(({ lnSum }) => lnSum) ?? noTrace, [course.data]);
  const last = course.data?.metrics.find((metric) => metric.evidence.metric === "errors")?.evidence ?? null;
  const shown = isTerminal(rollout.status) ? finalEvidence(evidence, last) : evidence;
  return (
    <Card>
      <EvidenceMeter evidence={shown} off={off} oldName={oldName} newName={rollout.releaseNames[rollout.releaseId] ?? "New release"} trace={trace} />
    </Card>
  );
}
