"use client";

import { useQuery } from "@tanstack/react-query";
import { History } from "lucide-react";
import Link from "next/link";
import { RolloutStatus } from "#components/instance/rollout-status.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { EnvironmentBadge } from "#components/ui/environment-badge.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { Table, Td, Th, Tr } from "#components/ui/table.tsx";
import { Ago } from "#components/ui/time.tsx";
import { formatDuration } from "#domain/duration.ts";
import type { RolloutSummary } from "#domain/live.ts";
import { paths } from "#domain/paths.ts";
import { failureOf } from "#hooks/failure.ts";
import { useTRPC } from "#hooks/trpc.tsx";
import { useEngineNow } from "#hooks/use-engine-now.ts";

/** While one runs its row ages; the shell reads the list again at every change. */
const LIST_MS = 10_000;

/** All rollouts, newest first: a table, on a narrow screen cards. */
export function RolloutList() {
  const trpc = useTRPC();
  const rollouts = useQuery(trpc.rollouts.list.queryOptions({}, { refetchInterval: LIST_MS }));
  if (rollouts.isPending)
    return (
      <Card flush>
        <SkeletonRows rows={6} label="rollouts" />
      </Card>
    );
  if (!rollouts.data)
    return <ErrorState title="The rollouts could not be read." failure={failureOf(rollouts.error)} onRetry={() => void rollouts.refetch()} />;
  if (rollouts.data.length === 0)
    return (
      <Card>
        <EmptyState
          icon={<History />}
          title="Nothing has been rolled yet."
          action={
            <ButtonLink variant="primary" href={paths.home()}>
              Go to the fleets
            </ButtonLink>
          }
        >
          Open a fleet and start a rollout; it appears here with its result.
        </EmptyState>
      </Card>
    );
  return (
    <>
      <Card flush className="max-sm:hidden">
        <RolloutTable rollouts={rollouts.data} />
      </Card>
      <ul className="space-y-2 sm:hidden">
        {rollouts.data.map((rollout) => (
          <li key={rollout.rolloutId}>
            <RolloutCard rollout={rollout} />
          </li>
        ))}
      </ul>
    </>
  );
}

function RolloutTable({ rollouts }: { rollouts: readonly RolloutSummary[] }) {
  return (
    <Table caption="Rollouts, newest first">
      <thead>
        <tr>
          <Th>Fleet and release</Th>
          <Th>State</Th>
          <Th>Environment</Th>
          <Th number>Updated</Th>
          <Th>Plan</Th>
          <Th>Started</Th>
          <Th number>Took</Th>
        </tr>
      </thead>
      <tbody>
        {rollouts.map((rollout) => (
          <Tr key={rollout.rolloutId} className="relative hover:bg-hover">
            <Td className="max-w-80">
              <Link
                data-row
                href={paths.rollout(rollout.rolloutId)}
                className="font-medium after:absolute after:inset-0 hover:underline focus-visible:outline-offset-0"
              >
                {rollout.fleetName} <span className="text-ink-soft">{rollout.kind === "rollback" ? "back to" : "→"}</span>{" "}
                <span className="font-mono">{rollout.releaseName}</span>
              </Link>
              <Outcome rollout={rollout} />
            </Td>
            <Td>
              <RolloutStatus status={rollout.status} failed={rollout.failed} />
            </Td>
            <Td>
              <EnvironmentBadge environment={rollout.environment} />
            </Td>
            <Td number>
              {rollout.updated} of {rollout.desired}
            </Td>
            <Td className="text-ink-soft">{rollout.planName}</Td>
            <Td className="whitespace-nowrap text-ink-soft">
              <Ago at={rollout.startedAt} /> by {rollout.startedBy}
            </Td>
            <Td number className="whitespace-nowrap">
              <Took rollout={rollout} />
            </Td>
          </Tr>
        ))}
      </tbody>
    </Table>
  );
}

function RolloutCard({ rollout }: { rollout: RolloutSummary }) {
  return (
    <Link data-row href={paths.rollout(rollout.rolloutId)} className="block rounded-lg border border-line bg-surface px-4 py-3">
      <span className="flex items-center justify-between gap-2">
        <span className="min-w-0 truncate font-medium">
          {rollout.fleetName} <span className="text-ink-soft">{rollout.kind === "rollback" ? "back to" : "→"}</span>{" "}
          <span className="font-mono">{rollout.releaseName}</span>
        </span>
        <RolloutStatus status={rollout.status} failed={rollout.failed} />
      </span>
      <Outcome rollout={rollout} />
      <span className="numbers mt-1 flex justify-between gap-2 text-ink-soft text-xs">
        <span>
          {rollout.updated} of {rollout.desired} updated · <Took rollout={rollout} />
        </span>
        <Ago at={rollout.startedAt} />
      </span>
    </Link>
  );
}

function Outcome({ rollout }: { rollout: RolloutSummary }) {
  const text = rollout.needsPerson ?? rollout.outcome;
  if (!text) return null;
  return <span className={`block truncate text-xs ${rollout.needsPerson ? "text-warn" : "text-ink-soft"}`}>{text}</span>;
}

function Took({ rollout }: { rollout: RolloutSummary }) {
  const now = useEngineNow();
  if (rollout.endedAt === null && now === 0) return "–";
  return formatDuration(Math.max(0, (rollout.endedAt ?? now) - rollout.startedAt));
}
