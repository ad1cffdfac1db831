import { type Actor, engineActor } from "../actor.ts";
import type { Effect } from "../engine/effect.ts";
import type { Observation } from "../engine/observation.ts";
import { decideDequeue, type StartInput } from "../engine/start.ts";
import { think } from "../engine/think.ts";
import { fleetUpkeep } from "../engine/upkeep.ts";
import { instanceHistories, releaseLengths } from "../evidence/history.ts";
import type { EvidenceInterval } from "../evidence/interval.ts";
import { Failure } from "../failure.ts";
import { invariant } from "../invariant.ts";
import { isTerminal } from "../rollout.ts";
import { activeOf, lastEndedOf, queuedOf, type StoredRollout } from "./book.ts";
import { crashBeforeCommit } from "./crash.ts";
import { errorRateOf, evidenceNow, readEvidence, resourcesNow } from "./evidence-feed.ts";
import { execute } from "./execute.ts";
import { takeDue } from "./heap.ts";
import { observe } from "./observe.ts";
import type { ControlPlane } from "./plane.ts";
import { append, record, toEvents } from "./record.ts";

/** Looks at one moment; more is a mistake of ours. */
const looksMax = 200;
/** A shorter gap does not break a soak: the balancer still has its counts. */
const soakGapMsTolerated = 10_000;

/** Looks, records and acts until nothing more happens at this moment. */
export function settle(plane: ControlPlane): void {
  for (let looks = 0; looks < looksMax; looks += 1) if (!look(plane)) return;
  throw new Error(`The control plane found no rest at ${plane.world.now} ms.`);
}

/** One turn of the loop; whether anything came of it. */
function look(plane: ControlPlane): boolean {
  const { world, book, wakes } = plane;
  if (plane.down !== null) return false;
  while (takeDue(wakes, world.now) !== undefined);
  const intervals = readEvidence(plane.memory.feed, world, activeOf(book));
  const versionBefore = world.version;
  const seen = observationOf(plane);
  noteTaken(plane, seen);
  const active = activeOf(book);
  const step = active === null ? rest(plane, seen) : advanceActive(plane, active, seen, intervals);
  if (step === null) return true;
  const upkeep = fleetUpkeep({ fleet: book.fleet, observation: seen, active: activeOf(book)?.state ?? null, now: world.now });
  const outcome = execute(plane, [...step.effects, ...upkeep]);
  plane.isAsking = outcome.isAsking;
  // What was recorded alone calls for no second look: it was thought through until nothing more followed.
  return step.hasEnded || outcome.isCrashed || outcome.hasRefusals || world.version !== versionBefore;
}

interface Step {
  /** A rollout began or ended, so that another one may be looked at. */
  readonly hasEnded: boolean;
  readonly effects: readonly Effect[];
}

/** Null when the engine crashed on the way. */
function advanceActive(plane: ControlPlane, active: StoredRollout, seen: Observation, intervals: readonly EvidenceInterval[]): Step | null {
  const { world, memory } = plane;
  const { facts, effects, state } = think(active.state, seen, memory.refusals.splice(0), world.now);
  if (crashBeforeCommit(plane, effects)) return null;
  active.intervals.push(...intervals);
  record(plane, active, toEvents(active.state, facts, engineActor, world.now), state, seen);
  return { hasEnded: isTerminal(state.status), effects };
}

function rest(plane: ControlPlane, seen: Observation): Step {
  const { book, memory } = plane;
  memory.refusals.length = 0;
  const queued = queuedOf(book);
  if (queued === null) return { hasEnded: false, effects: [] };
  const { state } = queued;
  const input = startInput(plane, { releaseId: state.releaseId, plan: state.plan, planName: state.planName, actor: state.startedBy }, seen);
  const facts = decideDequeue(state, lastEndedOf(book)?.state ?? null, { ...input, active: null, queued: null });
  if (facts instanceof Failure || facts.length === 0) return { hasEnded: false, effects: [] };
  append(plane, queued, facts, engineActor, seen);
  return { hasEnded: true, effects: [] };
}

/** Whoever finds a rollout without its engine notes for how long that was: no deadline ran meanwhile. */
function noteTaken(plane: ControlPlane, seen: Observation): void {
  const { world, book, memory } = plane;
  const active = activeOf(book);
  if (memory.takenAfterMs !== null && active !== null) {
    const lastAt = active.events.at(-1)?.at ?? world.now;
    const downMs = Math.min(world.now - lastAt, memory.takenAfterMs);
    append(plane, active, [{ type: "rollout.taken", downMs, soakRestarts: downMs > soakGapMsTolerated }], engineActor, seen);
  }
  memory.takenAfterMs = null;
}

/** What the engine may know of its world now. */
export function observationOf(plane: ControlPlane): Observation {
  const { world, book, memory, told } = plane;
  const { freeze } = book.fleet;
  const isFrozen = freeze !== null && (freeze.until === null || freeze.until > world.now);
  return {
    evidence: told ?? evidenceNow(memory.feed, world.now),
    resources: plane.toldResources ?? resourcesNow(memory.feed, activeOf(book), world.now),
    freeze: isFrozen ? { until: freeze.until, reason: freeze.reason } : null,
    ...observe(world),
  };
}

interface Asked {
  readonly releaseId: string;
  readonly plan: StartInput["plan"];
  readonly planName: string;
  readonly actor: Actor;
  readonly acknowledged?: boolean;
  readonly reason?: string | null;
}

/** All that a start is decided on. */
export function startInput(plane: ControlPlane, asked: Asked, seen: Observation = observationOf(plane)): StartInput {
  const { world, book, memory, releases } = plane;
  const release = releases.get(asked.releaseId);
  invariant(release, `Release ${asked.releaseId} is known.`);
  return {
    fleet: book.fleet,
    release,
    releaseNames: Object.fromEntries([...releases].map(([releaseId, { name }]) => [releaseId, name])),
    plan: asked.plan,
    planName: asked.planName,
    observation: seen,
    acknowledged: asked.acknowledged ?? true,
    reason: asked.reason ?? null,
    actor: asked.actor,
    errorRate: errorRateOf(memory.feed),
    past: { instances: instanceHistories(memory.feed.history), lengths: releaseLengths(memory.feed.history), ticks: memory.feed.recent },
    errorsUnit: "slots",
    canSurge: world.setup.canSurge,
    needsApproval: plane.needsApproval,
    active: activeOf(book)?.state ?? null,
    queued: queuedOf(book)?.state ?? null,
    now: world.now,
  };
}
