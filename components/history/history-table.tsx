"use client";

import Link from "next/link";
import { RolloutStatus } from "#components/instance/rollout-status.tsx";
import { Card } from "#components/ui/card.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { EnvironmentBadge } from "#components/ui/environment-badge.tsx";
import { formatCount } from "#components/ui/numbers.ts";
import { Table, Td, Th, Tr } from "#components/ui/table.tsx";
import { Ago } from "#components/ui/time.tsx";
import { formatDuration } from "#domain/duration.ts";
import type { PastRollout } from "#domain/history/search.ts";
import { paths } from "#domain/paths.ts";
import { useEngineNow } from "#hooks/use-engine-now.ts";
import { againstPrediction } from "./history-words.ts";

interface HistoryTableProps {
  readonly rollouts: readonly PastRollout[];
  /** Those that are to be compared. */
  readonly chosen: readonly string[];
  readonly onToggle: (rolloutId: string) => void;
}

/** A row for each; on a narrow screen a card. */
export function HistoryTable({ rollouts, chosen, onToggle }: HistoryTableProps) {
  return (
    <>
      <Card flush className="max-md:hidden">
        <Table caption="Rollouts, newest first">
          <thead>
            <tr>
              <Th>
                <span className="sr-only">Compare</span>
              </Th>
              <Th>Fleet and releases</Th>
              <Th>Result</Th>
              <Th>Environment</Th>
              <Th number>Took</Th>
              <Th number>Batches</Th>
              <Th number>Pauses</Th>
              <Th number title="Gates that closed because evidence or resources were bad">
                Gate trips
              </Th>
              <Th>Started</Th>
            </tr>
          </thead>
          <tbody>
            {rollouts.map((rollout) => (
              <Row key={rollout.rolloutId} rollout={rollout} chosen={chosen.includes(rollout.rolloutId)} onToggle={onToggle} />
            ))}
          </tbody>
        </Table>
      </Card>
      <ul className="space-y-2 md:hidden">
        {rollouts.map((rollout) => (
          <li key={rollout.rolloutId} className="relative rounded-lg border border-line bg-surface px-4 py-3">
            <Phone rollout={rollout} chosen={chosen.includes(rollout.rolloutId)} onToggle={onToggle} />
          </li>
        ))}
      </ul>
    </>
  );
}

interface RowProps {
  readonly rollout: PastRollout;
  readonly chosen: boolean;
  readonly onToggle: (rolloutId: string) => void;
}

function Row({ rollout, chosen, onToggle }: RowProps) {
  return (
    <Tr className="relative hover:bg-hover">
      <Td className="w-8">
        <Choice rollout={rollout} chosen={chosen} onToggle={onToggle} />
      </Td>
      <Td className="max-w-80">
        <Name rollout={rollout} />
        <Outcome rollout={rollout} />
      </Td>
      <Td>
        <RolloutStatus status={rollout.status} failed={rollout.failed} />
        {rollout.takenBackBy ? <span className="block text-warn text-xs">taken back later</span> : null}
      </Td>
      <Td>
        <EnvironmentBadge environment={rollout.environment} />
      </Td>
      <Td number>
        <Took rollout={rollout} />
      </Td>
      <Td number>{rollout.batch}</Td>
      <Td number>{rollout.pauses}</Td>
      <Td number>
        {rollout.trips}
        {rollout.overridden > 0 ? <span className="block text-ink-faint text-xs">{rollout.overridden} overridden</span> : null}
      </Td>
      <Td className="whitespace-nowrap text-ink-soft">
        <Ago at={rollout.startedAt} />
        <span className="block text-xs">by {rollout.startedBy}</span>
      </Td>
    </Tr>
  );
}

function Phone({ rollout, chosen, onToggle }: RowProps) {
  return (
    <>
      <span className="flex items-start justify-between gap-2">
        <Name rollout={rollout} />
        <RolloutStatus status={rollout.status} failed={rollout.failed} />
      </span>
      <Outcome rollout={rollout} />
      <span className="numbers mt-1 flex items-center justify-between gap-2 text-ink-soft text-xs">
        <span>
          <Took rollout={rollout} inline /> · {formatCount(rollout.batch, "batch").replace("batchs", "batches")}
          {rollout.trips > 0 ? ` · ${formatCount(rollout.trips, "gate trip")}` : ""}
        </span>
        <Ago at={rollout.startedAt} className="shrink-0" />
      </span>
      <span className="mt-1.5 flex">
        <Choice rollout={rollout} chosen={chosen} onToggle={onToggle} label="Compare" />
      </span>
    </>
  );
}

/** Above the link that covers the row. */
function Choice({ rollout, chosen, onToggle, label }: RowProps & { label?: string }) {
  return (
    <span className="relative z-10 inline-flex">
      <Checkbox checked={chosen} onCheckedChange={() => onToggle(rollout.rolloutId)}>
        <span className={label ? "text-ink-soft text-xs" : "sr-only"}>
          {label ?? `Compare ${rollout.fleetName} to ${rollout.releaseName}, started ${new Date(rollout.startedAt).toISOString()}`}
        </span>
      </Checkbox>
    </span>
  );
}

function Name({ rollout }: { rollout: PastRollout }) {
  return (
    <Link
      data-row
      href={paths.rollout(rollout.rolloutId)}
      className="min-w-0 font-medium after:absolute after:inset-0 hover:underline focus-visible:outline-offset-0"
    >
      {rollout.fleetName}
      <span className="font-normal text-ink-soft">
        {rollout.fromRelease ? <span className="ml-1.5 font-mono">{rollout.fromRelease}</span> : null}
        <span className="mx-1.5">{rollout.kind === "rollback" ? "back to" : "→"}</span>
      </span>
      <span className="font-mono">{rollout.releaseName}</span>
    </Link>
  );
}

function Outcome({ rollout }: { rollout: PastRollout }) {
  const text = rollout.needsPerson ?? rollout.outcome;
  if (!text) return null;
  return (
    <span title={text} className={`block truncate text-xs ${rollout.needsPerson ? "text-warn" : "text-ink-soft"}`}>
      {text}
    </span>
  );
}

function Took({ rollout, inline = false }: { rollout: PastRollout; inline?: boolean }) {
  const now = useEngineNow();
  if (rollout.endedAt === null && now === 0) return "–";
  const tookMs = Math.max(0, (rollout.endedAt ?? now) - rollout.startedAt);
  const against = rollout.status === "succeeded" ? againstPrediction(tookMs, rollout.predictedMs) : null;
  const predicted = against ?? (rollout.predictedMs === null ? null : `${formatDuration(rollout.predictedMs)} predicted`);
  return (
    <>
      {formatDuration(tookMs)}
      {predicted === null ? null : (
        <span className={inline ? undefined : "block text-ink-faint text-xs"}>{inline ? `, ${predicted}` : predicted}</span>
      )}
    </>
  );
}
