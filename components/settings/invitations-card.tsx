"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { formatMomentIn } from "#components/ui/moment.ts";
import { Table, Td, Th, Tr } from "#components/ui/table.tsx";
import { toast } from "#components/ui/toast.ts";
import { failureOf } from "#hooks/failure.ts";
import { useTRPC } from "#hooks/trpc.tsx";
import { formatAccess } from "./access-words.ts";

/** Links that nobody has followed yet; nothing while there are none. */
export function InvitationsCard() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const invitations = useQuery(trpc.invitations.list.queryOptions());
  const withdraw = useMutation(
    trpc.invitations.withdraw.mutationOptions({
      onSuccess: () => toast("ok", "The invitation is withdrawn."),
      onError: (error) => toast("bad", "The invitation could not be withdrawn.", failureOf(error).message),
      onSettled: () => queryClient.invalidateQueries(trpc.invitations.list.queryFilter()),
    }),
  );
  if (!invitations.data || invitations.data.length === 0) return null;
  return (
    <Card title="Open invitations" description="The link was shown once. Invite the same address again for a new one." flush>
      <Table caption="Open invitations">
        <thead>
          <tr>
            <Th>For</Th>
            <Th>Roles</Th>
            <Th className="max-sm:hidden">Valid until</Th>
            <Th className="relative">
              <span className="sr-only">Actions</span>
            </Th>
          </tr>
        </thead>
        <tbody>
          {invitations.data.map(({ invitationId, email, access, invitedBy, expiresAt }) => (
            <Tr key={invitationId}>
              <Td className="max-w-72">
                <span className="break-all font-medium">{email}</span>
                <span className="block break-words text-ink-soft text-xs">invited by {invitedBy}</span>
              </Td>
              <Td>{formatAccess(access)}</Td>
              <Td className="numbers whitespace-nowrap text-ink-soft max-sm:hidden">{formatMomentIn(expiresAt)}</Td>
              <Td className="text-right">
                <Button
                  size="small"
                  aria-label={`Withdraw the invitation of ${email}`}
                  pending={withdraw.isPending && withdraw.variables.invitationId === invitationId}
                  onClick={() => withdraw.mutate({ invitationId })}
                >
                  Withdraw
                </Button>
              </Td>
            </Tr>
          ))}
        </tbody>
      </Table>
    </Card>
  );
}
