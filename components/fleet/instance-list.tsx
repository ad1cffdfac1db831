import { Badge } from "#components/ui/badge.tsx";
import { Table, Td, Th, Tr } from "#components/ui/table.tsx";
import { formatDuration } from "#domain/duration.ts";
import type { InstanceObservation } from "#domain/engine/observation.ts";
import { useEngineNow } from "#hooks/use-engine-now.ts";
import { instanceState, leavingState } from "./instance-words.ts";

interface ListedInstance {
  readonly id: string;
  readonly zone: string;
  readonly isLeaving: boolean;
}

interface InstanceListProps {
  readonly instances: readonly ListedInstance[];
  readonly seen: ReadonlyMap<string, InstanceObservation>;
  readonly releaseNames: Readonly<Record<string, string>>;
  readonly onSelect: (instanceId: string) => void;
}

/** Every instance with the numbers of the last second. */
export function InstanceList({ instances, seen, releaseNames, onSelect }: InstanceListProps) {
  return (
    <Table caption="Instances">
      <thead>
        <tr>
          <Th>Instance</Th>
          <Th>Zone</Th>
          <Th>Release</Th>
          <Th>State</Th>
          <Th number>Ready for</Th>
          <Th>In rotation</Th>
          <Th number>In flight</Th>
          <Th number>Restarts</Th>
          <Th>Readiness answer</Th>
        </tr>
      </thead>
      <tbody>
        {instances.map((instance) => (
          <Row key={instance.id} instance={instance} seen={seen.get(instance.id)} releaseNames={releaseNames} onSelect={onSelect} />
        ))}
      </tbody>
    </Table>
  );
}

interface RowProps {
  readonly instance: ListedInstance;
  readonly seen: InstanceObservation | undefined;
  readonly releaseNames: Readonly<Record<string, string>>;
  readonly onSelect: (instanceId: string) => void;
}

function Row({ instance, seen, releaseNames, onSelect }: RowProps) {
  const now = useEngineNow();
  const state = instance.isLeaving ? leavingState : instanceState(seen);
  const release = seen?.unit ? (releaseNames[seen.unit.releaseId] ?? "unknown") : "–";
  return (
    <Tr className="hover:bg-hover">
      <Td>
        <button
          type="button"
          className="min-h-6 min-w-6 text-left font-medium pointer-coarse:-my-1.5 pointer-coarse:min-h-11 pointer-coarse:min-w-11 font-mono text-accent underline-offset-2 hover:underline"
          onClick={() => onSelect(instance.id)}
          aria-label={`Instance ${instance.id}: details and log`}
        >
          {instance.id}
        </button>
      </Td>
      <Td>{instance.zone}</Td>
      <Td>{release}</Td>
      <Td>
        <Badge tone={state.tone}>{state.text}</Badge>
      </Td>
      <Td number>{seen?.readySince == null || now === 0 ? "–" : formatDuration(Math.max(0, now - seen.readySince))}</Td>
      <Td>{seen ? (seen.rotation === "in" ? "yes" : seen.rotation === "draining" ? "draining" : "no") : "–"}</Td>
      <Td number>{seen && !seen.unverified ? seen.inFlight : "–"}</Td>
      <Td number>{seen?.unit?.restarts ?? "–"}</Td>
      <Td className="max-w-48 truncate text-ink-soft">{seen?.unit?.message ?? seen?.probe ?? "–"}</Td>
    </Tr>
  );
}
