"use client";

import { use, useState } from "react";
import { TrafficCharts } from "#components/charts/traffic-charts.tsx";
import { DangerCard } from "#components/fleet/danger-card.tsx";
import { FleetMeta } from "#components/fleet/fleet-meta.tsx";
import { releaseIdOf, targetOf } from "#components/fleet/fleet-target.ts";
import { HistoryCard } from "#components/fleet/history-card.tsx";
import { InstancesCard } from "#components/fleet/instances-card.tsx";
import { TrafficCard } from "#components/fleet/traffic-card.tsx";
import { StartDialog } from "#components/plan/start-dialog.tsx";
import { ReleasesCard } from "#components/release/releases-card.tsx";
import { Button, ButtonLink } from "#components/ui/button.tsx";
import { EnvironmentBadge } from "#components/ui/environment-badge.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { Page } from "#components/ui/page.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { paths } from "#domain/paths.ts";
import { failureOf } from "#hooks/failure.ts";
import { useFleet } from "#hooks/use-fleet.ts";
import { useServiceReleaseNames } from "#hooks/use-service-release-names.ts";

export default function FleetPage({ params }: { params: Promise<{ fleetId: string }> }) {
  const { fleetId } = use(params);
  const fleet = useFleet(fleetId);
  const [starting, setStarting] = useState(false);
  const { detail } = fleet;
  const releaseNames = useServiceReleaseNames(detail?.service ?? null, detail?.releases);
  const breadcrumb = [{ label: "Fleets", href: paths.home() }];
  if (!detail)
    return (
      <Page title="Fleet" breadcrumb={breadcrumb}>
        {fleet.isPending ? <FleetSkeleton /> : null}
        {fleet.isError ? (
          <ErrorState title="This fleet could not be read." failure={failureOf(fleet.error)} onRetry={() => void fleet.refetch()} />
        ) : null}
      </Page>
    );
  const target = targetOf(detail);
  return (
    <Page
      title={detail.name}
      breadcrumb={breadcrumb}
      badges={<EnvironmentBadge environment={detail.environment} />}
      meta={<FleetMeta detail={detail} />}
      actions={
        detail.activeRollout ? (
          <ButtonLink variant="primary" href={paths.rollout(detail.activeRollout.rolloutId)}>
            Open the running rollout
          </ButtonLink>
        ) : (
          <Button variant="primary" onClick={() => setStarting(true)}>
            Start rollout
          </Button>
        )
      }
    >
      <div className="grid gap-4">
        {detail.unreachable ? (
          <ErrorState title="What you see may be old." failure={{ message: detail.unreachable }} onRetry={() => void fleet.refetch()} />
        ) : null}
        <TrafficCard detail={detail} onChanged={() => void fleet.readAgain()}>
          <TrafficCharts fleetId={fleetId} releaseNames={releaseNames} newReleaseId={releaseIdOf(detail, target)} />
        </TrafficCard>
        <InstancesCard detail={detail} target={target} releaseNames={releaseNames} />
        <div className="grid items-start gap-4 lg:grid-cols-2">
          <ReleasesCard service={detail.service} running={detail.releases} />
          <HistoryCard fleetId={fleetId} />
        </div>
        <DangerCard detail={detail} />
      </div>
      <StartDialog fleetId={fleetId} open={starting} onOpenChange={setStarting} />
    </Page>
  );
}

function FleetSkeleton() {
  return (
    <div role="status" className="grid gap-4">
      <span className="sr-only">Loading the fleet…</span>
      <Skeleton className="h-80 rounded-lg" />
      <Skeleton className="h-64 rounded-lg" />
      <div className="grid gap-4 lg:grid-cols-2">
        <Skeleton className="h-64 rounded-lg" />
        <Skeleton className="h-64 rounded-lg" />
      </div>
    </div>
  );
}
