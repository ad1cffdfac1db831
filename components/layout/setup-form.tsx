"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useForm } from "react-hook-form";
import { Button, ButtonLink } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { FormProblem } from "#components/ui/form-problem.tsx";
import { Input } from "#components/ui/input.tsx";
import { PasswordInput } from "#components/ui/password-input.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { paths } from "#domain/paths.ts";
import { failureOf, messageBeside, problemAt } from "#hooks/failure.ts";
import { useTRPC } from "#hooks/trpc.tsx";
import { useFragmentToken } from "#hooks/use-fragment-token.ts";
import { passwordHint, passwordRules } from "./password-rules.ts";

/** The first account, made with the token of the link that the terminal shows. */
export function SetupForm() {
  const token = useFragmentToken();
  const trpc = useTRPC();
  const setup = useQuery(trpc.setup.state.queryOptions());
  if (setup.data && !setup.data.needed) return <AlreadySetUp />;
  if (token === undefined || setup.isPending) return <Skeleton className="h-56" />;
  return token === null ? <WithoutToken /> : <AccountForm token={token} />;
}

interface Account {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

const accountFields = ["name", "email", "password"] as const;

function AccountForm({ token }: { token: string }) {
  const trpc = useTRPC();
  const { register, handleSubmit, formState } = useForm<Account>({ defaultValues: { name: "", email: "", password: "" } });
  // A full load afterwards: the cookie of the new session is there from the first request on.
  const create = useMutation(trpc.setup.create.mutationOptions({ onSuccess: () => window.location.replace(paths.home()) }));
  const failure = create.error ? failureOf(create.error) : null;
  const error = (field: keyof Account) => formState.errors[field]?.message ?? problemAt(failure, field);
  return (
    <form method="post" noValidate className="grid gap-4" onSubmit={handleSubmit((account) => create.mutate({ token, ...account }))}>
      <Field label="Your name" error={error("name")} hint="Stands beside what you do.">
        <Input autoComplete="name" {...register("name", { required: "Give your name." })} />
      </Field>
      <Field label="Email" error={error("email")}>
        <Input type="email" autoComplete="username" {...register("email", { required: "Give an email address.", pattern: emailPattern })} />
      </Field>
      <Field label="Password" error={error("password")} hint={passwordHint}>
        <PasswordInput autoComplete="new-password" {...register("password", passwordRules)} />
      </Field>
      <FormProblem message={messageBeside(failure, accountFields)} />
      <Button type="submit" variant="primary" className="w-full" pending={create.isPending || create.isSuccess}>
        Create account
      </Button>
    </form>
  );
}

const emailPattern = { value: /^\S+@\S+\.\S+$/, message: "Write an address such as ada@example.com." };

function WithoutToken() {
  return (
    <div className="grid gap-3 text-sm">
      <p>The first account is made with a one-time link, so that nobody else makes it.</p>
      <p>
        Find the link in the terminal where Tideline was started. It begins with <code className="font-mono text-xs">{paths.setup()}#token=</code> and
        holds for one hour. Start Tideline again for a new one.
      </p>
    </div>
  );
}

function AlreadySetUp() {
  return (
    <div className="grid gap-4 text-sm">
      <p>
        An account exists already.{" "}
        <Link href={paths.login()} className="text-accent underline">
          Sign in
        </Link>{" "}
        with it.
      </p>
      <ButtonLink href={paths.login()} variant="primary">
        Go to sign in
      </ButtonLink>
    </div>
  );
}
