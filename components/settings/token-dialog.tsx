"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { CopyField } from "#components/ui/copy-field.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { FormProblem } from "#components/ui/form-problem.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { tokenDays, whyBeyond } from "#domain/token.ts";
import { failureOf, messageBeside, problemAt } from "#hooks/failure.ts";
import { useSession } from "#hooks/session.tsx";
import { useTRPC } from "#hooks/trpc.tsx";
import { type AccessDraft, repeatedName, toAccess } from "./access-draft.ts";
import { AccessFields } from "./access-fields.tsx";

/** Nothing until it is chosen: a program needs less than its owner. */
const noRole: AccessDraft = { defaultRole: null, rows: [], granted: [] };
const dayOptions = tokenDays.map((days) => ({ value: String(days), label: days === 365 ? "1 year" : `${days} days` }));

/** Makes a token. It is shown once, here. */
export function TokenDialog({ onClose }: { onClose: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { access: own } = useSession();
  const [name, setName] = useState("");
  const [days, setDays] = useState("90");
  const [draft, setDraft] = useState(noRole);
  const create = useMutation(trpc.tokens.create.mutationOptions({ onSuccess: () => queryClient.invalidateQueries(trpc.tokens.list.queryFilter()) }));
  const failure = create.error ? failureOf(create.error) : null;
  const repeated = repeatedName(draft);
  const access = toAccess(draft);
  const missing = name.trim() === "" ? "Give it a name first." : null;
  const nothing = access.defaultRole === null && Object.keys(access.roles).length === 0 ? "Give it a role somewhere: it could do nothing." : null;
  if (create.data) return <ShownOnce name={name.trim()} token={create.data.token} onClose={onClose} />;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      size="small"
      title="New API token"
      description="A program acts with it in your name, and never may do more than you may yourself."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            pending={create.isPending}
            disabledReason={missing ?? (repeated ? `${repeated} stands twice: give it one role.` : null) ?? nothing ?? whyBeyond(own, access)}
            onClick={() => create.mutate({ name, access, days: Number(days) })}
          >
            Make token
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        <Field label="Name" error={problemAt(failure, "name")} hint="Stands beside yours in the activity.">
          <Input autoComplete="off" placeholder="deploy-ci" value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        <Field label="Valid for" error={problemAt(failure, "days")}>
          <Select value={days} onValueChange={setDays} options={dayOptions} />
        </Field>
        <AccessFields draft={draft} onChange={setDraft} failure={failure} />
        <FormProblem message={messageBeside(failure, ["name", "days"])} />
      </div>
    </Dialog>
  );
}

function ShownOnce({ name, token, onClose }: { name: string; token: string; onClose: () => void }) {
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      size="small"
      title={`The token ${name}`}
      description="It is not shown again. Put it where the program keeps its secrets."
      footer={
        <Button variant="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      <CopyField label="Token" hint="Sent as the header Authorization: Bearer TOKEN." value={token} done="The token is copied." />
    </Dialog>
  );
}
