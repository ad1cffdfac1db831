import type { FleetState } from "../fleet.ts";
import type { Rollout } from "../rollout.ts";
import { floorOf } from "./capacity.ts";
import type { Effect } from "./effect.ts";
import type { InstanceObservation, Observation } from "./observation.ts";
import { isServing, surveyOf } from "./survey.ts";

export interface UpkeepInput {
  readonly fleet: FleetState;
  readonly observation: Observation;
  /** An active rollout keeps the fleet's own instances itself. */
  readonly active: Rollout | null;
  readonly now: number;
}

const removeDrainMs = 30_000;

/**
 * Keeps a fleet whole between rollouts: starts what is missing, puts back into rotation what is ready and runs what it
 * should. And at any time takes away what has left the fleet, when enough of the others serve.
 */
export function fleetUpkeep(input: UpkeepInput): Effect[] {
  if (input.observation.driver !== null || input.observation.balancer !== null) return [];
  return [...(input.active === null ? keepWhole(input) : []), ...takeAway(input)];
}

function keepWhole({ fleet: { fleet, assigned }, observation }: UpkeepInput): Effect[] {
  // Second units that an ended rollout left behind are still there: nothing is started that would make too many.
  let room = fleet.instances.length - fleet.instances.reduce((sum, { id }) => sum + countUnits(observation.instances.get(id)), 0);
  return fleet.instances.flatMap(({ id }): Effect[] => {
    const seen = observation.instances.get(id);
    const releaseId = assigned[id];
    if (seen === undefined || releaseId === undefined) return [];
    const key = `upkeep/${fleet.fleetId}/${id}/${releaseId}`;
    if (seen.next?.unit) return settleNext(id, seen, seen.next.unit.key, { key, releaseId });
    if (seen.unit === null) {
      room -= 1;
      return room < 0 ? [] : [{ type: "instance.replace", instanceId: id, key, releaseId }];
    }
    const isRight = seen.ready && seen.rotation === "out" && seen.unit.releaseId === releaseId;
    return isRight ? [{ type: "instance.restore", instanceId: id, key, target: "unit" }] : [];
  });
}

/** A second unit that an ended rollout left behind: it goes when the first one serves, and takes its place where none is left. */
function settleNext(instanceId: string, seen: InstanceObservation, nextKey: string, right: { key: string; releaseId: string }): Effect[] {
  if (seen.next?.rotation !== "in" || seen.rotation === "in") return discard(instanceId, seen, removeDrainMs);
  if (seen.unit === null) return [{ type: "instance.retire", instanceId, key: nextKey }];
  const isRight = seen.ready && seen.rotation === "out" && seen.unit.releaseId === right.releaseId;
  return isRight ? [{ type: "instance.restore", instanceId, key: right.key, target: "unit" }] : [];
}

function countUnits(seen: InstanceObservation | undefined): number {
  return Number(seen?.unit != null) + Number(seen?.next?.unit != null);
}

/** Takes a second unit away that nobody wants any more. */
function discard(instanceId: string, { next }: InstanceObservation, timeoutMs: number): Effect[] {
  if (!next?.unit) return [];
  const { key } = next.unit;
  if (next.rotation === "in") return [{ type: "instance.drain", instanceId, key, target: "next", timeoutMs }];
  return next.rotation === "out" ? [{ type: "instance.discard", instanceId, key }] : [];
}

function takeAway({ fleet: { fleet }, observation, active, now }: UpkeepInput): Effect[] {
  // Every member is observed, be it as missing: more than that is what has left.
  if (observation.instances.size <= fleet.instances.length) return [];
  const members = new Set(fleet.instances.map(({ id }) => id));
  const leaving = observation.instances.values().filter(({ instanceId }) => !members.has(instanceId));
  const floor = active === null ? members.size : floorOf(active);
  const minHealthyMs = active?.limits.minHealthyMs ?? 0;
  const timeoutMs = active?.limits.drainTimeoutMs ?? removeDrainMs;
  // An active rollout's own drains of this very moment are not seen yet, but they are in its state.
  const kept = active === null ? countMembers(members, observation, now) : surveyOf(active, observation, now);
  const serves = (seen: InstanceObservation, holdMs: number) => isServing(seen, now, holdMs) || isServing(seen.next, now, holdMs);
  let available = kept.available + leaving.filter((seen) => serves(seen, minHealthyMs)).length;
  let answering = kept.answering + leaving.filter((seen) => serves(seen, 0)).length;
  return leaving.flatMap((seen): Effect[] => {
    const { instanceId } = seen;
    const key = `leave/${fleet.fleetId}/${instanceId}/${seen.unit?.key ?? ""}`;
    // A second unit goes first; where the other one serves on, nothing is lost by that.
    const second = seen.next?.unit ? seen.next : null;
    const going = second ?? seen;
    if (going.rotation === "draining") return [];
    if (going.rotation === "out") return second ? discard(instanceId, seen, timeoutMs) : [{ type: "instance.remove", instanceId, key }];
    const costs = (holdMs: number) => isServing(going, now, holdMs) && !(second && isServing(seen, now, holdMs));
    const counts = costs(minHealthyMs);
    const answers = costs(0);
    // Those that remain may not serve yet: what leaves waits for them.
    if ((counts && available <= floor) || (answers && answering <= floor)) return [];
    if (counts) available -= 1;
    if (answers) answering -= 1;
    return second ? discard(instanceId, seen, timeoutMs) : [{ type: "instance.drain", instanceId, key, target: "unit", timeoutMs }];
  });
}

function countMembers(
  members: ReadonlySet<string>,
  { instances }: Observation,
  now: number,
): { readonly available: number; readonly answering: number } {
  const serving = [...members].filter((id) => isServing(instances.get(id), now, 0)).length;
  return { available: serving, answering: serving };
}
