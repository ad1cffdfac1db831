"use client";

import { useId } from "react";
import { EvidenceMeter } from "#components/charts/evidence-meter.tsx";
import { EvidenceTrace } from "#components/charts/evidence-trace.tsx";
import type { BatchMark } from "#components/charts/time-chart.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { formatDuration } from "#domain/duration.ts";
import { isTerminal, type Rollout } from "#domain/rollout.ts";
import { DecisionNote } from "./decision-note.tsx";
import { nameMetrics, readWhole, type WholeEvidence } from "./whole-evidence.ts";

interface EvidenceCardProps {
  readonly rollout: Rollout;
  /** Null where the plan judges by nothing. */
  readonly evidence: WholeEvidence | null;
  readonly marks: readonly BatchMark[];
}

/** All metrics as one: how far they are from the point at which Tideline acts, how they came there, and what was decided. */
export function EvidenceCard({ rollout, evidence, marks }: EvidenceCardProps) {
  const labelId = useId();
  const reading = readWhole(evidence);
  const ended = isTerminal(rollout.status);
  return (
    <Card>
      <div className="space-y-2.5">
        <div className="flex items-center justify-between gap-2">
          <h2 id={labelId} className="font-semibold text-sm">
            Evidence that it is worse
          </h2>
          <Badge tone={reading.tone}>{reading.label}</Badge>
        </div>
        {evidence ? (
          <EvidenceMeter
            lnE={evidence.lnSum}
            lnThreshold={evidence.lnThreshold}
            tone={reading.tone}
            decided={reading.decided}
            labelId={labelId}
            text={reading.text}
          />
        ) : null}
        <p className="numbers text-sm">{reading.text}</p>
        {evidence ? (
          <>
            {evidence.decidesInMs !== null && !reading.decided ? (
              <p className="numbers text-sm text-warn">It rises: at this pace it decides in {formatDuration(evidence.decidesInMs)}.</p>
            ) : null}
            <DecisionNote rollout={rollout} metrics={evidence.metrics} />
            <EvidenceTrace points={evidence.points} lnThreshold={evidence.lnThreshold} marks={marks} />
            <p className="text-ink-faint text-xs">{footnote(evidence, ended)}</p>
          </>
        ) : null}
      </div>
    </Card>
  );
}

function footnote({ metrics }: WholeEvidence, ended: boolean): string {
  const alone = metrics.filter(({ evidence }) => !evidence.gauge && evidence.comparison === "ceiling").map(({ evidence }) => evidence);
  if (alone.length > 0)
    return `No comparison left: no old release ${ended ? "served" : "serves"} any more, only the ceiling ${ended ? "judged" : "judges"}, on ${nameMetrics(alone)}.`;
  return "Compared second by second, so it is valid at any moment you look.";
}
