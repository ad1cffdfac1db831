"use client";

import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { useSession, useSignOut } from "#hooks/session.tsx";
import { formatAccess } from "./access-words.ts";
import { PasswordDialog } from "./password-dialog.tsx";
import { SessionList } from "./session-list.tsx";

const noPassword = "You sign in through the provider and have no password here. Change it there.";

export function AccountCard() {
  const { name, email, access, hasPassword } = useSession();
  const signOut = useSignOut();
  const [changing, setChanging] = useState(false);
  return (
    <>
      <Card title="Account">
        <div className="flex flex-wrap items-center justify-between gap-3">
          <dl className="grid min-w-0 grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-sm">
            <dt className="text-ink-soft">Name</dt>
            <dd className="break-words font-medium">{name}</dd>
            <dt className="text-ink-soft">Email</dt>
            <dd className="break-all">{email}</dd>
            <dt className="text-ink-soft">Roles</dt>
            <dd>{formatAccess(access)}</dd>
          </dl>
          <div className="flex flex-wrap gap-2">
            <Button disabledReason={hasPassword ? null : noPassword} onClick={() => setChanging(true)}>
              Change password…
            </Button>
            <Button onClick={() => void signOut()}>Sign out</Button>
          </div>
        </div>
      </Card>
      <Card title="Sessions" description="Where you are signed in. End one that you do not know, and change your password.">
        <SessionList />
      </Card>
      {changing ? <PasswordDialog onClose={() => setChanging(false)} /> : null}
    </>
  );
}
