"use client";

import { useMutation } from "@tanstack/react-query";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { EnvironmentBadge } from "#components/ui/environment-badge.tsx";
import { Ago, useNow } from "#components/ui/time.tsx";
import { formatDuration } from "#domain/duration.ts";
import type { DestinationState, ListedDestination } from "#domain/notification.ts";
import { failureOf } from "#hooks/failure.ts";
import { useTRPC } from "#hooks/trpc.tsx";
import { DeliveryNote } from "./delivery-note.tsx";

interface DestinationRowProps {
  readonly listed: ListedDestination;
  readonly onEdit: () => void;
  readonly onRemove: () => void;
}

/** One destination: what it hears of, and how it does. */
export function DestinationRow({ listed, onEdit, onRemove }: DestinationRowProps) {
  const trpc = useTRPC();
  const trial = useMutation(trpc.notifications.test.mutationOptions());
  const { destination, environment, fleetName, state } = listed;
  const { name, kind, url, about } = destination;
  return (
    <li className="grid gap-2 px-4 py-3">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <div className="grid min-w-0 flex-1 basis-72 gap-1 text-sm">
          <p className="flex flex-wrap items-center gap-2">
            <span className="min-w-0 break-words font-medium">{name}</span>
            <Badge tone="outline">{kind === "slack" ? "Slack" : "Webhook"}</Badge>
            <StateBadge state={state} />
          </p>
          <p className="break-all font-mono text-ink-faint text-xs">{url}</p>
          <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-ink-soft text-xs">
            <EnvironmentBadge environment={environment} />
            <span>
              {fleetName ?? "All fleets"}:{" "}
              {about.length === 2 ? "what needs a person, and ends" : about[0] === "ends" ? "ends" : "what needs a person"}
            </span>
          </p>
          <StateWords state={state} />
        </div>
        <div className="flex flex-wrap gap-1.5">
          <Button size="small" aria-label={`Send a test to ${name}`} pending={trial.isPending} onClick={() => trial.mutate({ destination })}>
            Send test
          </Button>
          <Button size="small" aria-label={`Edit ${name}`} onClick={onEdit}>
            Edit…
          </Button>
          <Button size="small" aria-label={`Remove ${name}`} onClick={onRemove}>
            Remove…
          </Button>
        </div>
      </div>
      <DeliveryNote delivery={trial.data} failure={trial.error ? failureOf(trial.error) : null} />
    </li>
  );
}

function StateBadge({ state: { failingSince, lastDeliveredAt } }: { state: DestinationState }) {
  if (failingSince !== null) return <Badge tone="bad">Failing</Badge>;
  return lastDeliveredAt === null ? <Badge>Nothing sent yet</Badge> : <Badge tone="ok">Delivers</Badge>;
}

function StateWords({ state: { waiting, lastDeliveredAt, failingSince, lastError, nextTryAt, lost } }: { state: DestinationState }) {
  const now = useNow(1_000);
  return (
    <div className="grid gap-0.5 text-ink-soft text-xs">
      {failingSince === null ? null : (
        <p className="break-words text-bad">
          {lastError} First failed <Ago at={failingSince} />
          {waiting > 0 && now !== null ? <>; tried again {nextTryAt > now ? `in ${formatDuration(nextTryAt - now)}` : "now"}</> : null}.
        </p>
      )}
      <p className="numbers empty:hidden">
        {lastDeliveredAt === null ? null : (
          <>
            Last delivered <Ago at={lastDeliveredAt} />.
          </>
        )}
        {waiting > 0 ? ` ${waiting === 1 ? "1 waits" : `${waiting} wait`} to be delivered.` : null}
        {lost > 0 ? ` ${lost === 1 ? "1 was" : `${lost} were`} given up.` : null}
      </p>
    </div>
  );
}
