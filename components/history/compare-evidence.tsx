"use client";

import { useQuery } from "@tanstack/react-query";
import { formatArmCount, formatArmRate, formatFactor, formatGauge, labelEvidence, metricLabel } from "#components/charts/evidence-text.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { Table, Td, Th, Tr } from "#components/ui/table.tsx";
import type { MetricEvidence, MetricName } from "#domain/metric.ts";
import type { Rollout } from "#domain/rollout.ts";
import { useTRPC } from "#hooks/trpc.tsx";
import { type Pair, shownVerdicts } from "./compare-figures.ts";

/** What the evidence came to in both, metric by metric. */
export function CompareEvidence({ a, b }: Pair<Rollout>) {
  const [ofA, ofB] = [useVerdicts(a), useVerdicts(b)];
  const names = [...new Set([...Object.keys(ofA), ...Object.keys(ofB)])] as MetricName[];
  return (
    <Card title="Evidence" description="As each decided, or as the last second left it" flush>
      {names.length === 0 ? (
        <p className="px-4 py-3 text-ink-soft text-sm">Neither of them judged by evidence.</p>
      ) : (
        <Table caption="Evidence by metric">
          <thead>
            <tr>
              <Th>Metric</Th>
              <Th>A</Th>
              <Th>B</Th>
            </tr>
          </thead>
          <tbody>
            {names.map((name) => (
              <Tr key={name}>
                <Td className="align-top font-medium">{metricLabel(name)}</Td>
                <Td className="align-top">
                  <Verdict evidence={ofA[name]} />
                </Td>
                <Td className="align-top">
                  <Verdict evidence={ofB[name]} />
                </Td>
              </Tr>
            ))}
          </tbody>
        </Table>
      )}
    </Card>
  );
}

function useVerdicts(rollout: Rollout): Readonly<Record<string, MetricEvidence>> {
  const trpc = useTRPC();
  const { rolloutId, kind } = rollout;
  const course = useQuery(trpc.rollouts.evidence.queryOptions({ rolloutId }, { enabled: kind === "rollout" }));
  return shownVerdicts(
    rollout.evidence,
    (course.data?.metrics ?? []).map(({ evidence }) => evidence),
  );
}

function Verdict({ evidence }: { evidence: MetricEvidence | undefined }) {
  if (!evidence) return <span className="text-ink-faint">not recorded</span>;
  const { label, tone } = labelEvidence(evidence);
  return (
    <span className="numbers flex flex-wrap items-center gap-x-2 gap-y-0.5">
      <Badge tone={tone}>{label}</Badge>
      {evidence.gauge ? (
        <span>{formatGauge(evidence.gauge.value)}</span>
      ) : (
        <>
          <span>{formatFactor(evidence.lnE)}</span>
          <span className="basis-full text-ink-soft text-xs">
            {formatArmRate(evidence.old)} → {formatArmRate(evidence.new)} ({formatArmCount(evidence.new)})
          </span>
        </>
      )}
    </span>
  );
}
