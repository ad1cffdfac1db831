import { hasAnyIn } from "../engine/survey.ts";
import { inFlightPhases, type Rollout } from "../rollout.ts";
import type { Waiting } from "../waiting.ts";
import { activeOf, queuedOf } from "./book.ts";
import { nextClockAt } from "./clocks.ts";
import { revive } from "./crash.ts";
import { blindFrom } from "./evidence-feed.ts";
import { dueAt, push } from "./heap.ts";
import { settle } from "./look.ts";
import { viewsOf } from "./observe.ts";
import { nextChangeAt, passTime, takeAway } from "./pass-time.ts";
import type { ControlPlane } from "./plane.ts";
import { nextTickAt } from "./traffic.ts";
import type { FaultPart } from "./world.ts";

/** What was asked for and cannot be seen yet is asked for again after this long. */
const askAgainMs = 1_000;
/** Should no clock be known, a rollout that has not come to rest is looked at all the same. */
const lookAnywayMs = 60_000;
/** A fleet that mends itself after its rollouts came to rest is given this long. */
const mendMsMax = 300_000;

/** The next moment at which anything may happen; infinity when nothing will. */
export function nextTime(plane: ControlPlane): number {
  const { world, wakes, down, book } = plane;
  const times = [nextChangeAt(world), world.traffic ? nextTickAt(world.traffic, world) : Number.POSITIVE_INFINITY];
  if (down) return Math.min(down.until, ...times);
  times.push(dueAt(wakes), book.fleet.freeze?.until ?? 0, plane.isAsking ? world.now + askAgainMs : 0);
  const active = activeOf(book);
  if (active) times.push(nextClockAt(active.state, world.now), needsPerson(active.state) ? 0 : world.now + lookAnywayMs);
  return times.reduce((first, time) => (time > world.now && time < first ? time : first), Number.POSITIVE_INFINITY);
}

/** Lets time pass until then, and looks. Something may happen at that moment, and nothing before it. */
export function passTo(plane: ControlPlane, until: number): void {
  const { world, wakes, watch } = plane;
  const before = watch && viewsOf(world);
  const readyBefore = world.lastReadyAt;
  passTime(world, until);
  const active = activeOf(plane.book);
  if (active && world.lastReadyAt > readyBefore) push(wakes, world.lastReadyAt + active.state.limits.minHealthyMs, null);
  if (plane.down && plane.down.until <= world.now) revive(plane);
  if (watch && before) watch({ type: "passed", before, after: viewsOf(world) }, plane);
  settle(plane);
}

/** Runs until a moment, or until nothing more happens by itself or a person is needed. */
export function runUntil(plane: ControlPlane, until: number, isOver: () => boolean = () => false): void {
  settle(plane);
  while (!isOver()) {
    const next = nextTime(plane);
    if (next > until) {
      if (until < Number.POSITIVE_INFINITY) passTo(plane, until);
      return;
    }
    passTo(plane, next);
  }
}

/** A part of the world is away; a source that is away counts as blind after a while. */
export function breakPart(plane: ControlPlane, part: FaultPart, forMs: number | undefined, message: string): void {
  const { world, wakes } = plane;
  takeAway(world, part, forMs === undefined ? Number.POSITIVE_INFINITY : world.now + forMs, message);
  if (part === "metrics") push(wakes, blindFrom(world.now), null);
}

/** Every rollout has ended or waits for a person, and the fleet has mended what it can. */
export function isAtRest(plane: ControlPlane): boolean {
  const { book, world } = plane;
  if (plane.down) return false;
  const active = activeOf(book);
  const queued = queuedOf(book)?.state;
  if (active ? !needsPerson(active.state) : queued && !asksPerson(queued)) return false;
  const restedAt = active?.events.at(-1)?.at ?? Math.max(...book.rollouts.map(({ state }) => state.endedAt ?? world.startAt));
  return world.now - restedAt >= mendMsMax || !isMending(plane, active?.state ?? null);
}

function isMending({ world, isAsking }: ControlPlane, active: Rollout | null): boolean {
  if (isAsking || world.tally.launching > 0 || world.tally.awaited > 0) return true;
  if (active?.waiting.some(({ reason }) => reason === "repairing")) return true;
  return world.now < world.lastReadyAt + (active?.limits.minHealthyMs ?? 0);
}

/** Nothing is in flight and a person is waited for. While paused a retry waits for one too; a repair may go on beside. */
export function needsPerson(state: Rollout): boolean {
  const isPaused = state.status === "paused";
  const isBeside = ({ reason }: Waiting) => reason === "repairing" || (isPaused && reason === "retry-backoff");
  if (!state.waiting.some(isPersons) || !state.waiting.every((wait) => isPersons(wait) || isBeside(wait))) return false;
  return !hasAnyIn(state, isPaused ? inFlightPhases : [...inFlightPhases, "retry-backoff"]);
}

/** A queued rollout asks when the one before it has not succeeded, until a person lets it go on. */
function asksPerson({ queue, waiting }: Rollout): boolean {
  return !queue?.isReleased && waiting.length > 0 && waiting.every(isPersons);
}

function isPersons({ reason, until }: Waiting): boolean {
  if (reason === "freeze") return until === undefined;
  return reason === "approval" || reason === "failure-decision" || reason === "paused" || reason === "other-rollout";
}
