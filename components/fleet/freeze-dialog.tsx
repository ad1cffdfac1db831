"use client";

import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { FormProblem } from "#components/ui/form-problem.tsx";
import { Textarea } from "#components/ui/input.tsx";
import { formatMomentIn } from "#components/ui/moment.ts";
import { RadioGroup } from "#components/ui/radio.tsx";
import { toast } from "#components/ui/toast.ts";
import type { FleetDetail } from "#domain/live.ts";
import { messageBeside, problemAt } from "#hooks/failure.ts";
import { engineNow } from "#hooks/socket.ts";
import { useEngineNow } from "#hooks/use-engine-now.ts";
import { useFleetCommand } from "#hooks/use-fleet-command.ts";
import { type FreezePreset, freezeUntil } from "./freeze-until.ts";

const reasonLengthMax = 500;

interface FreezeDialogProps {
  readonly detail: FleetDetail;
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}

/** Holds every rollout of the fleet at its next gate, for a while or until somebody lifts it. */
export function FreezeDialog({ detail, open, onOpenChange }: FreezeDialogProps) {
  const { send, pending, refused } = useFleetCommand(detail.fleetId);
  const [preset, setPreset] = useState<FreezePreset>("hour");
  const [reason, setReason] = useState("");
  const now = useEngineNow();
  const confirm = async () => {
    const until = freezeUntil(preset, engineNow());
    if (!(await send({ type: "setFreeze", until, reason: reason.trim() }))) return;
    onOpenChange(false);
    toast("ok", `${detail.name} is frozen${until === null ? " until somebody lifts it" : ` until ${formatMomentIn(until)}`}.`);
  };
  const timed = (choice: "hour" | "morning") => (now === 0 ? undefined : `until ${formatMomentIn(freezeUntil(choice, now) ?? now)}`);
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      size="small"
      title={`Freeze ${detail.name}`}
      description={describeFreeze(detail)}
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
          <Button
            variant="primary"
            pending={pending}
            disabledReason={reason.trim() === "" ? "Say why first; everybody who waits will read it." : null}
            onClick={() => void confirm()}
          >
            Freeze fleet
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <RadioGroup
          label="How long"
          value={preset}
          onValueChange={setPreset}
          options={[
            { value: "hour", label: "For 1 hour", hint: timed("hour") },
            { value: "morning", label: "Until tomorrow 08:00", hint: timed("morning") },
            { value: "open", label: "Until somebody lifts it", hint: "no end of its own" },
          ]}
        />
        <Field label="Reason" error={problemAt(refused, "reason")} hint="Needed. It stands wherever a rollout waits for the freeze.">
          <Textarea rows={2} maxLength={reasonLengthMax} value={reason} onChange={(event) => setReason(event.target.value)} />
        </Field>
        <FormProblem message={messageBeside(refused, ["reason"])} />
      </div>
    </Dialog>
  );
}

function describeFreeze({ activeRollout }: FleetDetail): string {
  const always = "No new batch starts while it lasts. A rollback is never held.";
  if (!activeRollout) return always;
  return `${activeRollout.releaseName} goes on to its next gate and waits there. ${always}`;
}
