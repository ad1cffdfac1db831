"use client";

import { useMemo } from "react";
import { formatCount, formatPercent } from "#components/charts/format-figure.ts";
import { Button, ButtonLink } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { formatDuration } from "#domain/duration.ts";
import { countIn } from "#domain/engine/survey.ts";
import type { ReleaseSample } from "#domain/metric.ts";
import { paths } from "#domain/paths.ts";
import type { Rollout } from "#domain/rollout.ts";
import { useMoment } from "#hooks/moment.ts";
import { useTraffic } from "#hooks/use-traffic.ts";
import { useWhyNot } from "#hooks/use-why-not.ts";
import { cutRequests, failedUpdates, updatedCount } from "./rollout-figures.ts";

/** How it ended, in numbers: what was done, how long it took, and what the new release answered. */
export function FinishedPanel({ rollout, onRollBack }: { rollout: Rollout; onRollBack: () => void }) {
  const span = useMemo(() => ({ from: rollout.startedAt, until: rollout.endedAt }), [rollout.startedAt, rollout.endedAt]);
  const traffic = useTraffic(rollout.fleetId, "whole", span);
  const served = useMemo(() => totalOf(traffic.samples, rollout.releaseId, rollout), [traffic.samples, rollout]);
  const reasonOf = useWhyNot(rollout);
  const inPast = useMoment() !== null;
  const failed = failedUpdates(rollout);
  const target = rollout.releaseNames[rollout.releaseId] ?? "The new release";
  const endedAt = rollout.endedAt ?? rollout.startedAt;
  return (
    <Card
      title="How it ended"
      actions={
        <div className="flex flex-wrap gap-2">
          {rollout.kind === "rollback" || inPast ? null : (
            <Button size="small" variant="danger-outline" disabledReason={reasonOf("rollBack")} onClick={onRollBack}>
              Roll back…
            </Button>
          )}
          <ButtonLink size="small" href={paths.fleet(rollout.fleetId)}>
            Open the fleet
          </ButtonLink>
        </div>
      }
    >
      <dl className="grid grid-cols-2 gap-x-6 gap-y-4 sm:grid-cols-4">
        <Figure
          term="Took"
          value={formatDuration(endedAt - rollout.startedAt)}
          note={
            rollout.kind === "rollback"
              ? "from the first instance to the last"
              : `${rollout.batches.length} ${rollout.batches.length === 1 ? "batch" : "batches"} opened`
          }
        />
        {rollout.kind === "rollback" ? (
          <Figure
            term="Brought back"
            value={String(countIn(rollout, ["reverted"]))}
            note={failed.length > 0 ? `${failed.length} failed` : `of ${rollout.desired}; the others ran ${target} already`}
          />
        ) : rollout.rollback ? (
          <Figure term="Until the fleet was whole" value={formatDuration(endedAt - rollout.rollback.at)} note="from the decision to turn back" />
        ) : (
          <Figure
            term="Instances"
            value={`${updatedCount(rollout)} of ${rollout.desired}`}
            note={failed.length > 0 ? `${failed.length} failed` : `on ${target}`}
          />
        )}
        <Figure
          term={`${target} answered badly`}
          value={served === null ? "–" : formatCount(served.failed)}
          note={
            served === null
              ? "no samples were kept"
              : `of ${formatCount(served.requests)} requests (${formatPercent(served.requests === 0 ? 0 : (100 * served.failed) / served.requests)})`
          }
        />
        <Figure term="Cut by drains" value={formatCount(cutRequests(rollout))} note="requests ended at a drain's deadline" />
      </dl>
      {failed.length > 0 ? (
        <div className="mt-4 border-line border-t pt-3">
          <h3 className="font-medium text-sm">{rollout.status === "rollback-failed" ? "Not brought back" : "Failed instances"}</h3>
          <ul className="mt-1 space-y-1 text-sm">
            {failed.map((update) => (
              <li key={update.instanceId} className="flex gap-3">
                <span className="shrink-0 font-mono">{update.instanceId}</span>
                <span className="min-w-0 break-words text-ink-soft">{update.failure?.message ?? "No reason was recorded."}</span>
              </li>
            ))}
          </ul>
        </div>
      ) : null}
    </Card>
  );
}

function Figure({ term, value, note }: { term: string; value: string; note: string }) {
  return (
    <div className="min-w-0">
      <dt className="truncate text-ink-faint text-xs">{term}</dt>
      <dd>
        <span className="numbers block font-semibold text-xl tracking-tight">{value}</span>
        <span className="numbers block text-ink-soft text-xs">{note}</span>
      </dd>
    </div>
  );
}

/** What the new release answered while the rollout lasted; null when nothing is known. */
function totalOf(samples: readonly ReleaseSample[], releaseId: string, rollout: Rollout): { requests: number; failed: number } | null {
  const own = samples.filter(
    (sample) =>
      sample.releaseId === releaseId && sample.at + sample.widthMs > rollout.startedAt && sample.at <= (rollout.endedAt ?? Number.POSITIVE_INFINITY),
  );
  if (samples.length === 0) return null;
  return { requests: own.reduce((sum, sample) => sum + sample.requests, 0), failed: own.reduce((sum, sample) => sum + sample.failed, 0) };
}
