"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { useForm } from "react-hook-form";
import { Button, ButtonLink } from "#components/ui/button.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { Field } from "#components/ui/field.tsx";
import { FormProblem } from "#components/ui/form-problem.tsx";
import { Input } from "#components/ui/input.tsx";
import { PasswordInput } from "#components/ui/password-input.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { paths } from "#domain/paths.ts";
import { failureOf, messageBeside, problemAt } from "#hooks/failure.ts";
import { useTRPC, useTRPCClient } from "#hooks/trpc.tsx";
import { useFragmentToken } from "#hooks/use-fragment-token.ts";
import { passwordHint, passwordRules } from "./password-rules.ts";

/** The account that an invitation is for, made by whoever holds its link. */
export function InviteForm() {
  const token = useFragmentToken();
  const client = useTRPCClient();
  const invitation = useQuery({
    queryKey: ["invitation", token],
    queryFn: () => client.invitations.open.mutate({ token: token ?? "" }),
    enabled: typeof token === "string",
  });
  if (token === null || invitation.data === null) return <NotValid />;
  if (invitation.isError)
    return <ErrorState title="The invitation could not be read." failure={failureOf(invitation.error)} onRetry={() => void invitation.refetch()} />;
  if (token === undefined || !invitation.data)
    return (
      <div role="status">
        <span className="sr-only">Reading the invitation…</span>
        <Skeleton className="h-56" />
      </div>
    );
  return <AccountForm token={token} email={invitation.data.email} invitedBy={invitation.data.invitedBy} />;
}

interface Account {
  readonly name: string;
  readonly password: string;
}

const accountFields = ["name", "password"] as const;

function AccountForm({ token, email, invitedBy }: { token: string; email: string; invitedBy: string }) {
  const trpc = useTRPC();
  const { register, handleSubmit, formState } = useForm<Account>({ defaultValues: { name: "", password: "" } });
  // A full load afterwards: nothing of whoever was signed in before stays.
  const accept = useMutation(trpc.invitations.accept.mutationOptions({ onSuccess: () => window.location.replace(paths.home()) }));
  const failure = accept.error ? failureOf(accept.error) : null;
  const error = (field: keyof Account) => formState.errors[field]?.message ?? problemAt(failure, field);
  return (
    <form method="post" noValidate className="grid gap-4" onSubmit={handleSubmit((account) => accept.mutate({ token, ...account }))}>
      <p className="break-words text-ink-soft">{invitedBy} has invited you.</p>
      <Field label="Email" hint="You sign in with it.">
        <Input type="email" autoComplete="username" value={email} readOnly />
      </Field>
      <Field label="Your name" error={error("name")} hint="Stands beside what you do.">
        <Input autoComplete="name" {...register("name", { required: "Give your name." })} />
      </Field>
      <Field label="Password" error={error("password")} hint={passwordHint}>
        <PasswordInput autoComplete="new-password" {...register("password", passwordRules)} />
      </Field>
      <FormProblem message={messageBeside(failure, accountFields)} />
      <Button type="submit" variant="primary" className="w-full" pending={accept.isPending || accept.isSuccess}>
        Create account
      </Button>
    </form>
  );
}

function NotValid() {
  return (
    <div className="grid gap-3 text-sm">
      <p>This invitation is not valid. A link works once and for a week; it may have been used, withdrawn or made anew.</p>
      <p>Ask whoever invited you for a new one.</p>
      <ButtonLink href={paths.login()}>Go to sign in</ButtonLink>
    </div>
  );
}
