"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { FormProblem } from "#components/ui/form-problem.tsx";
import { toast } from "#components/ui/toast.ts";
import type { ListedDestination } from "#domain/notification.ts";
import { failureOf, messageBeside } from "#hooks/failure.ts";
import { useTRPC } from "#hooks/trpc.tsx";
import { DeliveryNote } from "./delivery-note.tsx";
import { emptyDestination, type placesOf, toDestination, toDestinationDraft } from "./destination-draft.ts";
import { DestinationFields, destinationFields } from "./destination-fields.tsx";

interface DestinationDialogProps {
  /** null: a new one. */
  readonly listed: ListedDestination | null;
  readonly places: ReturnType<typeof placesOf>;
  readonly onClose: () => void;
}

/** Adds or changes a destination. What is typed can be tried out before it is kept. */
export function DestinationDialog({ listed, places, onClose }: DestinationDialogProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [draft, setDraft] = useState(() => (listed ? toDestinationDraft(listed) : { ...emptyDestination, place: places[0]?.value ?? null }));
  const [asked, setAsked] = useState<"trial" | "save">("save");
  const trial = useMutation(trpc.notifications.test.mutationOptions());
  const save = useMutation(
    trpc.notifications.save.mutationOptions({
      onSuccess: () => {
        void queryClient.invalidateQueries(trpc.notifications.list.queryFilter());
        toast("ok", `${draft.name.trim()} is ${listed ? "changed" : "added"}.`);
        onClose();
      },
    }),
  );
  const error = asked === "save" ? save.error : trial.error;
  const failure = error ? failureOf(error) : null;
  const destination = toDestination(draft);
  const missing = destination === null ? "Choose of which rollouts first." : null;
  const ask = (what: "trial" | "save") => {
    setAsked(what);
    if (destination && what === "trial") trial.mutate({ destination });
    if (destination && what === "save") save.mutate({ destinationId: listed?.destinationId ?? null, destination });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      size="medium"
      title={listed ? `Edit ${listed.destination.name}` : "New destination"}
      description="Each message says what happened, why, what comes next, and where to look."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button disabledReason={missing} pending={trial.isPending} onClick={() => ask("trial")}>
            Send test
          </Button>
          <Button variant="primary" disabledReason={missing} pending={save.isPending} onClick={() => ask("save")}>
            {listed ? "Save" : "Add destination"}
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        <DestinationFields
          draft={draft}
          places={places}
          failure={failure}
          onChange={(next) => {
            setDraft(next);
            trial.reset();
          }}
        />
        <DeliveryNote delivery={trial.data} failure={null} />
        <FormProblem message={messageBeside(failure, destinationFields)} />
      </div>
    </Dialog>
  );
}
