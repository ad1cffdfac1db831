import { formatCount } from "#components/ui/numbers.ts";
import { decideFleet } from "#domain/engine/fleet.ts";
import type { InstanceObservation } from "#domain/engine/observation.ts";
import { nameInstances } from "#domain/engine/sentence.ts";
import { Failure } from "#domain/failure.ts";
import type { FleetDetail } from "#domain/live.ts";
import type { Rollout } from "#domain/rollout.ts";
import { Table } from "#domain/table.ts";

export interface ScalePreview {
  readonly added: readonly { readonly id: string; readonly zone: string }[];
  readonly removed: readonly string[];
  /** What will happen, a sentence each. */
  readonly effects: readonly string[];
  /** Why it is refused now; null when it is not. */
  readonly refusal: string | null;
}

interface ScaleInput {
  readonly detail: Pick<FleetDetail, "fleet" | "instances">;
  readonly active: Rollout | null;
  readonly desired: number;
  readonly releaseNames: Readonly<Record<string, string>>;
  readonly now: number;
}

/** What a scale would do, decided by the engine's own function on what is seen now. */
export function previewScale(input: ScaleInput): ScalePreview {
  const { detail, active, desired, now } = input;
  const { fleet } = detail;
  const decision = decideFleet({
    fleet: { fleet, assigned: {}, held: null, freeze: null, alerts: [] },
    command: { type: "scale", commandId: fleet.fleetId, fleetId: fleet.fleetId, desired },
    active,
    observation: { driver: null, balancer: null, instances: seenTable(detail.instances), evidence: {}, resources: [], freeze: null, hooks: {} },
    actor: { type: "engine" },
    now,
  });
  if (decision instanceof Failure) return { added: [], removed: [], effects: [], refusal: decision.message };
  const scaled = decision.fleet.find((fact) => fact.type === "fleet.scaled");
  const added = scaled?.added ?? [];
  // In the fleet's order, for people.
  const leaving = new Set(scaled?.removed);
  const removed = fleet.instances.flatMap(({ id }) => (leaving.has(id) ? [id] : []));
  return { added, removed, effects: [...describeOut(added, input), ...describeIn(removed, active)], refusal: null };
}

function seenTable(instances: readonly InstanceObservation[]): Table<InstanceObservation> {
  return Table.from(instances.map((instance) => [instance.instanceId, instance]));
}

function describeOut(added: ScalePreview["added"], { detail, active, releaseNames }: ScaleInput): string[] {
  if (added.length === 0) return [];
  const { provenReleaseId, initialReleaseId } = detail.fleet;
  const names = { ...releaseNames, ...active?.releaseNames };
  const zones = [...new Set(added.map(({ zone }) => zone))].toSorted().join(", ");
  const isLate = [active?.status, active?.pausedFrom].some((status) => status === "finalizing" || status === "watching");
  const releaseId = active && isLate ? active.releaseId : (provenReleaseId ?? initialReleaseId);
  const comeUp = `${nameInstances(added.map(({ id }) => id))} ${added.length === 1 ? "comes" : "come"} up on ${names[releaseId] ?? "the release before"}, in ${added.length === 1 || !zones.includes(",") ? "zone" : "zones"} ${zones}.`;
  if (active === null || isLate || active.status === "queued") return [comeUp];
  if (active.rollback !== null) return [comeUp, "The rollback goes on; the new ones need nothing brought back."];
  const target = active.releaseNames[active.releaseId] ?? "the new release";
  return [comeUp, `${added.length === 1 ? "It joins" : "They join"} the further batches of the rollout to ${target}.`];
}

function describeIn(removed: readonly string[], active: Rollout | null): string[] {
  if (removed.length === 0) return [];
  const leave = `${nameInstances(removed)} ${removed.length === 1 ? "leaves" : "leave"}: taken out of rotation, drained, then stopped.`;
  if (active === null || active.status === "queued") return [leave];
  const updated = removed.filter((id) => active.updates.get(id)?.phase === "updated").length;
  const why = "What the active rollout has not updated goes first, and an instance that leaves is no failure.";
  return [leave, updated === 0 ? why : `${why} ${formatCount(updated, "instance")} of them ${updated === 1 ? "is" : "are"} updated already.`];
}
