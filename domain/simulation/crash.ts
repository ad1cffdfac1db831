import type { Effect } from "../engine/effect.ts";
import { isNews } from "./carry-out.ts";
import { createMemory } from "./memory.ts";
import type { ControlPlane } from "./plane.ts";

/** The engine dies at a side effect: before what it follows from is written, after that, or after the effect itself. */
export interface Crash {
  /** Counted over the run from 1, only those that really change something. */
  readonly atEffect: number;
  readonly moment: "before-commit" | "after-commit" | "after-effect";
  readonly downMs: number;
}

/** The engine is gone, and with it all that it had not written. */
export function crash(plane: ControlPlane, downMs: number): void {
  const { now } = plane.world;
  plane.memory = createMemory(0);
  plane.down = { since: plane.down?.since ?? now, until: Math.max(now + downMs, plane.down?.until ?? 0) };
  if (plane.down.until <= now) revive(plane);
}

/** Another engine takes over. */
export function revive(plane: ControlPlane): void {
  if (plane.down === null) return;
  plane.memory = createMemory(plane.world.now - plane.down.since);
  plane.down = null;
}

export function crashBeforeCommit(plane: ControlPlane, effects: readonly Effect[]): boolean {
  if (plane.crashes.length === 0) return false;
  const news = effects.filter((effect) => isNews(plane.world, effect)).length;
  return news > 0 && crashAt(plane, "before-commit", plane.world.tally.effectsInAll + news);
}

export function crashAfterCommit(plane: ControlPlane, effect: Effect): boolean {
  return plane.crashes.length > 0 && isNews(plane.world, effect) && crashAt(plane, "after-commit", plane.world.tally.effectsInAll + 1);
}

export function crashAfterEffect(plane: ControlPlane): boolean {
  return plane.crashes.length > 0 && crashAt(plane, "after-effect", plane.world.tally.effectsInAll);
}

function crashAt(plane: ControlPlane, moment: Crash["moment"], effects: number): boolean {
  const index = plane.crashes.findIndex((planned) => planned.moment === moment && planned.atEffect <= effects);
  const [planned] = index === -1 ? [] : plane.crashes.splice(index, 1);
  if (planned === undefined) return false;
  crash(plane, planned.downMs);
  return true;
}
