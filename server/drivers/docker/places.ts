import { type Container, isPending, isUp } from "./containers.ts";
import { nameOf, nextNameOf } from "./labels.ts";

/** One instance's containers, each in its place. */
export interface Places {
  readonly unit: Container | null;
  readonly next: Container | null;
  /** Created and never started. */
  readonly pending: readonly Container[];
  /** Whose place another has taken. */
  readonly old: readonly Container[];
}

/**
 * Labels never change, so where a container stands now is told from what it was created as, and from its age: the newest
 * that was created as a unit has the place, and one created beside it is second until it is renamed to have it. One that
 * somebody renamed by hand is second while an older one runs. One that was never started has no place yet.
 */
export function sortOut(fleet: Parameters<typeof nameOf>[0], containers: readonly Container[]): Places {
  const pending = containers.filter(isPending);
  const tried = containers.filter((container) => !isPending(container)).toSorted((a, b) => a.createdAt - b.createdAt);
  const isSecond = (container: Container, index: number) => {
    if (container.place !== "next" || container.name === nameOf(fleet, container)) return false;
    return container.name === nextNameOf(fleet, container) || tried.slice(0, index).some(isUp);
  };
  const seconds = new Set(tried.filter(isSecond));
  const unit = tried.findLast((container) => !seconds.has(container)) ?? null;
  const next = tried.findLast((container) => seconds.has(container) && container.createdAt >= (unit?.createdAt ?? 0)) ?? null;
  return { unit, next, pending, old: tried.filter((container) => container !== unit && container !== next) };
}
