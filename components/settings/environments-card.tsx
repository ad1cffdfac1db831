"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { EnvironmentBadge } from "#components/ui/environment-badge.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { toast } from "#components/ui/toast.ts";
import { approversMin, type Protection } from "#domain/protection.ts";
import { failureOf } from "#hooks/failure.ts";
import { useTRPC } from "#hooks/trpc.tsx";
import { useWhyNotAllowed } from "#hooks/use-permission.ts";

/** Which environments are protected, and what that means. */
export function EnvironmentsCard() {
  const trpc = useTRPC();
  const environments = useQuery(trpc.environments.list.queryOptions());
  return (
    <Card
      title="Environments"
      description="In a protected one a second person approves each start, and whoever starts, rolls back or cancels types the fleet's name."
    >
      {environments.isPending ? <Skeleton className="h-11" label="environments" /> : null}
      {environments.isError ? (
        <ErrorState title="The environments could not be read." failure={failureOf(environments.error)} onRetry={() => void environments.refetch()} />
      ) : null}
      {environments.data?.length === 0 ? <p className="text-ink-soft text-sm">None yet: an environment is there with its first fleet.</p> : null}
      <ul className="grid divide-y divide-line">
        {environments.data?.map((protection) => (
          <EnvironmentRow key={protection.environment} protection={protection} />
        ))}
      </ul>
    </Card>
  );
}

function EnvironmentRow({ protection }: { protection: Protection }) {
  const { environment, isProtected, approvers } = protection;
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const forbidden = useWhyNotAllowed("environment.protect", environment);
  const protect = useMutation(
    trpc.environments.protect.mutationOptions({
      onSuccess: () => toast("ok", `${environment} is ${isProtected ? "no longer protected" : "protected"}.`),
      onError: (error) => toast("bad", `${environment} was not changed.`, failureOf(error).message),
      onSettled: () => queryClient.invalidateQueries(trpc.environments.list.queryFilter()),
    }),
  );
  const alone = !isProtected && approvers.length < approversMin ? `Make at least ${approversMin} people approvers in ${environment} first.` : null;
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1.5 py-2.5 first:pt-0 last:pb-0">
      <div className="min-w-0 flex-1 basis-52 text-sm">
        <p className="flex flex-wrap items-center gap-2">
          <EnvironmentBadge environment={environment} /> {isProtected ? "Protected" : "Not protected"}
        </p>
        <p className="mt-0.5 text-ink-soft text-xs">{describe(protection)}</p>
      </div>
      <Button
        size="small"
        aria-label={`${isProtected ? "Stop protecting" : "Protect"} ${environment}`}
        disabledReason={forbidden ?? alone}
        pending={protect.isPending}
        onClick={() => protect.mutate({ environment, isProtected: !isProtected })}
      >
        {isProtected ? "Stop protecting" : "Protect"}
      </Button>
    </li>
  );
}

function describe({ environment, isSet, isProtected, approvers }: Protection): string {
  const names = approvers.map(({ name }) => name);
  const who = names.length === 0 ? "Nobody may approve there." : `${names.join(", ")} may approve.`;
  if (isSet || environment !== "production") return who;
  return `${who} ${isProtected ? "By its name, since there are two who may approve." : `By its name, as soon as there are ${approversMin} who may approve.`}`;
}
