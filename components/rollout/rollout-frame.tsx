"use client";

import { ArrowRight, History } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { RolloutStatus } from "#components/instance/rollout-status.tsx";
import { Button } from "#components/ui/button.tsx";
import { EnvironmentBadge } from "#components/ui/environment-badge.tsx";
import { Page, type PageProps } from "#components/ui/page.tsx";
import { formatMoment } from "#components/ui/time.tsx";
import { formatActor } from "#domain/actor.ts";
import { formatDuration } from "#domain/duration.ts";
import type { FirstLook } from "#domain/engine/first-look.ts";
import { oldReleaseId } from "#domain/engine/old-release.ts";
import { paths } from "#domain/paths.ts";
import type { Rollout } from "#domain/rollout.ts";
import { useEngineNow } from "#hooks/use-engine-now.ts";
import { estimateLeftMs, failedUpdates } from "./rollout-figures.ts";

interface RolloutFrameProps {
  readonly rollout: Rollout;
  /** Null while one looks back already. */
  readonly onLookBack: (() => void) | null;
  readonly children: ReactNode;
}

/** The page's heading: what goes from which release to which, for whom, since when and how long still. */
export function RolloutFrame({ rollout, onLookBack, children }: RolloutFrameProps) {
  const oldId = oldReleaseId(rollout);
  const oldName = oldId ? (rollout.releaseNames[oldId] ?? null) : null;
  const newName = rollout.releaseNames[rollout.releaseId] ?? null;
  return (
    <HeadedPage
      kind={rollout.kind}
      status={rollout.status}
      fleetName={rollout.fleetName}
      service={rollout.service}
      environment={rollout.environment}
      oldRelease={oldName}
      newRelease={newName}
      failed={failedUpdates(rollout).length}
      meta={<Meta rollout={rollout} />}
      actions={
        onLookBack ? (
          <Button size="small" title="Go through what happened, moment by moment" onClick={onLookBack}>
            <History aria-hidden />
            Look back
          </Button>
        ) : null
      }
    >
      {children}
    </HeadedPage>
  );
}

type HeadedPageProps = Omit<FirstLook, "headline" | "detail" | "waitsFor"> & Pick<PageProps, "meta" | "actions" | "children">;

/** Needs no more than the first look. */
export function HeadedPage({ kind, status, failed, fleetName, service, environment, oldRelease, newRelease, ...page }: HeadedPageProps) {
  const target = newRelease ?? "another release";
  return (
    <Page
      wide
      title={kind === "rollback" ? `Rollback of ${oldRelease ?? "a release"} on ${fleetName}` : `${fleetName} to ${target}`}
      heading={
        <span className="inline-flex flex-wrap items-center gap-x-2">
          {kind === "rollback" ? "Rollback of" : service}
          {oldRelease ? <span className="font-mono font-normal text-ink-soft">{oldRelease}</span> : null}
          <ArrowRight aria-label="to" className="size-4 text-ink-faint" />
          <span className="font-mono">{target}</span>
        </span>
      }
      breadcrumb={[{ label: "Rollouts", href: paths.rollouts() }]}
      badges={
        <>
          <EnvironmentBadge environment={environment} />
          <RolloutStatus status={status} failed={failed} />
        </>
      }
      {...page}
    />
  );
}

function Meta({ rollout }: { rollout: Rollout }) {
  const now = useEngineNow();
  const left = estimateLeftMs(rollout, now);
  const elapsed = now === 0 ? null : formatDuration(Math.max(0, (rollout.endedAt ?? now) - rollout.startedAt));
  return (
    <MetaLine>
      <span>
        Fleet{" "}
        <Link href={paths.fleet(rollout.fleetId)} className="text-accent underline-offset-2 hover:underline">
          {rollout.fleetName}
        </Link>
      </span>
      <span>plan {rollout.planName}</span>
      <span title={formatMoment(new Date(rollout.startedAt))}>
        {rollout.status === "queued" ? "queued" : "started"} by {formatActor(rollout.startedBy)}
      </span>
      {elapsed ? (
        <span>{rollout.endedAt !== null ? `took ${elapsed}` : rollout.status === "queued" ? `waiting for ${elapsed}` : `${elapsed} so far`}</span>
      ) : null}
      {left === null ? null : <span>about {formatDuration(left)} to the last gate</span>}
    </MetaLine>
  );
}

/** Facts with a dot between two of them. Each brings the dot before it, and one at the start of a line is cut off. */
function MetaLine({ children }: { children: ReactNode }) {
  return (
    <div className="overflow-x-clip">
      <p className="numbers -ml-5 flex flex-wrap gap-y-0.5 *:relative *:pl-5 *:before:absolute *:before:left-2 *:before:text-ink-faint *:before:content-['·']">
        {children}
      </p>
    </div>
  );
}
