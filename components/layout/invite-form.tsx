"use client";

import { useCallback, useEffect, useState } from "react";
import { buttonLook } from "#components/ui/button-look.ts";
import { FormProblem } from "#components/ui/form-problem.tsx";
import { paths } from "#domain/paths.ts";
import { acceptInvitation, openInvitation } from "#hooks/account-calls.ts";
import { failureOf } from "#hooks/failure.ts";
import { useFragmentToken } from "#hooks/use-fragment-token.ts";
import { AccountField, SendButton } from "./account-field.tsx";
import { accountRules, passwordHint } from "./account-rules.ts";
import { FormPlace } from "./form-place.tsx";
import { useAccountForm } from "./use-account-form.ts";

/** The account that an invitation is for, made by whoever holds its link. */
export function InviteForm() {
  const token = useFragmentToken();
  const { invitation, problem, read } = useInvitation(token);
  if (token === null || invitation === null) return <NotValid />;
  if (problem) return <NotRead problem={problem} onRetry={read} />;
  if (token === undefined || !invitation) return <FormPlace label="Reading the invitation…" />;
  return <AccountForm token={token} {...invitation} />;
}

type Invitation = Awaited<ReturnType<typeof openInvitation>>;

/** `invitation` is undefined until read, null when it is not valid. */
function useInvitation(token: string | null | undefined) {
  const [invitation, setInvitation] = useState<Invitation>();
  const [problem, setProblem] = useState<string | null>(null);
  const read = useCallback(() => {
    if (!token) return;
    setInvitation(undefined);
    setProblem(null);
    openInvitation({ token }).then(setInvitation, (error) => setProblem(failureOf(error).message));
  }, [token]);
  useEffect(read, [read]);
  return { invitation, problem, read };
}

function AccountForm({ token, email, invitedBy }: { token: string } & NonNullable<Invitation>) {
  const { form, errorOf, problem, pending } = useAccountForm({
    rules: accountRules,
    send: async (account) => {
      await acceptInvitation({ token, ...account });
      // A full load: nothing of whoever was signed in before stays.
      window.location.replace(paths.home());
      return null;
    },
  });
  return (
    <form {...form} className="grid gap-4">
      <p className="break-words text-ink-soft">{invitedBy} has invited you.</p>
      <AccountField label="Email" name="email" type="email" autoComplete="username" value={email} readOnly hint="You sign in with it." />
      <AccountField label="Your name" name="name" autoComplete="name" error={errorOf("name")} hint="Stands beside what you do." />
      <AccountField label="Password" name="password" type="password" autoComplete="new-password" error={errorOf("password")} hint={passwordHint} />
      <FormProblem message={problem} />
      <SendButton pending={pending}>Create account</SendButton>
    </form>
  );
}

function NotRead({ problem, onRetry }: { problem: string; onRetry: () => void }) {
  return (
    <div className="grid justify-items-start gap-3">
      <FormProblem message={`The invitation could not be read. ${problem}`} />
      <button type="button" className={buttonLook()} onClick={onRetry}>
        Try again
      </button>
    </div>
  );
}

function NotValid() {
  return (
    <div className="grid gap-3 text-sm">
      <p>This invitation is not valid. A link works once and for a week; it may have been used, withdrawn or made anew.</p>
      <p>Ask whoever invited you for a new one.</p>
      <a href={paths.login()} className={buttonLook()}>
        Go to sign in
      </a>
    </div>
  );
}
