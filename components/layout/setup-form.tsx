"use client";

import { useEffect, useState } from "react";
import { buttonLook } from "#components/ui/button-look.ts";
import { FormProblem } from "#components/ui/form-problem.tsx";
import { paths } from "#domain/paths.ts";
import { createFirstAccount, readSetup } from "#hooks/account-calls.ts";
import { useFragmentToken } from "#hooks/use-fragment-token.ts";
import { AccountField, SendButton } from "./account-field.tsx";
import { accountRules, passwordHint } from "./account-rules.ts";
import { FormPlace } from "./form-place.tsx";
import { useAccountForm } from "./use-account-form.ts";

/** The first account, made with the token of the link that the terminal shows. */
export function SetupForm() {
  const token = useFragmentToken();
  const needed = useSetupNeeded();
  if (needed === false) return <AlreadySetUp />;
  if (token === undefined || needed === undefined) return <FormPlace label="Reading the link…" />;
  return token === null ? <WithoutToken /> : <AccountForm token={token} />;
}

/** Undefined until known, null when nobody says. */
function useSetupNeeded(): boolean | null | undefined {
  const [needed, setNeeded] = useState<boolean | null>();
  useEffect(() => {
    readSetup().then(
      (setup) => setNeeded(setup.needed),
      () => setNeeded(null),
    );
  }, []);
  return needed;
}

const rules = {
  name: accountRules.name,
  email: (email: string) => {
    if (!email) return "Give an email address.";
    return /^\S+@\S+\.\S+$/.test(email) ? null : "Write an address such as ada@example.com.";
  },
  password: accountRules.password,
};

function AccountForm({ token }: { token: string }) {
  const { form, errorOf, problem, pending } = useAccountForm({
    rules,
    send: async (account) => {
      await createFirstAccount({ token, ...account });
      // A full load: the cookie of the new session is there from the first request on.
      window.location.replace(paths.home());
      return null;
    },
  });
  return (
    <form {...form} className="grid gap-4">
      <AccountField label="Your name" name="name" autoComplete="name" error={errorOf("name")} hint="Stands beside what you do." />
      <AccountField label="Email" name="email" type="email" autoComplete="username" error={errorOf("email")} />
      <AccountField label="Password" name="password" type="password" autoComplete="new-password" error={errorOf("password")} hint={passwordHint} />
      <FormProblem message={problem} />
      <SendButton pending={pending}>Create account</SendButton>
    </form>
  );
}

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
        <a href={paths.login()} className="text-accent underline">
          Sign in
        </a>{" "}
        with it.
      </p>
      <a href={paths.login()} className={buttonLook({ variant: "primary" })}>
        Go to sign in
      </a>
    </div>
  );
}
