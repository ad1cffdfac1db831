"use client";

import Link from "next/link";
import type { ReactNode } from "react";
import { RolloutStatus } from "#components/instance/rollout-status.tsx";
import { EnvironmentBadge } from "#components/ui/environment-badge.tsx";
import { formatMoment } from "#components/ui/time.tsx";
import { formatActor } from "#domain/actor.ts";
import { formatDuration } from "#domain/duration.ts";
import type { RolloutRecord } from "#domain/history/record.ts";
import { paths } from "#domain/paths.ts";
import type { Rollout } from "#domain/rollout.ts";
import { useEngineNow } from "#hooks/use-engine-now.ts";
import type { Pair } from "./compare-figures.ts";

export interface Compared {
  readonly rollout: Rollout;
  readonly record: RolloutRecord;
}

/** Failed instances that are named; a fleet may have thousands. */
const failuresMax = 12;

/** What both are, how they ended, and what failed in them. */
export function CompareFacts({ a, b }: Pair<Compared>) {
  return (
    <div className="grid gap-4 md:grid-cols-2">
      <Side name="A" compared={a} />
      <Side name="B" compared={b} />
    </div>
  );
}

function Side({ name, compared }: { name: "A" | "B"; compared: Compared }) {
  const { rollout, record } = compared;
  const now = useEngineNow();
  const failed = rollout.updates.values().filter(({ failure, failedForward }) => failure !== null || failedForward);
  const endedAt = rollout.endedAt ?? (now === 0 ? null : now);
  return (
    <section aria-label={`Rollout ${name}`} className="min-w-0 rounded-lg border border-line bg-surface px-4 py-3">
      <h2 className="flex flex-wrap items-center gap-x-2.5 gap-y-1 font-semibold">
        <span className="flex size-6 items-center justify-center rounded-sm bg-sunken text-sm">{name}</span>
        <Link href={paths.rollout(rollout.rolloutId)} className="min-h-6 text-accent underline-offset-2 hover:underline">
          {rollout.fleetName} to <span className="font-mono">{rollout.releaseNames[rollout.releaseId] ?? "a release"}</span>
        </Link>
        <RolloutStatus status={rollout.status} failed={rollout.status === "succeeded" ? failed.length : 0} />
        <EnvironmentBadge environment={rollout.environment} />
      </h2>
      {rollout.outcome ? <p className="mt-1 text-ink-soft text-sm">{rollout.outcome}</p> : null}
      <dl className="numbers mt-3 grid grid-cols-2 gap-x-4 gap-y-2 text-sm sm:grid-cols-3">
        <Fact term="Started">{formatMoment(new Date(rollout.startedAt))}</Fact>
        <Fact term="By">{formatActor(rollout.startedBy)}</Fact>
        <Fact term="Plan">{rollout.planName}</Fact>
        <Fact term={rollout.endedAt === null ? "Runs for" : "Took"}>
          {endedAt === null ? "–" : formatDuration(Math.max(0, endedAt - rollout.startedAt))}
        </Fact>
        <Fact term="Instances">{rollout.desired}</Fact>
        <Fact term="Batches">{rollout.batches.length}</Fact>
        <Fact term="Pauses">{record.pauses}</Fact>
        <Fact term="Gate trips">
          {record.trips.length === 0 ? "0" : `${record.trips.length}: ${record.trips.map(({ what }) => what).join("; ")}`}
        </Fact>
        <Fact term="Failed attempts">{Object.values(record.failedAttempts).reduce((sum, count) => sum + count, 0)}</Fact>
      </dl>
      {failed.length > 0 ? (
        <div className="mt-3 border-line border-t pt-2">
          <h3 className="font-medium text-sm">Failed instances</h3>
          <ul className="mt-1 space-y-1 text-sm">
            {failed.slice(0, failuresMax).map((update) => (
              <li key={update.instanceId} className="flex gap-3">
                <span className="shrink-0 font-mono">{update.instanceId}</span>
                <span className="min-w-0 break-words text-ink-soft">{update.failure?.message ?? "It failed on the new release, and came back."}</span>
              </li>
            ))}
          </ul>
          {failed.length > failuresMax ? <p className="mt-1 text-ink-soft text-sm">And {failed.length - failuresMax} more.</p> : null}
        </div>
      ) : null}
    </section>
  );
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-ink-faint text-xs">{term}</dt>
      <dd className="break-words">{children}</dd>
    </div>
  );
}
