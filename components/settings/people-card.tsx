"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Ellipsis } from "lucide-react";
import { useState } from "react";
import { AlertDialog } from "#components/ui/alert-dialog.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { Menu, MenuItem, MenuSeparator } from "#components/ui/menu.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { Table, Td, Th, Tr } from "#components/ui/table.tsx";
import { Ago } from "#components/ui/time.tsx";
import { toast } from "#components/ui/toast.ts";
import type { Access } from "#domain/role.ts";
import { failureOf } from "#hooks/failure.ts";
import { useSession } from "#hooks/session.tsx";
import { useTRPC } from "#hooks/trpc.tsx";
import { AccessCell } from "./access-cell.tsx";
import { AccessDialog } from "./access-dialog.tsx";
import { InviteDialog } from "./invite-dialog.tsx";
import { SessionList } from "./session-list.tsx";

interface Person {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly access: Access;
  readonly hasPassword: boolean;
  readonly createdAt: number;
}

type Asked = { readonly what: "access" | "sessions" | "remove"; readonly person: Person } | { readonly what: "invite" };

/** Everybody with an account, what they may do, and how to change that. */
export function PeopleCard() {
  const trpc = useTRPC();
  const people = useQuery(trpc.people.list.queryOptions());
  const [asked, setAsked] = useState<Asked | null>(null);
  const close = () => setAsked(null);
  return (
    <Card
      title="Accounts"
      description="Everybody who can sign in, and what they may do."
      actions={
        <Button variant="primary" size="small" onClick={() => setAsked({ what: "invite" })}>
          Invite…
        </Button>
      }
      flush
    >
      {people.isPending ? <Skeleton className="m-4 h-24" label="accounts" /> : null}
      {people.isError ? (
        <div className="p-4">
          <ErrorState title="The people could not be read." failure={failureOf(people.error)} onRetry={() => void people.refetch()} />
        </div>
      ) : null}
      {people.data ? <PeopleTable people={people.data} onAsk={setAsked} /> : null}
      {asked?.what === "invite" ? <InviteDialog onClose={close} /> : null}
      {asked?.what === "access" ? <AccessDialog person={asked.person} onClose={close} /> : null}
      {asked?.what === "sessions" ? <SessionsDialog person={asked.person} onClose={close} /> : null}
      {asked?.what === "remove" ? <RemoveDialog person={asked.person} onClose={close} /> : null}
    </Card>
  );
}

function PeopleTable({ people, onAsk }: { people: readonly Person[]; onAsk: (asked: Asked) => void }) {
  const { userId: own } = useSession();
  return (
    <Table caption="People">
      <thead>
        <tr>
          <Th>Person</Th>
          <Th>Roles</Th>
          <Th className="max-sm:hidden">Since</Th>
          <Th className="relative">
            <span className="sr-only">Actions</span>
          </Th>
        </tr>
      </thead>
      <tbody>
        {people.map((person) => (
          <Tr key={person.userId}>
            <Td className="max-w-72">
              <span className="break-words font-medium">{person.name}</span> {person.userId === own ? <Badge>you</Badge> : null}{" "}
              {person.hasPassword ? null : <Badge>single sign-on</Badge>}
              <span className="block break-all text-ink-soft text-xs">{person.email}</span>
            </Td>
            <Td>
              <AccessCell access={person.access} />
            </Td>
            <Td className="whitespace-nowrap text-ink-soft max-sm:hidden">
              <Ago at={person.createdAt} />
            </Td>
            <Td className="text-right">
              <Menu
                trigger={
                  <Button variant="ghost" size="icon-small" aria-label={`Actions for ${person.name}`}>
                    <Ellipsis aria-hidden />
                  </Button>
                }
              >
                <MenuItem onSelect={() => onAsk({ what: "access", person })}>Change roles…</MenuItem>
                <MenuItem onSelect={() => onAsk({ what: "sessions", person })}>Sessions…</MenuItem>
                <MenuSeparator />
                <MenuItem danger onSelect={() => onAsk({ what: "remove", person })}>
                  Remove…
                </MenuItem>
              </Menu>
            </Td>
          </Tr>
        ))}
      </tbody>
    </Table>
  );
}

function SessionsDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={`Sessions of ${person.name}`} description="Where they are signed in.">
      <SessionList userId={person.userId} />
    </Dialog>
  );
}

function RemoveDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const remove = useMutation(
    trpc.people.remove.mutationOptions({
      onSuccess: () => {
        void queryClient.invalidateQueries(trpc.people.list.queryFilter());
        toast("ok", `${person.name} is removed.`);
        onClose();
      },
    }),
  );
  return (
    <AlertDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Remove ${person.name}?`}
      description="The account ends, and all its sessions within seconds. What they did stays in the history under their name."
      confirmLabel="Remove person"
      danger
      pending={remove.isPending}
      problem={remove.error ? failureOf(remove.error).message : null}
      onConfirm={() => remove.mutate({ userId: person.userId })}
    />
  );
}
