"use client";

import { useState } from "react";
import { AlertDialog } from "#components/ui/alert-dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Textarea } from "#components/ui/input.tsx";
import { toast } from "#components/ui/toast.ts";
import type { FleetDetail } from "#domain/live.ts";
import { useFleetCommand } from "#hooks/use-fleet-command.ts";

const reasonLengthMax = 500;

interface LiftDialogProps {
  readonly detail: FleetDetail;
  /** What is lifted; null while no dialog is open. */
  readonly what: "freeze" | "hold" | null;
  /** Name of the release that is held. */
  readonly heldName: string;
  readonly onClose: () => void;
}

/** Ends a freeze or a hold, with a word why. */
export function LiftDialog({ detail, heldName, what, onClose }: LiftDialogProps) {
  const { send, pending, refused } = useFleetCommand(detail.fleetId);
  const [reason, setReason] = useState("");
  // The words stay while the dialog fades.
  const [shown] = useState(what ?? "freeze");
  const words = shown === "freeze" ? freezeWords(detail) : holdWords(detail, heldName);
  const confirm = async () => {
    if (!(await send({ type: shown === "freeze" ? "liftFreeze" : "liftHold", reason: reason.trim() }))) return;
    onClose();
    toast("ok", words.done);
  };
  return (
    <AlertDialog
      open={what !== null}
      onOpenChange={(open) => !open && onClose()}
      title={words.title}
      description={words.effect}
      confirmLabel={words.confirm}
      pending={pending}
      disabledReason={reason.trim() === "" ? "Say why first; it is kept in the record." : null}
      problem={refused?.message ?? null}
      onConfirm={() => void confirm()}
    >
      <Field label="Reason" hint="Needed. It is kept with your name.">
        <Textarea rows={2} maxLength={reasonLengthMax} value={reason} onChange={(event) => setReason(event.target.value)} />
      </Field>
    </AlertDialog>
  );
}

function freezeWords({ name, activeRollout }: FleetDetail) {
  return {
    title: `Lift the freeze of ${name}?`,
    effect: activeRollout
      ? `The rollout to ${activeRollout.releaseName} starts its next batch as soon as its gate is open.`
      : "Rollouts start their batches again.",
    confirm: "Lift freeze",
    done: `${name} is no longer frozen.`,
  };
}

function holdWords({ name }: FleetDetail, release: string) {
  return {
    title: `Lift the hold of ${release}?`,
    effect: `${release} was rolled back on ${name}. Afterwards anybody may roll it out again without a reason.`,
    confirm: "Lift hold",
    done: `${release} is no longer held.`,
  };
}
