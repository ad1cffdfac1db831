"use client";

import { ChevronRight, Download } from "lucide-react";
import { Fragment, useId, useState } from "react";
import { EffectWhisker } from "#components/charts/effect-whisker.tsx";
import {
  describeCounted,
  formatArmCount,
  formatArmRate,
  formatEffect,
  formatFactor,
  labelEvidence,
  metricLabel,
} from "#components/charts/evidence-text.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { cn } from "#components/ui/cn.ts";
import { Td, Th } from "#components/ui/table.tsx";
import type { ArmCount } from "#domain/metric.ts";
import { paths } from "#domain/paths.ts";
import type { Rollout } from "#domain/rollout.ts";
import { MetricDetails } from "./metric-details.tsx";
import type { JudgedMetric, WholeEvidence } from "./whole-evidence.ts";

interface EvidenceTableProps {
  readonly rollout: Rollout;
  readonly evidence: WholeEvidence;
  readonly oldName: string | null;
}

/** A row for each metric: what was counted on both sides, and how much it says. */
export function EvidenceTable({ rollout, evidence, oldName }: EvidenceTableProps) {
  const newName = rollout.releaseNames[rollout.releaseId] ?? "New";
  const [open, setOpen] = useState<string | null>(null);
  const { metrics, unjudged } = evidence;
  return (
    <Card
      flush
      title="What is compared"
      actions={
        <a
          href={paths.evidenceFile(rollout.rolloutId)}
          download
          className="inline-flex items-center gap-1.5 text-accent text-xs underline-offset-2 hover:underline"
        >
          <Download aria-hidden className="size-3.5" />
          All counts as a file
        </a>
      }
    >
      {metrics.length === 0 ? (
        <p className="px-4 py-3 text-ink-soft text-sm">Nothing was compared yet.</p>
      ) : (
        <table className="w-full border-collapse text-left text-sm">
          <caption className="sr-only">Evidence by metric</caption>
          <thead>
            <tr>
              <Th>Metric</Th>
              <Th className="max-sm:hidden">State</Th>
              <Th number title="How many times as likely the counts are if the new release is worse">
                Evidence
              </Th>
              <Th number className="max-sm:hidden">
                {oldName ?? "Old"}
              </Th>
              <Th number className="max-sm:hidden">
                {newName}
              </Th>
              <Th className="w-36 max-lg:hidden">
                <span className="flex justify-between font-normal">
                  <span>better</span>
                  <span>1×</span>
                  <span>worse</span>
                </span>
              </Th>
              <Th className="max-md:hidden">New to old</Th>
            </tr>
          </thead>
          <tbody className="[&>tr:last-child>td]:border-b-0">
            {metrics.map((metric) => (
              <MetricRow
                key={metric.evidence.metric}
                rollout={rollout}
                metric={metric}
                open={open === metric.evidence.metric}
                onToggle={() => setOpen(open === metric.evidence.metric ? null : metric.evidence.metric)}
              />
            ))}
          </tbody>
        </table>
      )}
      {unjudged.length > 0 ? (
        <div className="border-line border-t px-4 py-2.5 text-sm">
          <h3 className="font-medium text-xs">In the plan, not compared</h3>
          <ul className="numbers mt-1 space-y-0.5 text-ink-soft">
            {unjudged.map(({ name, reason }) => (
              <li key={name}>
                <span className="text-ink">{name}</span>: {reason}
              </li>
            ))}
          </ul>
        </div>
      ) : null}
      <p className="border-line border-t px-4 py-2 text-ink-faint text-xs">
        Anyone can compute it again from the file: <code className="font-mono">npm run evidence -- FILE</code>
      </p>
    </Card>
  );
}

interface MetricRowProps {
  readonly rollout: Rollout;
  readonly metric: JudgedMetric;
  readonly open: boolean;
  readonly onToggle: () => void;
}

function MetricRow({ rollout, metric, open, onToggle }: MetricRowProps) {
  const detailsId = useId();
  const { evidence, effect } = metric;
  const { label, tone } = labelEvidence(evidence);
  const name = metricLabel(evidence.metric);
  const chip = <Badge tone={tone}>{label}</Badge>;
  return (
    <Fragment>
      <tr className="group hover:bg-hover">
        <Td className="relative">
          <button
            type="button"
            aria-expanded={open}
            aria-controls={detailsId}
            onClick={onToggle}
            className="flex w-full min-w-0 items-start gap-1.5 text-left"
          >
            <ChevronRight
              aria-hidden
              className={cn("mt-0.5 size-4 shrink-0 text-ink-faint transition-transform motion-reduce:transition-none", open && "rotate-90")}
            />
            <span className="min-w-0">
              <span className="flex flex-wrap items-center gap-x-2 gap-y-0.5 font-medium">
                {name}
                {evidence.unit === "raw" ? (
                  <span title="Its source gives counts without slots" className="font-normal text-ink-faint text-xs">
                    weaker
                  </span>
                ) : null}
                <span className="sm:hidden">{chip}</span>
              </span>
              <span className="numbers block whitespace-nowrap text-ink-faint text-xs">{describeCounted(evidence)}</span>
              <span className="numbers mt-0.5 block text-ink-soft text-xs sm:hidden">
                {formatArmRate(evidence.old)} → {formatArmRate(evidence.new)}
                {effect && formatEffect(effect) !== "–" ? `, new to old ${formatEffect(effect)}` : null}
              </span>
            </span>
          </button>
        </Td>
        <Td className="max-sm:hidden">{chip}</Td>
        <Td number className="align-top font-medium sm:align-middle">
          {formatFactor(evidence.lnE)}
        </Td>
        <ArmCell count={evidence.old} silent={evidence.comparison === "ceiling"} />
        <ArmCell count={evidence.new} silent={false} />
        <Td className="w-36 max-lg:hidden">
          <EffectWhisker effect={effect} />
        </Td>
        <Td className="numbers whitespace-nowrap text-ink-soft max-md:hidden">{formatEffect(effect)}</Td>
      </tr>
      <tr id={detailsId} hidden={!open}>
        <td colSpan={7} className="border-line border-b bg-sunken px-4 py-3">
          {open ? <MetricDetails rollout={rollout} metric={metric} /> : null}
        </td>
      </tr>
    </Fragment>
  );
}

/** The rate first, the counts that it comes from below it. */
function ArmCell({ count, silent }: { count: ArmCount; silent: boolean }) {
  return (
    <Td number className={cn("leading-4 max-sm:hidden", silent && "text-ink-faint")}>
      <span className="block">{formatArmRate(count)}</span>
      <span className="block text-ink-faint text-xs">{formatArmCount(count)}</span>
    </Td>
  );
}
