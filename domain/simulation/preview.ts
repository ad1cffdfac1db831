import type { Actor } from "../actor.ts";
import { floorOf } from "../engine/capacity.ts";
import type { RolloutEvent } from "../event.ts";
import type { Instance } from "../fleet.ts";
import type { Plan } from "../plan.ts";
import { isTerminal, type Rollout } from "../rollout.ts";
import { createExampleFleet, createExampleReleases } from "./example-fleet.ts";
import { settle } from "./look.ts";
import { command, start } from "./people.ts";
import { type ControlPlane, createControlPlane } from "./plane.ts";
import { nextTime, passTo } from "./run.ts";
import { createWorld } from "./world.ts";

export interface PreviewBatch {
  readonly number: number;
  readonly instanceIds: readonly string[];
  readonly startedAtMs: number;
  readonly settledAtMs: number;
  /** When its gate opened. */
  readonly openedAtMs: number;
  readonly soakMs: number;
  /** A person must approve; the preview approves at once. */
  readonly needsApproval: boolean;
}

export type PreviewPhase = "draining" | "replacing" | "checking" | "updated";

/** What a plan will do to a fleet when nothing goes wrong, found by running the engine itself in virtual time. */
export interface Preview {
  readonly batches: readonly PreviewBatch[];
  /** Steps: from `atMs` on, so many instances serve. */
  readonly capacity: readonly (readonly [atMs: number, inRotation: number])[];
  readonly phases: Readonly<Record<string, readonly { readonly phase: PreviewPhase; readonly atMs: number }[]>>;
  readonly floor: number;
  readonly minInRotation: number;
  /** From the start to the last gate. */
  readonly durationMs: number;
  readonly watchMs: number;
}

/** How long things take in a fleet, milliseconds. */
export interface Timing {
  /** For requests in flight to end. */
  readonly drainMs: number;
  /** To stop the old unit and start the new one. */
  readonly replaceMs: number;
  /** From started to ready. */
  readonly readyMs: number;
}

/** What a preview assumes unless it is told what earlier rollouts took. */
export const defaultTiming: Timing = { drainMs: 1_000, replaceMs: 1_000, readyMs: 1_000 };

const approver: Actor = { type: "person", userId: "preview", name: "preview" };
const oldRelease = "old";
const newRelease = "new";
/** Longer than any plan with 100 soaks of an hour. */
const untilMs = 100 * 24 * 3_600_000;

export interface PreviewInput {
  readonly plan: Plan;
  readonly instances: readonly Instance[];
  readonly timing?: Partial<Timing>;
  /** Whether the fleet's driver can run two units in one instance. */
  readonly canSurge?: boolean;
  /** When it would start: what the plan's windows are asked. */
  readonly startAt?: number;
}

/** Runs a plan; throws the Failure of its lint when the plan is refused. Durations in milliseconds, pure and repeatable. */
export function previewPlan({ plan, instances, timing, canSurge = false, startAt = 0 }: PreviewInput): Preview {
  const plane = createPreview(instances, { ...defaultTiming, ...timing }, canSurge, startAt);
  // Evidence judges traffic, and the preview has none: with it a plan that holds for more would never end.
  const request = { releaseId: newRelease, plan: { ...plan, metrics: false as const }, planName: "preview", acknowledged: true, reason: null };
  const refusal = start(plane, request, approver);
  if (refusal) throw refusal;
  const capacity: [number, number][] = [];
  settle(plane);
  noteCapacity(capacity, plane);
  for (let state = stateOf(plane); !isTerminal(state.status); state = stateOf(plane)) {
    const isAsked = state.waiting.some(({ reason }) => reason === "approval") && command(plane, approve, approver) === null;
    if (isAsked) settle(plane);
    else {
      const next = nextTime(plane);
      if (next > startAt + untilMs) break;
      passTo(plane, next);
    }
    noteCapacity(capacity, plane);
  }
  return summarize(plane, capacity);
}

const approve = { type: "approve", instanceId: null, reason: null } as const;

function createPreview(instances: readonly Instance[], timing: Timing, canSurge: boolean, startAt: number): ControlPlane {
  const world = createWorld({
    seed: 1,
    startAt,
    instances,
    releaseId: oldRelease,
    unhealthy: [],
    drainMs: timing.drainMs,
    canSurge,
    behaviours: { byRelease: {}, otherwise: { updateMs: timing.replaceMs, readyMs: timing.readyMs } },
    traffic: null,
  });
  return createControlPlane({ world, fleet: createExampleFleet(instances, oldRelease), releases: createExampleReleases([oldRelease, newRelease]) });
}

function stateOf({ book }: ControlPlane): Rollout {
  const [stored] = book.rollouts;
  if (stored === undefined) throw new RangeError("A preview has one rollout.");
  return stored.state;
}

function noteCapacity(capacity: [number, number][], { world }: ControlPlane): void {
  const at = world.now - world.startAt;
  const last = capacity.at(-1);
  if (last?.[0] === at) last[1] = world.tally.serving;
  else if (last?.[1] !== world.tally.serving) capacity.push([at, world.tally.serving]);
}

function summarize(plane: ControlPlane, capacity: readonly [number, number][]): Preview {
  const { world, book } = plane;
  const state = stateOf(plane);
  const relative = (at: number | null) => (at ?? world.now) - world.startAt;
  const batches = state.batches.map((batch) => ({
    number: batch.number,
    instanceIds: batch.instanceIds,
    startedAtMs: relative(batch.openedAt),
    settledAtMs: relative(batch.settledAt),
    openedAtMs: relative(batch.gateOpenedAt),
    soakMs: batch.soakMs,
    needsApproval: batch.needsApproval,
  }));
  return {
    batches,
    capacity,
    phases: phasesOf(book.rollouts[0]?.events ?? [], world.startAt),
    floor: floorOf(state),
    minInRotation: world.tally.minServing,
    durationMs: batches.at(-1)?.openedAtMs ?? 0,
    watchMs: state.limits.watchMs,
  };
}

function phasesOf(events: readonly RolloutEvent[], startAt: number): Preview["phases"] {
  const phases: Record<string, { phase: PreviewPhase; atMs: number }[]> = {};
  const isStartFirst = events.some((event) => event.type === "update.started" && event.startFirst);
  for (const event of events) {
    const phase = phaseOf(event, isStartFirst);
    if (phase === null || !("instanceId" in event)) continue;
    const ofInstance = phases[event.instanceId];
    if (ofInstance) ofInstance.push({ phase, atMs: event.at - startAt });
    else phases[event.instanceId] = [{ phase, atMs: event.at - startAt }];
  }
  return phases;
}

/** Start-first the new unit comes up before the old one drains, and nothing is left to do after that. */
function phaseOf(event: RolloutEvent, isStartFirst: boolean): PreviewPhase | null {
  switch (event.type) {
    case "update.started":
      return isStartFirst ? "replacing" : "draining";
    case "instance.drained":
      return isStartFirst ? null : "replacing";
    case "instance.replaced":
    case "instance.started":
      return "checking";
    case "instance.restored":
      return "draining";
    case "update.completed":
      return "updated";
    default:
      return null;
  }
}
