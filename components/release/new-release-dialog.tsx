"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { FormProblem } from "#components/ui/form-problem.tsx";
import { toast } from "#components/ui/toast.ts";
import type { Release } from "#domain/release.ts";
import { failureOf, messageBeside } from "#hooks/failure.ts";
import { useTRPC } from "#hooks/trpc.tsx";
import { anyDraftFrom, fieldsOf, type ReleaseKind, repeatedVariable, toAnyInput } from "./any-draft.ts";
import { AnyReleaseFields } from "./any-release-fields.tsx";
import { useRecordRelease } from "./use-record-release.ts";

interface NewReleaseDialogProps {
  readonly service: string;
  /** What the fleet's driver starts. */
  readonly kind: ReleaseKind;
  /** The newest release: the form begins as its copy. */
  readonly newest: Release | undefined;
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}

export function NewReleaseDialog({ service, kind, newest, open, onOpenChange }: NewReleaseDialogProps) {
  const formId = useId();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [draft, setDraft] = useState(() => anyDraftFrom(kind, newest));
  const record = useRecordRelease({
    onSuccess: (release) => {
      void queryClient.invalidateQueries(trpc.releases.list.queryFilter());
      toast("ok", `Release ${release.name} is recorded.`, "Start a rollout to bring it to the fleet.");
      onOpenChange(false);
    },
  });
  const failure = record.error ? failureOf(record.error) : null;
  const twice = repeatedVariable(draft);
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="New release"
      description={
        newest ? `Begins as a copy of ${newest.name}. A release never changes once it is recorded.` : "A release never changes once it is recorded."
      }
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
          <Button
            variant="primary"
            type="submit"
            form={formId}
            pending={record.isPending}
            disabledReason={twice ? `The variable ${twice} stands there twice. Remove one.` : null}
          >
            Record release
          </Button>
        </>
      }
    >
      <form
        id={formId}
        noValidate
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!record.isPending && !twice) record.mutate(toAnyInput(draft, service));
        }}
      >
        <AnyReleaseFields draft={draft} onChange={setDraft} failure={failure} />
        <FormProblem message={messageBeside(failure, fieldsOf(draft))} />
      </form>
    </Dialog>
  );
}
