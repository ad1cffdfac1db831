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
  formatGauge,
  labelEvidence,
  metricLabel,
} from "#components/charts/evidence-text.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { cn } from "#components/ui/cn.ts";
import { Td, Th } from "#components/ui/table.tsx";
import type { ArmCount, MetricEvidence } from "#domain/metric.ts";
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
          className="touch-target inline-flex min-h-6 items-center gap-1.5 text-accent text-xs underline-offset-2 hover:underline"
        >
          <Download aria-hidden className="size-3.5" />
          All counts as a file
        </a>
      }
    >
      {metrics.length === 0 ? (
        <p className="px-4 py-3 text-ink-soft text-sm">Nothing was compared yet.</p>
      ) : (
        <div className="@container">
          <table className="w-full border-collapse text-left text-sm">
            <caption className="sr-only">Evidence by metric</caption>
            <thead>
              <tr>
                <Th>Metric</Th>
                <Th className="@max-[34rem]:hidden">State</Th>
                <Th number className="@max-[34rem]:pr-4" title="How many times as likely the counts are if the new release is worse">
                  Evidence
                </Th>
                <Th number className="@max-[34rem]:hidden">
                  {oldName ?? "Old"}
                </Th>
                <Th number className="@max-[34rem]:hidden">
                  {newName}
                </Th>
                <Th className="w-36 @max-[48rem]:hidden">
                  <span className="flex justify-between font-normal">
                    <span>better</span>
                    <span>1×</span>
                    <span>worse</span>
                  </span>
                </Th>
                <Th className="@max-[40rem]:hidden">New to old</Th>
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
        </div>
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
                {evidence.unit === "raw" && !evidence.gauge ? (
                  <span title="Its source gives counts without slots" className="font-normal text-ink-faint text-xs">
                    weaker
                  </span>
                ) : null}
                <span className="@min-[34rem]:hidden">{chip}</span>
              </span>
              <span className="numbers block whitespace-nowrap text-ink-faint text-xs">{describeCounted(evidence)}</span>
              <span className="numbers mt-0.5 block text-ink-soft text-xs @min-[34rem]:hidden">
                {evidence.gauge ? formatGauge(evidence.gauge.value) : `${formatArmRate(evidence.old)} → ${formatArmRate(evidence.new)}`}
                {effect && formatEffect(effect) !== "–" ? (
                  <>
                    , <span className="whitespace-nowrap">new to old {formatEffect(effect)}</span>
                  </>
                ) : null}
              </span>
            </span>
          </button>
        </Td>
        <Td className="@max-[34rem]:hidden">{chip}</Td>
        <Td number className="align-top font-medium @min-[34rem]:align-middle @max-[34rem]:pr-4">
          {evidence.gauge ? "–" : formatFactor(evidence.lnE)}
        </Td>
        <ArmCell count={evidence.old} silent={evidence.comparison === "ceiling"} />
        {evidence.gauge ? <GaugeCell gauge={evidence.gauge} /> : <ArmCell count={evidence.new} silent={false} />}
        <Td className="w-36 @max-[48rem]:hidden">
          <EffectWhisker effect={effect} />
        </Td>
        <Td className="numbers whitespace-nowrap leading-4 @max-[40rem]:hidden">
          <EffectText effect={effect} />
        </Td>
      </tr>
      <tr id={detailsId} hidden={!open}>
        <td colSpan={7} className="border-line border-b bg-sunken px-4 py-3">
          {open ? <MetricDetails rollout={rollout} metric={metric} /> : null}
        </td>
      </tr>
    </Fragment>
  );
}

/** What the new release's number is, and what it may be. */
function GaugeCell({ gauge: { value, max } }: { gauge: NonNullable<MetricEvidence["gauge"]> }) {
  return (
    <Td number className="leading-4 @max-[34rem]:hidden">
      <span className="block">{formatGauge(value)}</span>
      <span className="block text-ink-faint text-xs">at most {formatGauge(max)}</span>
    </Td>
  );
}

/** The estimate first, what no look has ruled out below it. */
function EffectText({ effect }: { effect: JudgedMetric["effect"] }) {
  const [estimate, interval] = formatEffect(effect).split(" (");
  return (
    <>
      <span className="block">{estimate}</span>
      {interval ? <span className="block text-ink-faint text-xs">{interval.replace(")", "")}</span> : null}
    </>
  );
}

/** The rate first, the counts that it comes from below it. */
function ArmCell({ count, silent }: { count: ArmCount; silent: boolean }) {
  return (
    <Td number className={cn("leading-4 @max-[34rem]:hidden", silent && "text-ink-faint")}>
      <span className="block">{formatArmRate(count)}</span>
      <span className="block text-ink-faint text-xs">{formatArmCount(count)}</span>
    </Td>
  );
}
