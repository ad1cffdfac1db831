import { formatArmCount, formatArmRate, formatFactor, metricLabel } from "#components/charts/evidence-text.ts";
import { formatClock, formatCount } from "#components/charts/format-figure.ts";
import { countText, metricText } from "#domain/evidence/words.ts";
import type { MetricEvidence } from "#domain/metric.ts";
import type { Rollout } from "#domain/rollout.ts";
import type { JudgedMetric } from "./whole-evidence.ts";

interface DecisionNoteProps {
  readonly rollout: Rollout;
  readonly metrics: readonly JudgedMetric[];
}

/** What was decided, on which numbers, and who went on against it: the numbers are those of the event. */
export function DecisionNote({ rollout, metrics }: DecisionNoteProps) {
  const bad = metrics.filter(({ evidence }) => evidence.state === "bad");
  const overridden = metrics.filter(({ evidence }) => evidence.state === "overridden");
  if (bad.length + overridden.length === 0) return null;
  const name = rollout.releaseNames[rollout.releaseId] ?? "The new release";
  return (
    <ul className="numbers space-y-2 text-sm">
      {bad.map(({ evidence }) => (
        <li key={evidence.metric} className="rounded-md bg-bad-soft px-3 py-2">
          <p className="font-medium text-bad">
            {metricLabel(evidence.metric)}, at {formatClock(evidence.at)}
          </p>
          <p className="mt-0.5">
            {name} {countText(evidence, evidence.new)} ({formatArmRate(evidence.new)})
            {evidence.comparison === "ceiling"
              ? ", above the ceiling."
              : `; the old release ${formatArmCount(evidence.old)} (${formatArmRate(evidence.old)}) in the same time.`}
          </p>
          <p className="mt-0.5 text-ink-soft text-xs">
            {winText(evidence, rollout)} Decided after {formatCount(evidence.intervals)} {evidence.intervals === 1 ? "second" : "seconds"} of
            comparison.
          </p>
        </li>
      ))}
      {overridden.map(({ evidence, override }) => (
        <li key={evidence.metric} className="rounded-md bg-warn-soft px-3 py-2">
          <p className="font-medium text-warn">
            {metricLabel(evidence.metric)} overridden{override ? ` by ${override.by} at ${formatClock(override.at)}` : " by a person"}
          </p>
          {override?.reason ? <p className="mt-0.5 break-words">“{override.reason}”</p> : null}
          <p className="mt-0.5 text-ink-soft text-xs">Nothing acts on {metricText(evidence.metric)} any more in this rollout.</p>
        </li>
      ))}
    </ul>
  );
}

/** The culprit is the largest part of the sum and need not have reached the threshold it has alone. */
function winText({ lnE, lnThreshold }: MetricEvidence, { plan }: Rollout): string {
  const factor = formatFactor(lnE);
  if (lnE >= lnThreshold || plan.metrics === false) return `Its evidence was ${factor} against the ${formatFactor(lnThreshold)} needed.`;
  const needed = formatFactor(Math.log(1 / plan.metrics.alpha));
  return `Its evidence was ${factor} of the ${formatFactor(lnThreshold)} it needs alone; weighted with the others it reached ${needed}.`;
}
