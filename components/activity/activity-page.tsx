"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Download, ScrollText } from "lucide-react";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { Page } from "#components/ui/page.tsx";
import { Pager } from "#components/ui/pager.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { activityNames, activityPerPage, parseActivity, SearchActivity } from "#domain/activity.ts";
import { paths } from "#domain/paths.ts";
import { failureOf } from "#hooks/failure.ts";
import { useTRPC } from "#hooks/trpc.tsx";
import { useAddress } from "#hooks/use-address.ts";
import { type ActivityChange, ActivityFilters, nothing } from "./activity-filters.tsx";
import { ActivityList } from "./activity-list.tsx";

/** Rows only come; this is how often one looks for new ones. */
const LIST_MS = 10_000;
const names = [...activityNames, "page"] as const;

/** Who did what, and what was refused, narrowed to what the address says. */
export function ActivityPage() {
  const trpc = useTRPC();
  const { values, set } = useAddress(names);
  const parsed = parseActivity(values);
  // An address that somebody wrote by hand may ask for what there is not.
  const search = parsed.success ? parsed.data : SearchActivity.parse({});
  const activity = useQuery(trpc.activity.search.queryOptions(search, { refetchInterval: LIST_MS, placeholderData: keepPreviousData }));
  /** A narrower list begins at its first page. */
  const narrow = (change: ActivityChange) => set({ page: "", ...change });
  const narrowed = Object.fromEntries(activityNames.flatMap((name) => (values[name] === "" ? [] : [[name, values[name]]])));
  const isNarrowed = Object.keys(narrowed).length > 0;
  const rows = activity.data?.rows ?? [];
  return (
    <Page
      title="Activity"
      meta="Who did what, and what was refused, newest first. Nothing of it is ever changed or removed."
      actions={
        <>
          <FileLink href={paths.activityFile("csv", narrowed)}>CSV</FileLink>
          <FileLink href={paths.activityFile("jsonl", narrowed)}>JSONL</FileLink>
        </>
      }
    >
      <ActivityFilters values={values} isNarrowed={isNarrowed} onChange={narrow} />
      {parsed.success ? null : (
        <p role="alert" className="mb-3 rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">
          The address asks for something that cannot be searched for ({parsed.error.issues[0]?.path.join(".")}): everything is shown.
        </p>
      )}
      {activity.isPending ? (
        <Card flush>
          <SkeletonRows rows={8} label="activity" />
        </Card>
      ) : null}
      {activity.error && !activity.data ? (
        <ErrorState title="The activity could not be read." failure={failureOf(activity.error)} onRetry={() => void activity.refetch()} />
      ) : null}
      {activity.data && rows.length === 0 ? (
        <Card>
          <EmptyState icon={<ScrollText />} title="Nothing fits." action={<Button onClick={() => narrow(nothing)}>Show everything</Button>}>
            Widen the filter, or clear it.
          </EmptyState>
        </Card>
      ) : null}
      {activity.data && rows.length > 0 ? (
        <div className="space-y-3">
          <ActivityList rows={rows} />
          <Pager
            page={search.page}
            perPage={activityPerPage}
            total={activity.data.total}
            onPage={(page) => set({ page: page === 1 ? "" : String(page) })}
          />
        </div>
      ) : null}
    </Page>
  );
}

function FileLink({ href, children }: { href: string; children: string }) {
  return (
    <a
      href={href}
      download
      title={`Everything that fits the filter, as ${children}`}
      className="inline-flex h-8 items-center gap-1.5 rounded-md border border-line bg-surface px-3 font-medium text-sm hover:border-line-strong hover:bg-hover pointer-coarse:h-11"
    >
      <Download aria-hidden className="size-4" />
      {children}
    </a>
  );
}
