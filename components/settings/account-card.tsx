"use client";

import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { useSession, useSignOut } from "#hooks/session.tsx";

export function AccountCard() {
  const { name, email } = useSession();
  const signOut = useSignOut();
  return (
    <Card title="Account">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <dl className="grid min-w-0 grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-sm">
          <dt className="text-ink-soft">Name</dt>
          <dd className="break-words font-medium">{name}</dd>
          <dt className="text-ink-soft">Email</dt>
          <dd className="break-all">{email}</dd>
        </dl>
        <Button onClick={() => void signOut()}>Sign out</Button>
      </div>
    </Card>
  );
}
