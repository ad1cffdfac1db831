"use client";

import { useState } from "react";
import { AlertDialog } from "#components/ui/alert-dialog.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { CopyField } from "#components/ui/copy-field.tsx";
import { removalCommand } from "#domain/fleet-label.ts";
import type { FleetDetail } from "#domain/live.ts";

interface AbandonDialogProps {
  readonly detail: Pick<FleetDetail, "fleetId" | "name">;
  /** Why the engine cannot be reached, as a sentence; null: nobody is asked. */
  readonly why: string | null;
  readonly onCancel: () => void;
  readonly onAbandon: () => void;
  readonly pending: boolean;
  readonly problem: string | null;
}

/** The second question before a fleet is removed whose engine may be gone for good. */
export function AbandonDialog({ detail, why, onCancel, onAbandon, pending, problem }: AbandonDialogProps) {
  const [known, setKnown] = useState(false);
  const change = (open: boolean) => {
    if (open) return;
    setKnown(false);
    onCancel();
  };
  return (
    <AlertDialog
      open={why !== null}
      onOpenChange={change}
      title={`Remove ${detail.name} without its engine?`}
      description={
        <>
          <p>Its engine cannot be reached, so nothing was removed. {why}</p>
          <p className="mt-2">
            If it comes back, cancel and try again then. If it is gone for good, the fleet can be removed here alone: Tideline forgets it and sends it
            no requests. Its containers stay as they are, and run on where their engine does.
          </p>
        </>
      }
      confirmLabel="Remove, leave its containers"
      danger
      pending={pending}
      disabledReason={known ? null : "Say first that you know of its containers."}
      problem={problem}
      onConfirm={onAbandon}
    >
      <Checkbox checked={known} onCheckedChange={setKnown}>
        Its containers stay, and nobody looks after them any more.
      </Checkbox>
      <CopyField
        label="To remove its containers there"
        hint="On the engine's machine, once it answers."
        value={removalCommand(detail.fleetId)}
        done="The command is copied."
      />
    </AlertDialog>
  );
}
