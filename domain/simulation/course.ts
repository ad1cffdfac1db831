import type { RolloutEvent } from "../event.ts";
import type { Book, FleetEvent } from "./book.ts";
import type { ControlPlane } from "./plane.ts";

/** A batch of a run; times are milliseconds since the run began, null for what did not happen. */
export interface CourseBatch {
  readonly rolloutId: string;
  readonly number: number;
  readonly instanceIds: readonly string[];
  readonly startedAtMs: number;
  readonly settledAtMs: number | null;
  /** When its gate opened. */
  readonly openedAtMs: number | null;
  /** When its rollout turned back, stopped or ended; else the end of the run. */
  readonly endsAtMs: number;
  readonly soakMs: number;
  /** A person must approve. */
  readonly needsApproval: boolean;
}

/** What an instance is in. `starting` and `retiring` are of start-first updates; `old`: on the release that its rollout leaves. */
export type CoursePhase = "absent" | "old" | "starting" | "draining" | "replacing" | "checking" | "retiring" | "updated" | "failed";

export interface CourseStep {
  /** Null for what happened to the fleet beside its rollouts. */
  readonly rolloutId: string | null;
  readonly phase: CoursePhase;
  readonly atMs: number;
}

/** What happened to a fleet over the time of a run, as far as it can be drawn. */
export interface Course {
  readonly batches: readonly CourseBatch[];
  /** Steps: from `atMs` on, so many instances serve. */
  readonly capacity: readonly CapacityStep[];
  /** By instance, in their order; one without a step is in `old` throughout. */
  readonly steps: Readonly<Record<string, readonly CourseStep[]>>;
  readonly floor: number;
  readonly minInRotation: number;
  readonly durationMs: number;
}

export type CapacityStep = readonly [atMs: number, inRotation: number];

/** Called after every step of a run: notes how many serve where that changed. */
export function noteCapacity(capacity: [atMs: number, inRotation: number][], { world }: ControlPlane): void {
  const at = world.now - world.startAt;
  const last = capacity.at(-1);
  if (last?.[0] === at) last[1] = world.tally.serving;
  else if (last?.[1] !== world.tally.serving) capacity.push([at, world.tally.serving]);
}

/** The course of a run that is over. `floor` is for a run in which nothing was started. */
export function courseOf({ world, book, extremes }: ControlPlane, capacity: readonly CapacityStep[], floor: number): Course {
  const since = (at: number) => at - world.startAt;
  return {
    batches: book.rollouts.flatMap(({ rolloutId, state, events }) =>
      state.batches.map((batch) => ({
        rolloutId,
        number: batch.number,
        instanceIds: batch.instanceIds,
        startedAtMs: since(batch.openedAt),
        settledAtMs: batch.settledAt === null ? null : since(batch.settledAt),
        openedAtMs: batch.gateOpenedAt === null ? null : since(batch.gateOpenedAt),
        endsAtMs: since(events.find(({ type }) => goesOnNoMore.has(type))?.at ?? world.now),
        soakMs: batch.soakMs,
        needsApproval: batch.needsApproval,
      })),
    ),
    capacity,
    steps: stepsOf(book, world.startAt),
    floor: Number.isFinite(extremes.floor) ? extremes.floor : floor,
    minInRotation: world.tally.minServing,
    durationMs: since(world.now),
  };
}

const goesOnNoMore: ReadonlySet<RolloutEvent["type"]> = new Set(["rollback.started", "rollout.stopping", "rollout.ended"]);

function stepsOf({ rollouts, fleetEvents }: Book, startAt: number): Course["steps"] {
  const steps: Record<string, CourseStep[]> = {};
  const note = (instanceId: string, phase: CoursePhase, at: number, rolloutId: string | null) => {
    steps[instanceId] ??= [];
    const known = steps[instanceId];
    if ((known.at(-1)?.phase ?? "old") !== phase) known.push({ rolloutId, phase, atMs: at - startAt });
  };
  const told = [
    ...fleetEvents.map((event) => ({ at: event.at, tell: () => tellFleet(event) })),
    ...rollouts.flatMap(({ state, events }) => events.map((event) => ({ at: event.at, tell: () => tellRollout(event, state.releaseId) }))),
  ];
  for (const { tell } of told.sort((a, b) => a.at - b.at)) tell();
  return steps;

  function tellFleet(event: FleetEvent): void {
    if (event.type !== "fleet.scaled") return;
    for (const { id } of event.added) {
      if (!steps[id]) note(id, "absent", startAt, null);
      note(id, "old", event.at, null);
    }
    for (const id of event.removed) note(id, "absent", event.at, null);
  }

  function tellRollout(event: RolloutEvent, targetId: string): void {
    if (event.type === "rollout.started")
      for (const { instanceId, releaseId } of event.instances)
        note(instanceId, releaseId === targetId ? "updated" : "old", event.at, event.rolloutId);
    if (!("instanceId" in event)) return;
    const phase = phaseAfter(event, steps[event.instanceId]?.at(-1)?.phase, targetId);
    if (phase !== null) note(event.instanceId, phase, event.at, event.rolloutId);
  }
}

type InstanceEvent = Extract<RolloutEvent, { readonly instanceId: string }>;

/** Start-first the new unit comes up before the old one drains, and nothing is left to do after that. Null: no change. */
function phaseAfter(event: InstanceEvent, before: CoursePhase | undefined, targetId: string): CoursePhase | null {
  switch (event.type) {
    case "update.started":
      return event.startFirst ? "starting" : "draining";
    case "instance.drained":
      return before === "retiring" ? null : "replacing";
    case "instance.replaced":
    case "instance.started":
      return "checking";
    case "instance.restored":
      return "retiring";
    case "update.completed":
      return event.direction === "forward" ? "updated" : "old";
    case "attempt.failed":
      return "failed";
    case "repair.started":
      return "replacing";
    case "repair.completed":
      return event.releaseId === targetId ? "updated" : "old";
    default:
      return null;
  }
}
