"use client";

import { useQuery } from "@tanstack/react-query";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { ServerLink } from "#components/ui/server-link.tsx";
import { Table, Td, Th, Tr } from "#components/ui/table.tsx";
import { Ago } from "#components/ui/time.tsx";
import { paths } from "#domain/paths.ts";
import type { SsoTest } from "#domain/sso.ts";
import { failureOf } from "#hooks/failure.ts";
import { useTRPC } from "#hooks/trpc.tsx";
import { formatAccess } from "./access-words.ts";

/** Goes through the provider as whoever signs in there, and shows the admin who tries it what came of it. */
export function SsoTestCard({ name }: { name: string }) {
  const trpc = useTRPC();
  const last = useQuery(trpc.sso.lastTest.queryOptions());
  return (
    <Card
      title="Test"
      description="Leads to the provider and back. Nobody is signed in, and only you see what it shows, for ten minutes."
      actions={
        <ServerLink href={paths.testSso()} variant="primary" size="small">
          Test {name}
        </ServerLink>
      }
      flush
    >
      {last.isError ? (
        <div className="p-4">
          <ErrorState title="The last test could not be read." failure={failureOf(last.error)} onRetry={() => void last.refetch()} />
        </div>
      ) : null}
      {last.data ? <Outcome test={last.data} /> : <p className="p-4 text-ink-soft text-sm">Not tried yet, or more than ten minutes ago.</p>}
    </Card>
  );
}

function Outcome({ test: { at, claims, access, problem } }: { test: SsoTest }) {
  return (
    <>
      <div className="grid gap-1 p-4 text-sm">
        <p className="flex flex-wrap items-center gap-2">
          {problem ? <Badge tone="bad">Refused</Badge> : <Badge tone="ok">Would be let in</Badge>}
          <span className="text-ink-soft">
            <Ago at={at} />
          </span>
        </p>
        {problem ? <p className="break-words">{problem.message}</p> : null}
        {access ? <p className="break-words text-ink-soft">As a newcomer without an invitation: {formatAccess(access)}.</p> : null}
      </div>
      {claims ? (
        <Table caption="Claims received" className="border-line border-t">
          <thead>
            <tr>
              <Th>Claim</Th>
              <Th>As it was received</Th>
            </tr>
          </thead>
          <tbody>
            {Object.entries(claims).map(([claim, value]) => (
              <Tr key={claim}>
                <Td className="whitespace-nowrap align-top font-mono text-xs">{claim}</Td>
                <Td className="min-w-40 break-all font-mono text-xs">{JSON.stringify(value)}</Td>
              </Tr>
            ))}
          </tbody>
        </Table>
      ) : null}
    </>
  );
}
