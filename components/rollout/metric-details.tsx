import { Download } from "lucide-react";
import type { ReactNode } from "react";
import { EffectWhisker } from "#components/charts/effect-whisker.tsx";
import { formatArmCount, formatArmRate, formatEffect, formatFactor, formatGauge } from "#components/charts/evidence-text.ts";
import { formatClock, formatCount, formatPercent } from "#components/charts/format-figure.ts";
import { metricText } from "#domain/evidence/words.ts";
import { paths } from "#domain/paths.ts";
import type { Rollout } from "#domain/rollout.ts";
import { describeFormula, describeUnit } from "./formula-words.ts";
import type { JudgedMetric } from "./whole-evidence.ts";

/** One metric for whoever wants to know how: the formula in words, the counts, and the file to check it with. */
export function MetricDetails({ rollout, metric: { evidence, effect, weight } }: { rollout: Rollout; metric: JudgedMetric }) {
  const { plan, rolloutId } = rollout;
  const settings = plan.metrics === false ? null : plan.metrics;
  if (evidence.gauge)
    return (
      <p className="max-w-[72ch] whitespace-normal text-sm">
        A plain number of the new release, with nothing to compare it with. Above {formatGauge(evidence.gauge.max)} it holds the gate, and after the
        plan's patience the rollout pauses for a person. It never rolls back and has no part in the sum.
      </p>
    );
  const isCeiling = evidence.comparison === "ceiling";
  return (
    <div className="numbers grid gap-x-8 gap-y-3 text-sm lg:grid-cols-[minmax(0,1fr)_22rem]">
      <div className="min-w-0 max-w-[72ch] space-y-2 whitespace-normal">
        <p>{describeUnit(evidence)}</p>
        {settings ? <p>{describeFormula(evidence, settings).replaceAll(" %", "\u00a0%")}</p> : null}
        <p className="flex flex-wrap gap-x-4 gap-y-1">
          <FileLink href={paths.evidenceFile(rolloutId, isCeiling ? "ceiling" : evidence.metric)}>
            Counts of {isCeiling ? "the ceiling" : metricText(evidence.metric)} as a file
          </FileLink>
        </p>
      </div>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] content-start gap-x-4 gap-y-1 text-xs leading-5">
        <Line term="New release">
          {formatArmCount(evidence.new)} ({formatArmRate(evidence.new)})
        </Line>
        <Line term="Old release">
          {formatArmCount(evidence.old)} ({formatArmRate(evidence.old)})
        </Line>
        <Line term="New to old">
          <span className="flex flex-wrap items-center gap-x-3 lg:block">
            {formatEffect(effect)}
            <span className="lg:hidden">
              <EffectWhisker effect={effect} />
            </span>
          </span>
        </Line>
        <Line term="Part of the bound">
          {formatPercent(100 * weight)} of α{settings ? ` = ${settings.alpha}` : ""}
        </Line>
        <Line term="Decides alone at">{formatFactor(evidence.lnThreshold)}</Line>
        <Line term="Seconds compared">{formatCount(evidence.intervals)}</Line>
        {evidence.at > 0 ? <Line term={evidence.state === "bad" ? "Decided at" : "As of"}>{formatClock(evidence.at)}</Line> : null}
      </dl>
    </div>
  );
}

function Line({ term, children }: { term: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-faint">{term}</dt>
      <dd>{children}</dd>
    </>
  );
}

function FileLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <a href={href} download className="touch-target inline-flex min-h-6 items-center gap-1.5 text-accent text-xs underline-offset-2 hover:underline">
      <Download aria-hidden className="size-3.5 shrink-0" />
      <span>{children}</span>
    </a>
  );
}
