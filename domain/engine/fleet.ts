import { type Actor, formatActor } from "../actor.ts";
import type { FleetCommand } from "../command.ts";
import type { RolloutFact } from "../event.ts";
import { Failure } from "../failure.ts";
import type { FleetFact, FleetState, Instance } from "../fleet.ts";
import { assertNever } from "../invariant.ts";
import type { Rollout } from "../rollout.ts";
import type { Observation } from "./observation.ts";
import { isServing } from "./survey.ts";

export interface FleetInput {
  readonly fleet: FleetState;
  readonly command: FleetCommand;
  readonly active: Rollout | null;
  readonly observation: Observation;
  readonly actor: Actor;
  readonly now: number;
}

/** What a person's command does to a fleet, and to the rollout that is active on it. */
export interface FleetDecision {
  readonly fleet: readonly FleetFact[];
  readonly rollout: readonly RolloutFact[];
}

const unchanged: FleetDecision = { fleet: [], rollout: [] };

export function decideFleet(input: FleetInput): FleetDecision | Failure {
  const { fleet, command, active, actor, now } = input;
  switch (command.type) {
    case "scale":
      return scale(input, command.desired);
    case "setFreeze": {
      if (command.until !== null && command.until <= now)
        return new Failure("invalid", "A freeze must end in the future.", [{ field: "until", message: "Choose a time that is still to come." }]);
      const byUserId = actor.type === "person" ? actor.userId : null;
      const freeze = { until: command.until, reason: command.reason, by: formatActor(actor), byUserId, since: now };
      return { fleet: [{ type: "fleet.frozen", freeze }], rollout: [] };
    }
    case "liftFreeze":
      return fleet.freeze === null ? unchanged : { fleet: [{ type: "fleet.thawed", reason: command.reason }], rollout: [] };
    case "liftHold":
      if (fleet.held === null) return unchanged;
      return { fleet: [{ type: "hold.lifted", releaseId: fleet.held.releaseId, reason: command.reason }], rollout: [] };
    case "setMetrics":
      if (active !== null)
        return new Failure(
          "not-allowed-now",
          `${active.fleetName} is being rolled out. Change its metrics source when that has ended: evidence has one source.`,
        );
      return { fleet: [{ type: "metrics.set", metrics: command.metrics }], rollout: [] };
    default:
      return assertNever(command);
  }
}

/** Out: new instances, in the zones that have least. In: first what is not updated yet, the unhealthy before the healthy. */
function scale(input: FleetInput, desired: number): FleetDecision | Failure {
  const { fleet: state, active } = input;
  const { instances } = state.fleet;
  if (active?.status === "stopping")
    return new Failure("not-allowed-now", `${state.fleet.name}'s rollout is stopping; scale the fleet when it has ended.`);
  if (desired === instances.length) return unchanged;
  const added = desired > instances.length ? newInstances(input, desired - instances.length) : [];
  const removed = desired < instances.length ? leavingInstances(input, instances.length - desired) : [];
  const inRollout: RolloutFact[] = active === null ? [] : [scaledFact(active, desired, added, removed)];
  return { fleet: [{ type: "fleet.scaled", desired, added, removed }], rollout: inRollout };
}

/** A name is not given again while anything remembers the one who had it. */
function newInstances({ fleet, active, observation }: FleetInput, count: number): Instance[] {
  const { instances } = fleet.fleet;
  const taken = new Set([...instances.map(({ id }) => id), ...observation.instances.keys(), ...(active?.updates.keys() ?? [])]);
  const perZone = new Map<string, number>();
  for (const { zone } of instances) perZone.set(zone, (perZone.get(zone) ?? 0) + 1);
  const added: Instance[] = [];
  for (let number = instances.length; added.length < count; number += 1) {
    const id = `i${number}`;
    if (taken.has(id)) continue;
    taken.add(id);
    const [zone = "a"] = [...perZone].reduce((least, each) => (each[1] < least[1] ? each : least));
    perZone.set(zone, (perZone.get(zone) ?? 0) + 1);
    added.push({ id, zone, labels: {} });
  }
  return added;
}

function leavingInstances({ fleet, active, observation, now }: FleetInput, count: number): string[] {
  const rank = ({ id }: Instance) => {
    const phase = active?.updates.get(id)?.phase;
    const isUpdated = phase === "updated" && active?.updates.get(id)?.batch !== null;
    const isWell = isServing(observation.instances.get(id), now, 0);
    return Number(isUpdated) * 2 + Number(isWell);
  };
  const ranked = fleet.fleet.instances.map((instance, index) => ({ id: instance.id, rank: rank(instance), index }));
  ranked.sort((a, b) => a.rank - b.rank || b.index - a.index);
  return ranked.slice(0, count).map(({ id }) => id);
}

function scaledFact(active: Rollout, desired: number, added: readonly Instance[], removed: readonly string[]): RolloutFact {
  const wayBackId = active.rollback === null ? active.provenReleaseId : (active.updates.values()[0]?.wayBackId ?? active.provenReleaseId);
  const joining = added.map(({ id, zone, labels }) => ({
    instanceId: id,
    zone,
    labels,
    releaseId: null,
    wayBackId: wayBackId ?? active.updates.values()[0]?.wayBackId ?? null,
    wasUnhealthy: false,
    serves: false,
    unitStartedAt: null,
  }));
  return { type: "fleet.scaled", desired, added: joining, removed };
}

export function evolveFleet(state: FleetState, fact: FleetFact): FleetState {
  switch (fact.type) {
    case "fleet.scaled": {
      const removed = new Set(fact.removed);
      const instances = [...state.fleet.instances.filter(({ id }) => !removed.has(id)), ...fact.added];
      const releaseId = state.fleet.provenReleaseId ?? state.fleet.initialReleaseId;
      const kept = Object.entries(state.assigned).filter(([id]) => !removed.has(id));
      const assigned = Object.fromEntries([...kept, ...fact.added.map(({ id }) => [id, releaseId])]);
      return { ...state, fleet: { ...state.fleet, instances }, assigned };
    }
    case "fleet.frozen":
      return { ...state, freeze: fact.freeze };
    case "fleet.thawed":
      return { ...state, freeze: null };
    case "release.held":
      return { ...state, held: fact.held };
    case "hold.lifted":
      return state.held?.releaseId === fact.releaseId ? { ...state, held: null } : state;
    case "metrics.set":
      return { ...state, fleet: { ...state.fleet, metrics: fact.metrics } };
    case "release.proven":
      return { ...state, fleet: { ...state.fleet, provenReleaseId: fact.releaseId } };
    case "alert.raised":
      return { ...state, alerts: [...state.alerts.filter(({ kind }) => kind !== fact.alert.kind), fact.alert] };
    case "alert.ended":
      return { ...state, alerts: state.alerts.filter(({ kind }) => kind !== fact.kind) };
    default:
      return assertNever(fact);
  }
}

/**
 * What a rollout's new facts mean for its fleet. While it is active it keeps its own instances; when it ends, each settled
 * one is the fleet's to keep on what it came to, a success proves the release, and a rollback holds it.
 */
export function followRollout(
  state: FleetState,
  after: Rollout,
  facts: readonly RolloutFact[],
  at: number,
): { readonly fleet: FleetState; readonly facts: readonly FleetFact[] } {
  const told: FleetFact[] = [];
  if (facts.some((fact) => fact.type === "rollout.started") && state.held?.releaseId === after.releaseId && after.kind === "rollout") {
    const reason = facts.flatMap((fact) => (fact.type === "rollout.started" && fact.reason ? fact.reason : []))[0];
    told.push({ type: "hold.lifted", releaseId: after.releaseId, reason: reason ?? "A rollout to it was started." });
  }
  const ended = facts.find((fact) => fact.type === "rollout.ended");
  if (ended) told.push(...endFacts(state, after, ended.message, at));
  const fleet = told.reduce(evolveFleet, ended ? { ...state, assigned: assignedAfter(state, after) } : state);
  return { fleet, facts: told };
}

function endFacts(state: FleetState, after: Rollout, message: string, at: number): FleetFact[] {
  const isBack = after.status === "rolled-back" || after.status === "rollback-failed";
  if (after.status === "succeeded") return [{ type: "release.proven", releaseId: after.releaseId }];
  if (!isBack) return [];
  const releaseId = after.undoes?.releaseId ?? after.releaseId;
  const held = { releaseId, rolloutId: after.rolloutId, reason: after.rollback?.message ?? message, at };
  const proven: FleetFact[] =
    after.status === "rolled-back" && after.undoes && state.fleet.provenReleaseId === after.undoes.releaseId
      ? [{ type: "release.proven", releaseId: after.releaseId }]
      : [];
  return [{ type: "release.held", held }, ...proven];
}

/** What failed stays with what it should have run before: its failed unit is not put back into rotation by anyone but a rollout. */
function assignedAfter(state: FleetState, after: Rollout): Record<string, string> {
  const assigned: Record<string, string> = { ...state.assigned };
  for (const update of after.updates.values()) {
    const { instanceId, phase, wayBackId } = update;
    if (phase === "removed") delete assigned[instanceId];
    else if (phase === "updated") assigned[instanceId] = after.releaseId;
    else if ((phase === "reverted" || update.direction === "back") && wayBackId !== null) assigned[instanceId] = wayBackId;
    else assigned[instanceId] ??= wayBackId ?? after.releaseId;
  }
  return assigned;
}
