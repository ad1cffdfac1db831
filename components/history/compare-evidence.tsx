import { formatArmCount, formatArmRate, formatFactor, formatGauge, labelEvidence, metricLabel } from "#components/charts/evidence-text.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { Table, Td, Th, Tr } from "#components/ui/table.tsx";
import type { MetricEvidence, MetricName } from "#domain/metric.ts";
import type { Rollout } from "#domain/rollout.ts";
import type { Pair } from "./compare-figures.ts";

/** What the evidence came to in both, metric by metric: as it was recorded at its last change. */
export function CompareEvidence({ a, b }: Pair<Rollout>) {
  const names = [...new Set([...Object.keys(a.evidence), ...Object.keys(b.evidence)])] as MetricName[];
  return (
    <Card title="Evidence" description="As each verdict was recorded last" flush>
      {names.length === 0 ? (
        <p className="px-4 py-3 text-ink-soft text-sm">No verdict changed in either of them.</p>
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
                  <Verdict evidence={a.evidence[name]} />
                </Td>
                <Td className="align-top">
                  <Verdict evidence={b.evidence[name]} />
                </Td>
              </Tr>
            ))}
          </tbody>
        </Table>
      )}
    </Card>
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
