import type { InstanceObservation } from "#domain/engine/observation.ts";
import { type InstanceUpdate, isInFlight } from "#domain/rollout.ts";

/** What a cell of the matrix shows. Ordered as the legend is: the way of an instance from the old release to the new. */
export const cellStates = [
  "old",
  "draining",
  "replacing",
  "starting",
  "checking",
  "retiring",
  "new",
  "reverted",
  "repairing",
  "retry",
  "out",
  "unhealthy",
  "failed",
  "missing",
  "removed",
] as const;
export type CellState = (typeof cellStates)[number];

/** The words for people: a legend entry and a row of the table say the same. */
export const cellStateNames: Readonly<Record<CellState, string>> = {
  old: "old release",
  draining: "draining",
  replacing: "replacing",
  starting: "second unit starting",
  checking: "checking",
  retiring: "old unit leaving",
  new: "new release",
  reverted: "brought back",
  repairing: "being brought up",
  retry: "waiting to retry",
  out: "out of rotation",
  unhealthy: "not ready",
  failed: "failed",
  missing: "not running",
  removed: "left the fleet",
};

/** One instance as the matrix, its table and its bars show it. */
export interface MatrixCell {
  readonly instanceId: string;
  readonly zone: string;
  readonly state: CellState;
  /** Name of the release that runs, or is being started; null when nothing runs. */
  readonly release: string | null;
  readonly batch: number | null;
  /** Engine time since which the state holds; null when only the present is known. */
  readonly since: number | null;
  /** The last readiness answer, or why it failed, in words. */
  readonly note: string | null;
}

/** By instance: a map of what is seen, or a rollout's own table. */
interface Lookup<Value> {
  get(instanceId: string): Value | undefined;
}

export interface CellInput {
  readonly instances: readonly { readonly id: string; readonly zone: string }[];
  readonly observations: Lookup<InstanceObservation>;
  /** Of the rollout that is shown; leave out on a page about the fleet as it is. */
  readonly updates?: Lookup<InstanceUpdate>;
  /** The release drawn as new; on a fleet at rest, the one that most instances run. */
  readonly newReleaseId: string | null;
  readonly releaseNames: Readonly<Record<string, string>>;
}

/** Cells in the order of the fleet's instances. A rollout's own record goes before what is seen; what is seen tells of lost health. */
export function toCells(input: CellInput): MatrixCell[] {
  return input.instances.map(({ id, zone }) => {
    const seen = input.observations.get(id);
    const update = input.updates?.get(id);
    const state = update ? stateOfUpdate(update, seen, input.newReleaseId) : stateOfObservation(seen, input.newReleaseId);
    const releaseId = seen?.unit?.releaseId ?? releaseOfUpdate(update, input.newReleaseId);
    return {
      instanceId: id,
      zone,
      state,
      release: releaseId === null ? null : (input.releaseNames[releaseId] ?? null),
      batch: update?.batch ?? null,
      since: update && update.attempt > 0 ? update.phaseSince : (seen?.unit?.startedAt ?? null),
      note: update?.failure?.message ?? seen?.unit?.message ?? seen?.probe ?? null,
    };
  });
}

export function countStates(cells: readonly MatrixCell[]): { state: CellState; count: number }[] {
  const counts = new Map<CellState, number>();
  for (const cell of cells) counts.set(cell.state, (counts.get(cell.state) ?? 0) + 1);
  return cellStates.flatMap((state) => {
    const count = counts.get(state);
    return count ? [{ state, count }] : [];
  });
}

function stateOfUpdate(update: InstanceUpdate, seen: InstanceObservation | undefined, newReleaseId: string | null): CellState {
  if (update.phase === "removed") return "removed";
  if (update.repair !== null || (update.joining && !isInFlight(update))) return "repairing";
  switch (update.phase) {
    case "draining":
      // Start-first: what drains is the old unit, and the new one serves.
      return update.startFirst ? "retiring" : "draining";
    case "replacing":
    case "starting":
    case "checking":
    case "retiring":
      return update.phase;
    case "restoring":
      return "checking";
    case "retry-backoff":
      return "retry";
    case "failed":
      return "failed";
    case "skipped":
      return "out";
    case "pending":
      // A rollback has nothing to do for what runs its way back already.
      return lostHealth(seen) ?? (update.wayBackId === newReleaseId && !update.touched ? "new" : "old");
    case "updated":
      return lostHealth(seen) ?? "new";
    case "reverted":
      return lostHealth(seen) ?? "reverted";
  }
}

function stateOfObservation(seen: InstanceObservation | undefined, newReleaseId: string | null): CellState {
  if (seen?.next) return seen.next.rotation === "in" ? "retiring" : "starting";
  if (seen?.unit?.state === "starting") return "checking";
  return lostHealth(seen) ?? (seen?.unit?.releaseId === newReleaseId ? "new" : seen ? "old" : "missing");
}

/** Null while nothing speaks against the instance, unseen included: the page may not have heard yet. */
function lostHealth(seen: InstanceObservation | undefined): CellState | null {
  if (!seen) return null;
  if (seen.unit === null || seen.unit.state === "exited") return "missing";
  if (seen.rotation === "draining") return "draining";
  if (!seen.ready) return "unhealthy";
  return seen.rotation === "out" ? "out" : null;
}

function releaseOfUpdate(update: InstanceUpdate | undefined, newReleaseId: string | null): string | null {
  if (!update) return null;
  return update.phase === "updated" ? newReleaseId : update.wayBackId;
}
