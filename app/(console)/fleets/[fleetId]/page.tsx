"use client";

import { useSearchParams } from "next/navigation";
import { Suspense, use, useCallback, useEffect, useState } from "react";
import { TrafficCharts } from "#components/charts/traffic-charts.tsx";
import { DangerCard } from "#components/fleet/danger-card.tsx";
import { FleetActions } from "#components/fleet/fleet-actions.tsx";
import { FleetMeta } from "#components/fleet/fleet-meta.tsx";
import { FleetNotices } from "#components/fleet/fleet-notices.tsx";
import { releaseIdOf, targetOf } from "#components/fleet/fleet-target.ts";
import { HistoryCard } from "#components/fleet/history-card.tsx";
import { InstancesCard } from "#components/fleet/instances-card.tsx";
import { MetricsCard } from "#components/fleet/metrics-card.tsx";
import { TrafficCard } from "#components/fleet/traffic-card.tsx";
import { StartDialog } from "#components/plan/start-dialog.tsx";
import type { StartPreset } from "#components/plan/use-start-rollout.ts";
import { ReleasesCard } from "#components/release/releases-card.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { EnvironmentBadge } from "#components/ui/environment-badge.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { Page } from "#components/ui/page.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { artifactTypes } from "#domain/fleet.ts";
import { paths } from "#domain/paths.ts";
import { failureOf } from "#hooks/failure.ts";
import { useFleet } from "#hooks/use-fleet.ts";
import { useServiceReleaseNames } from "#hooks/use-service-release-names.ts";

export default function FleetPage({ params }: { params: Promise<{ fleetId: string }> }) {
  const { fleetId } = use(params);
  return (
    <Suspense>
      <Fleet key={fleetId} fleetId={fleetId} />
    </Suspense>
  );
}

function Fleet({ fleetId }: { fleetId: string }) {
  const fleet = useFleet(fleetId);
  const start = useStart();
  const { detail } = fleet;
  const releaseNames = useServiceReleaseNames(detail?.service ?? null, detail?.releases);
  const breadcrumb = [{ label: "Fleets", href: paths.home() }];
  if (!detail)
    return (
      <Page title="Fleet" breadcrumb={breadcrumb}>
        {fleet.isPending ? <FleetSkeleton /> : null}
        {fleet.isError ? (
          <ErrorState
            title="This fleet could not be read."
            failure={failureOf(fleet.error)}
            onRetry={() => void fleet.refetch()}
            wayOut={<ButtonLink href={paths.home()}>All fleets</ButtonLink>}
          />
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
      actions={<FleetActions detail={detail} releaseNames={releaseNames} onStart={() => start.open(null)} />}
    >
      <div className="grid gap-4">
        {detail.unreachable ? (
          <ErrorState title="What you see may be old." failure={{ message: detail.unreachable }} onRetry={() => void fleet.refetch()} />
        ) : null}
        <FleetNotices detail={detail} releaseNames={releaseNames} onStart={start.open} />
        <TrafficCard detail={detail} onChanged={() => void fleet.readAgain()}>
          <TrafficCharts fleetId={fleetId} releaseNames={releaseNames} newReleaseId={releaseIdOf(detail, target)} />
        </TrafficCard>
        <InstancesCard detail={detail} target={target} releaseNames={releaseNames} />
        <div className="grid items-start gap-4 lg:grid-cols-2">
          <ReleasesCard service={detail.service} kind={artifactTypes[detail.fleet.driver.type]} running={detail.releases} />
          <HistoryCard fleetId={fleetId} />
        </div>
        <MetricsCard detail={detail} />
        <DangerCard detail={detail} />
      </div>
      <StartDialog key={start.opening} fleetId={fleetId} open={start.isOpen} onOpenChange={start.setOpen} preset={start.preset} />
    </Page>
  );
}

/** The start dialog, opened by the button or by the address, which may have chosen already. */
function useStart() {
  const search = useSearchParams();
  const releaseId = search.get("start");
  const planName = search.get("plan") ?? "";
  const [isOpen, setOpen] = useState(false);
  const [preset, setPreset] = useState<StartPreset | null>(null);
  // Each opening is a dialog of its own: nothing chosen for the last one is left.
  const [opening, setOpening] = useState(0);
  const open = useCallback((chosen: StartPreset | null) => {
    setPreset(chosen);
    setOpening((count) => count + 1);
    setOpen(true);
  }, []);
  useEffect(() => {
    if (releaseId === null) return;
    open({ releaseId, planName });
    // Asked once: a page that is read again does not ask again.
    window.history.replaceState(null, "", window.location.pathname);
  }, [releaseId, planName, open]);
  return { isOpen, setOpen, open, opening, preset };
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
