"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId } from "react";
import { useForm } from "react-hook-form";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { FormProblem } from "#components/ui/form-problem.tsx";
import { formatCount } from "#components/ui/numbers.ts";
import { PasswordInput } from "#components/ui/password-input.tsx";
import { toast } from "#components/ui/toast.ts";
import { passwordLengthMin } from "#domain/password-length.ts";
import { failureOf, messageBeside, problemAt } from "#hooks/failure.ts";
import { useSession } from "#hooks/session.tsx";
import { useTRPC } from "#hooks/trpc.tsx";

interface Passwords {
  readonly password: string;
  readonly newPassword: string;
}

/** Changes one's own password. */
export function PasswordDialog({ onClose }: { onClose: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { email } = useSession();
  const formId = useId();
  const { register, handleSubmit, formState } = useForm<Passwords>({ defaultValues: { password: "", newPassword: "" } });
  const change = useMutation(
    trpc.session.changePassword.mutationOptions({
      onSuccess: ({ ended }) => {
        void queryClient.invalidateQueries(trpc.session.list.queryFilter());
        toast("ok", "Your password is changed.", ended > 0 ? `${formatCount(ended, "other session")} ended.` : undefined);
        onClose();
      },
    }),
  );
  const failure = change.error ? failureOf(change.error) : null;
  const error = (field: keyof Passwords) => formState.errors[field]?.message ?? problemAt(failure, field);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      size="small"
      title="Change password"
      description="You stay signed in here; your other sessions end."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} variant="primary" pending={change.isPending}>
            Change password
          </Button>
        </>
      }
    >
      <form id={formId} method="post" noValidate className="grid gap-4" onSubmit={handleSubmit((passwords) => change.mutate(passwords))}>
        {/* For password managers: whose password this is. */}
        <input type="text" name="email" autoComplete="username" value={email} readOnly hidden />
        <Field label="Current password" error={error("password")}>
          <PasswordInput autoComplete="current-password" {...register("password", { required: "Give your current password." })} />
        </Field>
        <Field label="New password" error={error("newPassword")} hint={`At least ${passwordLengthMin} characters. Four words are good.`}>
          <PasswordInput
            autoComplete="new-password"
            {...register("newPassword", {
              required: "Give a new password.",
              minLength: { value: passwordLengthMin, message: `Use at least ${passwordLengthMin} characters.` },
            })}
          />
        </Field>
        <FormProblem message={messageBeside(failure, ["password", "newPassword"])} />
      </form>
    </Dialog>
  );
}
