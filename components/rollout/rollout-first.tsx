"use client";

import { useQuery } from "@tanstack/react-query";
import { Page } from "#components/ui/page.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { paths } from "#domain/paths.ts";
import { urgent, useTRPC } from "#hooks/trpc.tsx";
import { FirstBanner } from "./decision-banner.tsx";
import { HeadedPage } from "./rollout-frame.tsx";

/** A large rollout on a slow line takes longer than the sentence holds. */
const againMs = 2_000;

/** What happens, before all of a large rollout is read: the sentence does not wait for ten thousand instances. */
export function RolloutFirst({ rolloutId }: { rolloutId: string }) {
  const trpc = useTRPC();
  const { data: look } = useQuery(trpc.rollouts.firstLook.queryOptions({ rolloutId }, { trpc: urgent, refetchInterval: againMs }));
  if (!look)
    return (
      <Page title="Rollout" breadcrumb={[{ label: "Rollouts", href: paths.rollouts() }]} wide>
        <div className="space-y-4">
          <Skeleton className="h-[4.5rem] rounded-lg" />
          <Rest />
        </div>
      </Page>
    );
  return (
    <HeadedPage {...look} meta={<Skeleton className="h-5 w-80" />}>
      <div className="space-y-4">
        <FirstBanner look={look} />
        <Rest />
      </div>
    </HeadedPage>
  );
}

/** In about its final size. */
function Rest() {
  return (
    <div role="status" className="space-y-4">
      <span className="sr-only">Loading the rollout…</span>
      <Skeleton className="h-14 rounded-md" />
      <div className="grid gap-4 lg:grid-cols-[1fr_20rem]">
        <Skeleton className="h-72 rounded-lg" />
        <Skeleton className="h-72 rounded-lg" />
      </div>
      <Skeleton className="h-72 rounded-lg" />
    </div>
  );
}
