"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { BellRing } from "lucide-react";
import { useState } from "react";
import { AlertDialog } from "#components/ui/alert-dialog.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { Page } from "#components/ui/page.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { toast } from "#components/ui/toast.ts";
import type { ListedDestination } from "#domain/notification.ts";
import { paths } from "#domain/paths.ts";
import { whyNotAllowed } from "#domain/role.ts";
import { failureOf } from "#hooks/failure.ts";
import { useSession } from "#hooks/session.tsx";
import { useTRPC } from "#hooks/trpc.tsx";
import { DestinationDialog } from "./destination-dialog.tsx";
import { placesOf } from "./destination-draft.ts";
import { DestinationRow } from "./destination-row.tsx";

/** How they do changes by itself; this is how often it is read again, in milliseconds. */
const readMs = 5_000;

type Asked = { readonly what: "add" } | { readonly what: "edit" | "remove"; readonly listed: ListedDestination };

/** Where notifications go, for the environments of which one is an admin. */
export function NotificationsPage() {
  const trpc = useTRPC();
  const { access, grantors } = useSession();
  const environments = useQuery(trpc.environments.list.queryOptions());
  const fleets = useQuery(trpc.fleets.list.queryOptions());
  const names = environments.data?.map(({ environment }) => environment);
  const places = placesOf(access, names ?? [], fleets.data ?? []);
  const [first] = names ?? [];
  const forbidden = first !== undefined && places.length === 0 ? whyNotAllowed(access, "notification.set", first, grantors) : null;
  return (
    <Page title="Notifications" breadcrumb={[{ label: "Settings", href: paths.settings() }]}>
      {forbidden ? (
        <ErrorState title="You may not see this." failure={{ code: "not-allowed", message: forbidden }} />
      ) : (
        <DestinationsCard places={places} />
      )}
    </Page>
  );
}

function DestinationsCard({ places }: { places: ReturnType<typeof placesOf> }) {
  const trpc = useTRPC();
  const destinations = useQuery(trpc.notifications.list.queryOptions(undefined, { refetchInterval: readMs }));
  const [asked, setAsked] = useState<Asked | null>(null);
  const close = () => setAsked(null);
  const isEmpty = destinations.data?.length === 0;
  const add = (
    <Button
      variant="primary"
      size={isEmpty ? "medium" : "small"}
      disabledReason={places.length === 0 ? "Connect a fleet first: there is nothing yet to tell of." : null}
      onClick={() => setAsked({ what: "add" })}
    >
      Add destination…
    </Button>
  );
  return (
    <Card
      title="Destinations"
      description="Told of what needs a person and of how rollouts end. One that does not answer is tried again for a day."
      actions={isEmpty ? undefined : add}
      flush
    >
      {destinations.isPending ? <Skeleton className="m-4 h-24" label="destinations" /> : null}
      {destinations.isError ? (
        <div className="p-4">
          <ErrorState
            title="The destinations could not be read."
            failure={failureOf(destinations.error)}
            onRetry={() => void destinations.refetch()}
          />
        </div>
      ) : null}
      {isEmpty ? (
        <EmptyState title="Nobody is told yet" icon={<BellRing />} action={add}>
          A signed webhook or a Slack channel hears of approvals that wait, pauses that need a decision, fleets that cannot be reached, and how each
          rollout ends.
        </EmptyState>
      ) : null}
      {destinations.data && !isEmpty ? (
        <ul aria-label="Destinations" className="divide-y divide-line">
          {destinations.data.map((listed) => (
            <DestinationRow
              key={listed.destinationId}
              listed={listed}
              onEdit={() => setAsked({ what: "edit", listed })}
              onRemove={() => setAsked({ what: "remove", listed })}
            />
          ))}
        </ul>
      ) : null}
      {asked?.what === "add" ? <DestinationDialog listed={null} places={places} onClose={close} /> : null}
      {asked?.what === "edit" ? <DestinationDialog listed={asked.listed} places={places} onClose={close} /> : null}
      {asked?.what === "remove" ? <RemoveDialog listed={asked.listed} onClose={close} /> : null}
    </Card>
  );
}

function RemoveDialog({ listed: { destinationId, destination, state }, onClose }: { listed: ListedDestination; onClose: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const remove = useMutation(
    trpc.notifications.remove.mutationOptions({
      onSuccess: () => {
        void queryClient.invalidateQueries(trpc.notifications.list.queryFilter());
        toast("ok", `${destination.name} is removed.`);
        onClose();
      },
    }),
  );
  const waiting =
    state.waiting === 0 ? "" : ` ${state.waiting === 1 ? "The one that waits" : `The ${state.waiting} that wait`} will not be delivered.`;
  return (
    <AlertDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Remove ${destination.name}?`}
      description={`It is told of nothing any more.${waiting}`}
      confirmLabel="Remove destination"
      danger
      pending={remove.isPending}
      problem={remove.error ? failureOf(remove.error).message : null}
      onConfirm={() => remove.mutate({ destinationId })}
    />
  );
}
