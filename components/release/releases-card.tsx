"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { formatCount } from "#components/ui/numbers.ts";
import { ScrollArea } from "#components/ui/scroll-area.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { joinCommand } from "#components/ui/split-command.ts";
import { Ago } from "#components/ui/time.tsx";
import type { FleetSummary } from "#domain/live.ts";
import type { Release } from "#domain/release.ts";
import { failureOf } from "#hooks/failure.ts";
import { useTRPC } from "#hooks/trpc.tsx";
import { useWhyNotAllowed } from "#hooks/use-permission.ts";
import type { ReleaseKind } from "./any-draft.ts";
import { NewReleaseDialog } from "./new-release-dialog.tsx";

interface ReleasesCardProps {
  readonly service: string;
  readonly kind: ReleaseKind;
  readonly running: FleetSummary["releases"];
}

/** The releases of the fleet's service, newest first, and where a new one is recorded. */
export function ReleasesCard({ service, kind, running }: ReleasesCardProps) {
  const trpc = useTRPC();
  const releases = useQuery(trpc.releases.list.queryOptions({ service }));
  const [dialog, setDialog] = useState({ open: false, number: 0 });
  const notRecord = useWhyNotAllowed("release.record");
  const notDefine = useWhyNotAllowed("command.define");
  const forbidden = notRecord ?? notDefine;
  const open = () => setDialog({ open: true, number: dialog.number + 1 });
  return (
    <Card
      title="Releases"
      description={`Of the service ${service}`}
      flush
      actions={
        <Button size="small" onClick={open} disabledReason={forbidden ?? (releases.isPending ? "The releases are still being read." : null)}>
          <Plus aria-hidden /> New release
        </Button>
      }
    >
      {releases.isPending ? <SkeletonRows rows={4} label="releases" /> : null}
      {releases.isError && !releases.data ? (
        <div className="p-4">
          <ErrorState title="The releases could not be read." failure={failureOf(releases.error)} onRetry={() => void releases.refetch()} />
        </div>
      ) : null}
      {releases.data?.length === 0 ? (
        <EmptyState
          title="No release yet"
          action={
            <Button disabledReason={forbidden} onClick={open}>
              New release
            </Button>
          }
        >
          {kind === "process" ? "A release is a program in a directory" : "A release is an image"}, with its configuration. Record one to roll it out.
        </EmptyState>
      ) : null}
      {releases.data && releases.data.length > 0 ? (
        <ScrollArea label="Releases, newest first" className="max-h-120">
          <ul className="divide-y divide-line">
            {releases.data.map((release) => (
              <ReleaseRow
                key={release.releaseId}
                release={release}
                count={running.find((entry) => entry.releaseId === release.releaseId)?.count ?? 0}
              />
            ))}
          </ul>
        </ScrollArea>
      ) : null}
      <NewReleaseDialog
        key={dialog.number}
        service={service}
        kind={kind}
        newest={releases.data?.[0]}
        open={dialog.open}
        onOpenChange={(next) => setDialog({ ...dialog, open: next })}
      />
    </Card>
  );
}

function ReleaseRow({ release, count }: { release: Release; count: number }) {
  const variables = Object.keys(release.env);
  const [first = "", second = ""] = linesOf(release);
  return (
    <li className="grid gap-0.5 px-4 py-2.5">
      <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
        <span className="min-w-0 break-words font-medium">{release.name}</span>
        {count > 0 ? <Badge tone="accent">on {formatCount(count, "instance")}</Badge> : null}
        <Ago at={release.recordedAt} className="ml-auto text-ink-faint text-xs" />
      </div>
      <p className="truncate font-mono text-ink-soft text-xs" title={first}>
        {first}
      </p>
      <p className="truncate text-ink-faint text-xs" title={second}>
        {second}
        {variables.length > 0 ? ` · ${variables.join(", ")}` : ""}
      </p>
    </li>
  );
}

/** What runs, and from where. */
function linesOf({ artifact }: Release): [string, string] {
  if (artifact.type === "process") return [joinCommand(artifact.command), artifact.directory];
  return [artifact.image, artifact.command ? joinCommand(artifact.command) : "as the image says"];
}
