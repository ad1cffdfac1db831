"use client";

import { useMemo, useState } from "react";
import { InstanceMatrix } from "#components/instance/instance-matrix.tsx";
import { toCells } from "#components/instance/instance-state.ts";
import { ReleaseBar } from "#components/instance/release-bar.tsx";
import { Card } from "#components/ui/card.tsx";
import { Tabs } from "#components/ui/tabs.tsx";
import type { FleetDetail } from "#domain/live.ts";
import { InstanceDialog } from "./instance-dialog.tsx";
import { InstanceList } from "./instance-list.tsx";

/** Above this size the list would be a wall; the matrix has a table of its own that shows only what is on the screen. */
const listedMax = 200;

interface InstancesCardProps {
  readonly detail: FleetDetail;
  readonly target: string | null;
  readonly releaseNames: Readonly<Record<string, string>>;
}

/** The instances as cells and as a list; one opens with its log. */
export function InstancesCard({ detail, target, releaseNames }: InstancesCardProps) {
  const [selectedId, setSelectedId] = useState<string | null>(null);
  const seen = useMemo(() => new Map(detail.instances.map((instance) => [instance.instanceId, instance])), [detail.instances]);
  const newReleaseId = detail.releases.find((release) => release.name === target)?.releaseId ?? detail.releases[0]?.releaseId ?? null;
  const cells = useMemo(
    () => toCells({ instances: detail.fleet.instances, observations: seen, newReleaseId, releaseNames }),
    [detail.fleet.instances, seen, newReleaseId, releaseNames],
  );
  const selected = detail.fleet.instances.find((instance) => instance.id === selectedId);
  const unit = selectedId ? seen.get(selectedId)?.unit : null;
  const matrix = (
    <InstanceMatrix
      cells={cells}
      selectedId={selectedId}
      onSelect={setSelectedId}
      newRelease={newReleaseId ? releaseNames[newReleaseId] : null}
      oldRelease={detail.releases.find((release) => release.releaseId !== newReleaseId)?.name}
    />
  );
  const list = (
    <div className="-mx-4 -mb-4">
      <InstanceList instances={detail.fleet.instances} seen={seen} releaseNames={releaseNames} onSelect={setSelectedId} />
    </div>
  );
  return (
    <Card
      title="Instances"
      description={`${detail.ready} of ${detail.desired} ready, ${detail.inRotation} in rotation${detail.unreachable === null ? "" : ", when last seen"}`}
      actions={<ReleaseBar releases={detail.releases} target={target} className="w-56" />}
    >
      {detail.fleet.instances.length > listedMax ? (
        matrix
      ) : (
        <Tabs
          label="Instances as"
          tabs={[
            { value: "list", label: "List", content: list },
            { value: "matrix", label: "Matrix", content: matrix },
          ]}
        />
      )}
      <InstanceDialog
        fleetId={detail.fleetId}
        instanceId={selectedId}
        zone={selected?.zone}
        seen={selectedId ? seen.get(selectedId) : undefined}
        releaseName={unit ? (releaseNames[unit.releaseId] ?? null) : null}
        onClose={() => setSelectedId(null)}
      />
    </Card>
  );
}
