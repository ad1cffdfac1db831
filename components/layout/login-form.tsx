"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { useForm } from "react-hook-form";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { FormProblem } from "#components/ui/form-problem.tsx";
import { Input } from "#components/ui/input.tsx";
import { PasswordInput } from "#components/ui/password-input.tsx";
import { paths } from "#domain/paths.ts";
import { safeNext } from "#domain/safe-next.ts";
import { signIn } from "#hooks/session.tsx";
import { useTRPC } from "#hooks/trpc.tsx";

interface Credentials {
  readonly email: string;
  readonly password: string;
}

export function LoginForm() {
  const router = useRouter();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const setup = useQuery(trpc.setup.state.queryOptions());
  const [problem, setProblem] = useState<string | null>(null);
  const { register, handleSubmit, formState, setFocus } = useForm<Credentials>({ defaultValues: { email: "", password: "" } });
  useEffect(() => {
    if (setup.data?.needed) router.replace(paths.setup());
  }, [setup.data, router]);

  const submit = handleSubmit(async ({ email, password }) => {
    setProblem(null);
    const refusal = await signIn(email.trim(), password);
    if (refusal) {
      setProblem(refusal);
      setFocus("password");
      return;
    }
    queryClient.clear();
    router.replace(safeNext(new URLSearchParams(window.location.search).get("next")));
  });
  return (
    // A form that is sent before its script runs must not put a password into the address.
    <form method="post" noValidate className="grid gap-4" onSubmit={submit}>
      <Field label="Email" error={formState.errors.email?.message}>
        <Input type="email" autoComplete="username" {...register("email", { required: "Give your email address." })} />
      </Field>
      <Field label="Password" error={formState.errors.password?.message}>
        <PasswordInput autoComplete="current-password" {...register("password", { required: "Give your password." })} />
      </Field>
      <FormProblem message={problem} />
      <Button type="submit" variant="primary" className="w-full" pending={formState.isSubmitting}>
        Sign in
      </Button>
    </form>
  );
}
