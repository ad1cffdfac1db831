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
  const members = useMemo(() => membersOf(detail), [detail]);
  const cells = useMemo(
    () => toCells({ instances: members, observations: seen, newReleaseId, releaseNames }),
    [members, seen, newReleaseId, releaseNames],
  );
  const selected = members.find((instance) => instance.id === selectedId);
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
      <InstanceList instances={members} seen={seen} releaseNames={releaseNames} onSelect={setSelectedId} />
    </div>
  );
  return (
    <Card
      title="Instances"
      description={`${detail.ready} of ${detail.desired} ready, ${detail.inRotation} in rotation${detail.unreachable === null ? "" : ", when last seen"}`}
      actions={<ReleaseBar releases={detail.releases} target={target} className="w-56" />}
    >
      {members.length > listedMax ? (
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
        releaseNames={releaseNames}
        onClose={() => setSelectedId(null)}
      />
    </Card>
  );
}

interface Member {
  readonly id: string;
  readonly zone: string;
  /** It left the fleet and is not stopped yet. */
  readonly isLeaving: boolean;
}

/** The fleet's instances, and after them those that left it and still run. */
function membersOf({ fleet, instances }: FleetDetail): readonly Member[] {
  const ids = new Set(fleet.instances.map(({ id }) => id));
  const leaving = instances.filter(({ instanceId }) => !ids.has(instanceId));
  return [
    ...fleet.instances.map(({ id, zone }) => ({ id, zone, isLeaving: false })),
    ...leaving.map(({ instanceId }) => ({ id: instanceId, zone: "–", isLeaving: true })),
  ];
}
