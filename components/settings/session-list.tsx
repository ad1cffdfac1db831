"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { Ago } from "#components/ui/time.tsx";
import { toast } from "#components/ui/toast.ts";
import { failureOf } from "#hooks/failure.ts";
import { useTRPC } from "#hooks/trpc.tsx";
import { describeDevice } from "./device-words.ts";

/** Where somebody is signed in: oneself, or the person named. The session of this page is ended by signing out. */
export function SessionList({ userId }: { userId?: string }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const sessions = useQuery(trpc.session.list.queryOptions(userId === undefined ? {} : { userId }));
  const end = useMutation(
    trpc.session.end.mutationOptions({
      onSuccess: () => toast("ok", "The session is ended.", "Its pages stop within seconds."),
      onError: (error) => toast("bad", "The session could not be ended.", failureOf(error).message),
      onSettled: () => queryClient.invalidateQueries(trpc.session.list.queryFilter()),
    }),
  );
  if (sessions.isPending) return <Skeleton className="h-16" label="sessions" />;
  if (sessions.isError)
    return <ErrorState title="The sessions could not be read." failure={failureOf(sessions.error)} onRetry={() => void sessions.refetch()} />;
  if (sessions.data.length === 0) return <p className="text-ink-soft text-sm">Signed in nowhere.</p>;
  return (
    <ul className="grid divide-y divide-line text-sm">
      {sessions.data.map(({ sessionId, isThis, userAgent, address, since }) => (
        <li key={sessionId} className="flex min-h-11 flex-wrap items-center justify-between gap-x-3 gap-y-1 py-2 first:pt-0 last:pb-0">
          <div className="min-w-0">
            <p className="font-medium" title={userAgent ?? undefined}>
              {describeDevice(userAgent)} {isThis ? <Badge tone="accent">this one</Badge> : null}
            </p>
            <p className="numbers break-all text-ink-soft text-xs">
              {address ?? "unknown address"}, signed in <Ago at={since} />
            </p>
          </div>
          {isThis ? null : (
            <Button
              size="small"
              aria-label={`End the session of ${describeDevice(userAgent)} at ${address ?? "an unknown address"}`}
              pending={end.isPending && end.variables.sessionId === sessionId}
              onClick={() => end.mutate({ sessionId })}
            >
              End
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}
