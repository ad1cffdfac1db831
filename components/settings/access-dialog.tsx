"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { FormProblem } from "#components/ui/form-problem.tsx";
import { toast } from "#components/ui/toast.ts";
import type { Access } from "#domain/role.ts";
import { failureOf } from "#hooks/failure.ts";
import { useTRPC } from "#hooks/trpc.tsx";
import { repeatedName, toAccess, toDraft } from "./access-draft.ts";
import { AccessFields } from "./access-fields.tsx";

interface AccessDialogProps {
  readonly person: { readonly userId: string; readonly name: string; readonly access: Access };
  readonly onClose: () => void;
}

/** Changes what one person may do. */
export function AccessDialog({ person, onClose }: AccessDialogProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [draft, setDraft] = useState(() => toDraft(person.access));
  const change = useMutation(
    trpc.people.changeAccess.mutationOptions({
      onSuccess: () => {
        void queryClient.invalidateQueries(trpc.people.list.queryFilter());
        void queryClient.invalidateQueries(trpc.session.current.queryFilter());
        toast("ok", `The roles of ${person.name} are changed.`);
        onClose();
      },
    }),
  );
  const failure = change.error ? failureOf(change.error) : null;
  const repeated = repeatedName(draft);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      size="small"
      title={`Roles of ${person.name}`}
      description="They count from the next click on."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            pending={change.isPending}
            disabledReason={repeated ? `${repeated} stands twice: give it one role.` : null}
            onClick={() => change.mutate({ userId: person.userId, access: toAccess(draft) })}
          >
            Save roles
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        <AccessFields draft={draft} onChange={setDraft} failure={failure} />
        <FormProblem message={failure?.message ?? null} />
      </div>
    </Dialog>
  );
}
