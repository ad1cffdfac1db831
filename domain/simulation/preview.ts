import { countAvailable } from "../engine/capacity.ts";
import { decideStart } from "../engine/start.ts";
import type { RolloutEvent } from "../event.ts";
import { Failure } from "../failure.ts";
import type { Instance } from "../fleet.ts";
import type { Plan } from "../plan.ts";
import { currentBatch, isTerminal } from "../rollout.ts";
import { createExampleFleet, exampleRelease, newReleaseId, oldReleaseId } from "./example-fleet.ts";
import { appendFacts, beginRun, type Run, runUntilRest, settleNow } from "./simulate.ts";
import { createWorld, observe, type Timing } from "./world.ts";

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

/** What a preview assumes unless it is told what earlier rollouts took. */
export const defaultTiming: Timing = { drainMs: 1_000, replaceMs: 1_000, readyMs: 1_000 };

const approver = { type: "person", userId: "preview", name: "preview" } as const;
/** Longer than any plan with 100 soaks of an hour. */
const untilMs = 100 * 24 * 3_600_000;

/** Runs a plan; throws the Failure of its lint when the plan is refused. Durations in milliseconds, pure and repeatable. */
export function previewPlan(input: { readonly plan: Plan; readonly instances: readonly Instance[]; readonly timing?: Partial<Timing> }): Preview {
  const timing = { ...defaultTiming, ...input.timing };
  const world = createWorld({ instances: input.instances, releaseId: oldReleaseId, timing });
  const start = decideStart({
    fleet: createExampleFleet(input.instances),
    release: exampleRelease,
    releaseNames: { [oldReleaseId]: "old", [newReleaseId]: "new" },
    // Evidence judges traffic, and the preview has none: with it a plan that holds for more would never end.
    plan: { ...input.plan, metrics: false },
    planName: "preview",
    observation: observe(world),
    acknowledged: true,
    kind: "rollout",
    provenReleaseId: oldReleaseId,
    errorRate: null,
    canSurge: false,
  });
  if (start instanceof Failure) throw start;
  const capacity: [number, number][] = [];
  const watch = (run: Run) => noteCapacity(capacity, run);
  let run = runUntilRest(beginRun(world, newReleaseId, start), untilMs, watch);
  while (!isTerminal(run.state.status) && awaitsApproval(run)) {
    const batch = currentBatch(run.state)?.number ?? 0;
    run = runUntilRest(settleNow(appendFacts(run, [{ type: "batch.approved", batch, evidence: {} }], approver), watch), untilMs, watch);
  }
  return summarize(run, capacity);
}

function awaitsApproval(run: Run): boolean {
  return run.state.waiting.some((wait) => wait.reason === "approval");
}

function noteCapacity(capacity: [number, number][], run: Run): void {
  const serving = countAvailable({ ...run.state, limits: { ...run.state.limits, minHealthyMs: 0 } }, observe(run.world));
  const last = capacity.at(-1);
  if (last?.[0] === run.world.now) last[1] = serving;
  else if (last?.[1] !== serving) capacity.push([run.world.now, serving]);
}

function summarize(run: Run, capacity: readonly [number, number][]): Preview {
  const { state } = run;
  const batches = state.batches.map((batch) => ({
    number: batch.number,
    instanceIds: batch.instanceIds,
    startedAtMs: batch.openedAt,
    settledAtMs: batch.settledAt ?? run.world.now,
    openedAtMs: batch.gateOpenedAt ?? run.world.now,
    soakMs: batch.soakMs,
    needsApproval: batch.needsApproval,
  }));
  return {
    batches,
    capacity,
    phases: phasesOf(run.events),
    floor: Math.max(0, state.desired - state.limits.maxUnavailable),
    minInRotation: Math.min(state.desired, ...capacity.map(([, serving]) => serving)),
    durationMs: batches.at(-1)?.openedAtMs ?? 0,
    watchMs: state.limits.watchMs,
  };
}

function phasesOf(events: readonly RolloutEvent[]): Preview["phases"] {
  const phases: Record<string, { phase: PreviewPhase; atMs: number }[]> = {};
  for (const event of events) {
    const phase = phaseOf(event);
    if (phase === null || !("instanceId" in event)) continue;
    phases[event.instanceId] = [...(phases[event.instanceId] ?? []), { phase, atMs: event.at }];
  }
  return phases;
}

function phaseOf(event: RolloutEvent): PreviewPhase | null {
  switch (event.type) {
    case "update.started":
      return "draining";
    case "instance.drained":
      return "replacing";
    case "instance.replaced":
      return "checking";
    case "update.completed":
      return "updated";
    default:
      return null;
  }
}
