"use client";

import { InstanceLogs } from "#components/instance/instance-logs.tsx";
import { UnitFacts } from "#components/instance/unit-facts.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import type { InstanceObservation } from "#domain/engine/observation.ts";
import { instanceState } from "./instance-words.ts";

interface InstanceDialogProps {
  readonly fleetId: string;
  readonly instanceId: string | null;
  readonly zone: string | undefined;
  readonly seen: InstanceObservation | undefined;
  readonly releaseNames: Readonly<Record<string, string>>;
  readonly onClose: () => void;
}

/** One instance: what was last seen of it, and what it wrote. */
export function InstanceDialog({ fleetId, instanceId, zone, seen, releaseNames, onClose }: InstanceDialogProps) {
  const unit = seen?.unit ?? null;
  return (
    <Dialog
      open={instanceId !== null}
      onOpenChange={(open) => !open && onClose()}
      size="large"
      title={`Instance ${instanceId ?? ""}`}
      description={`${zone ? `Zone ${zone} · ` : ""}${instanceState(seen).text}`}
    >
      {instanceId ? (
        <div className="grid gap-5">
          <dl className="grid grid-cols-2 gap-x-4 gap-y-3 text-sm sm:grid-cols-4">
            <UnitFacts seen={seen} releaseNames={releaseNames} />
          </dl>
          {unit?.message ? <p className="break-words rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">{unit.message}</p> : null}
          <InstanceLogs fleetId={fleetId} instanceId={instanceId} />
        </div>
      ) : null}
    </Dialog>
  );
}
