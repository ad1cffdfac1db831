"use client";

import type { ReactNode } from "react";
import { InstanceLogs } from "#components/instance/instance-logs.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Ago } from "#components/ui/time.tsx";
import type { InstanceObservation } from "#domain/engine/observation.ts";
import { instanceState } from "./instance-words.ts";

interface InstanceDialogProps {
  readonly fleetId: string;
  readonly instanceId: string | null;
  readonly zone: string | undefined;
  readonly seen: InstanceObservation | undefined;
  readonly releaseName: string | null;
  readonly onClose: () => void;
}

/** One instance: what was last seen of it, and what it wrote. */
export function InstanceDialog({ fleetId, instanceId, zone, seen, releaseName, onClose }: InstanceDialogProps) {
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
            <Fact term="Release">{releaseName ?? "–"}</Fact>
            <Fact term="Started">{unit ? <Ago at={unit.startedAt} /> : "–"}</Fact>
            <Fact term="Restarts">{unit?.restarts ?? "–"}</Fact>
            <Fact term="Address">{unit?.address ?? "–"}</Fact>
            <Fact term="Last readiness answer">{seen?.probe ?? "–"}</Fact>
            <Fact term="In rotation">{rotationText(seen)}</Fact>
            <Fact term="Requests in flight">{seen?.inFlight ?? "–"}</Fact>
            <Fact term="Cut by the last drain">{seen?.cut ?? "–"}</Fact>
          </dl>
          {unit?.message ? <p className="break-words rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">{unit.message}</p> : null}
          <InstanceLogs fleetId={fleetId} instanceId={instanceId} />
        </div>
      ) : null}
    </Dialog>
  );
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-ink-faint text-xs">{term}</dt>
      <dd className="numbers break-words">{children}</dd>
    </div>
  );
}

function rotationText(seen: InstanceObservation | undefined): string {
  if (!seen) return "–";
  return seen.rotation === "in" ? "yes" : seen.rotation === "draining" ? "draining" : "no";
}
