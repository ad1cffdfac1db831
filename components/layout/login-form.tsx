"use client";

import { useEffect } from "react";
import { FormProblem } from "#components/ui/form-problem.tsx";
import { paths } from "#domain/paths.ts";
import { safeNext } from "#domain/safe-next.ts";
import { readSetup } from "#hooks/account-calls.ts";
import { signIn } from "#hooks/sign-in.ts";
import { AccountField, SendButton } from "./account-field.tsx";
import { useAccountForm } from "./use-account-form.ts";

const rules = {
  email: (email: string) => (email ? null : "Give your email address."),
  password: (password: string) => (password ? null : "Give your password."),
};

export function LoginForm() {
  useEffect(() => {
    // Who cannot be told stays here: signing in says what is wrong.
    readSetup().then(
      ({ needed }) => needed && window.location.replace(paths.setup()),
      () => {},
    );
  }, []);
  const { form, errorOf, problem, pending } = useAccountForm({
    rules,
    send: async ({ email, password }) => {
      const refusal = await signIn(email.trim(), password);
      // A full load: the cookie of the new session is there from the first request on.
      if (refusal === null) window.location.replace(safeNext(new URLSearchParams(window.location.search).get("next")));
      return refusal;
    },
  });
  return (
    // A form that is sent before its script runs must not put a password into the address.
    <form {...form} className="grid gap-4">
      <AccountField label="Email" name="email" type="email" autoComplete="username" error={errorOf("email")} />
      <AccountField label="Password" name="password" type="password" autoComplete="current-password" error={errorOf("password")} />
      <FormProblem message={problem} />
      <SendButton pending={pending}>Sign in</SendButton>
    </form>
  );
}
