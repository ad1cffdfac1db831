"use client";

import { useSearchParams } from "next/navigation";
import { useEffect, useState } from "react";
import { ButtonLink } from "#components/ui/button.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { Page } from "#components/ui/page.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { paths } from "#domain/paths.ts";
import { failureOf } from "#hooks/failure.ts";
import { changeAddress } from "#hooks/use-address.ts";
import { useLiveRollout } from "#hooks/use-live-rollout.ts";
import { RolloutView } from "./rollout-view.tsx";

const breadcrumb = [{ label: "Rollouts", href: paths.rollouts() }];

/** One rollout, live, from its first event to its last. */
export function RolloutPage({ rolloutId }: { rolloutId: string }) {
  const view = useLiveRollout(rolloutId);
  const selectedId = useSearchParams().get("instance");
  const asked = useAskedOnce();
  if (view.status === "ready")
    return (
      <RolloutView
        live={view.live}
        initiallyAsked={asked}
        selectedId={selectedId}
        onSelect={selectInstance}
        onEarlier={() => void view.loadEarlier()}
      />
    );
  return (
    <Page title="Rollout" breadcrumb={breadcrumb} wide>
      {view.status === "failed" ? (
        <ErrorState
          title="This rollout could not be read."
          failure={failureOf(view.error)}
          onRetry={view.reload}
          wayOut={<ButtonLink href={paths.rollouts()}>All rollouts</ButtonLink>}
        />
      ) : (
        <RolloutSkeleton />
      )}
    </Page>
  );
}

/** The command that the address asks about; a page that is read again does not ask again. */
function useAskedOnce() {
  const search = useSearchParams();
  const [asked] = useState(search.get("ask") === "rollBack" ? ("rollBack" as const) : null);
  useEffect(() => {
    if (asked !== null) changeAddress({ ask: "" });
  }, [asked]);
  return asked;
}

/** Which drawer is open is part of the address, so that it can be sent to somebody. */
function selectInstance(instanceId: string | null) {
  changeAddress({ instance: instanceId ?? "" });
}

function RolloutSkeleton() {
  return (
    <div role="status" className="space-y-4">
      <span className="sr-only">Loading the rollout…</span>
      <Skeleton className="h-[4.5rem] rounded-lg" />
      <Skeleton className="h-14 rounded-md" />
      <div className="grid gap-4 lg:grid-cols-[1fr_20rem]">
        <Skeleton className="h-72 rounded-lg" />
        <Skeleton className="h-72 rounded-lg" />
      </div>
      <Skeleton className="h-72 rounded-lg" />
    </div>
  );
}
