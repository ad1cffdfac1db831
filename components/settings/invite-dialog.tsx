"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { CopyField } from "#components/ui/copy-field.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { FormProblem } from "#components/ui/form-problem.tsx";
import { Input } from "#components/ui/input.tsx";
import { paths } from "#domain/paths.ts";
import { failureOf, messageBeside, problemAt } from "#hooks/failure.ts";
import { useTRPC } from "#hooks/trpc.tsx";
import { newAccess, repeatedName, toAccess } from "./access-draft.ts";
import { AccessFields } from "./access-fields.tsx";

/** Makes a link for one person. It is shown once, here. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [email, setEmail] = useState("");
  const [draft, setDraft] = useState(newAccess);
  const create = useMutation(
    trpc.invitations.create.mutationOptions({ onSuccess: () => queryClient.invalidateQueries(trpc.invitations.list.queryFilter()) }),
  );
  const failure = create.error ? failureOf(create.error) : null;
  const repeated = repeatedName(draft);
  const missing = email.trim() === "" ? "Give an email address first." : null;
  if (create.data) return <LinkDialog email={email.trim()} token={create.data.token} onClose={onClose} />;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      size="small"
      title="Invite a person"
      description="You get a link to pass on. It works once, for a week."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            pending={create.isPending}
            disabledReason={missing ?? (repeated ? `${repeated} stands twice: give it one role.` : null)}
            onClick={() => create.mutate({ email, access: toAccess(draft) })}
          >
            Make link
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        <Field label="Email" error={problemAt(failure, "email")} hint="They sign in with it. Nothing is sent.">
          <Input type="email" autoComplete="off" value={email} onChange={(event) => setEmail(event.target.value)} />
        </Field>
        <AccessFields draft={draft} onChange={setDraft} failure={failure} />
        <FormProblem message={messageBeside(failure, ["email", "access"])} />
      </div>
    </Dialog>
  );
}

function LinkDialog({ email, token, onClose }: { email: string; token: string; onClose: () => void }) {
  const link = `${window.location.origin}${paths.invite()}#token=${token}`;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      size="small"
      title="The link"
      description={`Pass it on to ${email}. It is not shown again; whoever opens it first makes the account.`}
      footer={
        <Button variant="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      <CopyField label="Link" hint="Works once, until a week from now." value={link} done="The link is copied." />
    </Dialog>
  );
}
