"use client";

import { useMemo } from "react";
import { TrafficCharts } from "#components/charts/traffic-charts.tsx";
import { Card } from "#components/ui/card.tsx";
import { cn } from "#components/ui/cn.ts";
import { oldReleaseId } from "#domain/engine/old-release.ts";
import type { RolloutEvent } from "#domain/event.ts";
import { isTerminal, type Rollout } from "#domain/rollout.ts";
import type { TrafficSpan } from "#hooks/use-traffic.ts";
import { EventLog } from "./event-log.tsx";
import { EvidenceCard } from "./evidence-card.tsx";
import { EvidenceTable } from "./evidence-table.tsx";
import { HooksCard } from "./hooks-card.tsx";
import type { WholeEvidence } from "./whole-evidence.ts";

interface RolloutDetailsProps {
  readonly rollout: Rollout;
  readonly events: readonly RolloutEvent[];
  readonly evidence: WholeEvidence | null;
  readonly span: TrafficSpan;
  readonly batch: number | null;
  readonly onBatch: (batch: number | null) => void;
  readonly onEarlier: () => void;
}

/** What the decisions stand on: hooks, evidence, traffic, and everything that happened. */
export function RolloutDetails({ rollout, events, evidence, span, batch, onBatch, onEarlier }: RolloutDetailsProps) {
  const marks = useMarks(rollout);
  const oldId = oldReleaseId(rollout);
  const ended = isTerminal(rollout.status);
  return (
    <>
      {rollout.updates.size === 0 ? null : (
        <>
          <HooksCard rollout={rollout} />
          {rollout.kind === "rollback" ? null : (
            <div className={cn("grid items-start gap-4", evidence && "xl:grid-cols-[18rem_minmax(0,1fr)] 2xl:grid-cols-[21rem_minmax(0,1fr)]")}>
              <EvidenceCard rollout={rollout} evidence={evidence} marks={marks} />
              {evidence ? (
                <EvidenceTable rollout={rollout} evidence={evidence} oldName={oldId ? (rollout.releaseNames[oldId] ?? null) : null} />
              ) : null}
            </div>
          )}
          <Card>
            <TrafficCharts
              title="Traffic"
              key={ended ? "ended" : "live"}
              fleetId={rollout.fleetId}
              oldReleaseId={oldId}
              newReleaseId={rollout.releaseId}
              releaseNames={rollout.releaseNames}
              marks={marks}
              span={span}
            />
          </Card>
        </>
      )}
      <EventLog rollout={rollout} events={events} batch={batch} onBatch={onBatch} onEarlier={onEarlier} />
    </>
  );
}

function useMarks(rollout: Rollout) {
  const { batches, rollback } = rollout;
  return useMemo(
    () => [
      ...batches.map((batch) => ({ at: batch.openedAt, label: String(batch.number) })),
      ...(rollback ? [{ at: rollback.at, label: "↩", bad: true }] : []),
    ],
    [batches, rollback],
  );
}
