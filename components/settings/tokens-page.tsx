"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { useState } from "react";
import { AlertDialog } from "#components/ui/alert-dialog.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { formatMomentIn } from "#components/ui/moment.ts";
import { Page } from "#components/ui/page.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { Table, Td, Th, Tr } from "#components/ui/table.tsx";
import { Ago } from "#components/ui/time.tsx";
import { toast } from "#components/ui/toast.ts";
import { paths } from "#domain/paths.ts";
import type { ApiToken } from "#domain/token.ts";
import { failureOf } from "#hooks/failure.ts";
import { useSession } from "#hooks/session.tsx";
import { useTRPC } from "#hooks/trpc.tsx";
import { useEngineNow } from "#hooks/use-engine-now.ts";
import { useWhyNotAllowed } from "#hooks/use-permission.ts";
import { AccessCell } from "./access-cell.tsx";
import { TokenDialog } from "./token-dialog.tsx";

/** Tokens by which programs act: one's own, and everybody's for admins. */
export function TokensPage() {
  const trpc = useTRPC();
  const everybody = useWhyNotAllowed("token.revoke") === null;
  const tokens = useQuery(trpc.tokens.list.queryOptions({ everybody }));
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<ApiToken | null>(null);
  const make = (
    <Button variant="primary" onClick={() => setMaking(true)}>
      New token…
    </Button>
  );
  const isEmpty = tokens.data?.length === 0;
  return (
    <Page title="API tokens" breadcrumb={[{ label: "Settings", href: paths.settings() }]} actions={isEmpty ? undefined : make}>
      <Card flush>
        {tokens.isPending ? <Skeleton className="m-4 h-24" label="tokens" /> : null}
        {tokens.isError ? (
          <div className="p-4">
            <ErrorState title="The tokens could not be read." failure={failureOf(tokens.error)} onRetry={() => void tokens.refetch()} />
          </div>
        ) : null}
        {isEmpty ? (
          <EmptyState title="No token yet" icon={<KeyRound />} action={make}>
            A program that starts or watches rollouts, such as a build, signs in with a token. It does what you let it, in your name.
          </EmptyState>
        ) : null}
        {tokens.data && !isEmpty ? <TokenTable tokens={tokens.data} onRevoke={setRevoking} /> : null}
      </Card>
      {making ? <TokenDialog onClose={() => setMaking(false)} /> : null}
      {revoking ? <RevokeDialog token={revoking} onClose={() => setRevoking(null)} /> : null}
    </Page>
  );
}

function TokenTable({ tokens, onRevoke }: { tokens: readonly ApiToken[]; onRevoke: (token: ApiToken) => void }) {
  const { userId } = useSession();
  const now = useEngineNow();
  return (
    <Table caption="API tokens">
      <thead>
        <tr>
          <Th>Token</Th>
          <Th>May be</Th>
          <Th className="max-sm:hidden">Last used</Th>
          <Th className="max-sm:hidden">Valid until</Th>
          <Th className="relative">
            <span className="sr-only">Actions</span>
          </Th>
        </tr>
      </thead>
      <tbody>
        {tokens.map((token) => (
          <Tr key={token.tokenId}>
            <Td className="max-w-72">
              <span className="break-words font-medium">{token.name}</span> {now > token.expiresAt ? <Badge tone="warn">expired</Badge> : null}
              <span className="block break-words text-ink-soft text-xs">{token.ownerId === userId ? "yours" : `of ${token.ownerName}`}</span>
            </Td>
            <Td>
              <AccessCell access={token.access} />
            </Td>
            <Td className="whitespace-nowrap text-ink-soft max-sm:hidden">{token.lastUsedAt === null ? "never" : <Ago at={token.lastUsedAt} />}</Td>
            <Td className="numbers whitespace-nowrap text-ink-soft max-sm:hidden">{formatMomentIn(token.expiresAt)}</Td>
            <Td className="text-right">
              <Button size="small" aria-label={`Revoke ${token.name}`} onClick={() => onRevoke(token)}>
                Revoke…
              </Button>
            </Td>
          </Tr>
        ))}
      </tbody>
    </Table>
  );
}

function RevokeDialog({ token: { tokenId, name }, onClose }: { token: ApiToken; onClose: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const revoke = useMutation(
    trpc.tokens.revoke.mutationOptions({
      onSuccess: () => {
        void queryClient.invalidateQueries(trpc.tokens.list.queryFilter());
        toast("ok", `${name} is revoked.`);
        onClose();
      },
    }),
  );
  return (
    <AlertDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Revoke ${name}?`}
      description="Programs that use it are refused from now on. What they did stays in the activity."
      confirmLabel="Revoke token"
      danger
      pending={revoke.isPending}
      problem={revoke.error ? failureOf(revoke.error).message : null}
      onConfirm={() => revoke.mutate({ tokenId })}
    />
  );
}
