import type { Actor } from "../actor.ts";
import type { Instance } from "../fleet.ts";
import type { Plan } from "../plan.ts";
import { isTerminal, type Rollout } from "../rollout.ts";
import { type CapacityStep, type Course, courseOf, noteCapacity } from "./course.ts";
import { createExampleFleet, createExampleReleases } from "./example-fleet.ts";
import { settle } from "./look.ts";
import { command, start } from "./people.ts";
import { type ControlPlane, createControlPlane } from "./plane.ts";
import { nextTime, passTo } from "./run.ts";
import { createWorld } from "./world.ts";

/** What a plan will do to a fleet when nothing goes wrong, found by running the engine itself in virtual time. */
export interface Preview extends Course {
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

/** To the last gate: how long is watched after it is said apart. */
function summarize(plane: ControlPlane, capacity: readonly CapacityStep[]): Preview {
  const state = stateOf(plane);
  const course = courseOf(plane, capacity, 0);
  return { ...course, durationMs: course.batches.at(-1)?.openedAtMs ?? 0, watchMs: state.limits.watchMs };
}
