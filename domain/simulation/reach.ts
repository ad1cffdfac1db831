import { isTerminal } from "../rollout.ts";
import { activeOf, type StoredRollout } from "./book.ts";
import type { ControlPlane } from "./plane.ts";
import type { When } from "./scenario-timeline.ts";

/** How far a run has come, counted event by event so that nothing is counted twice. */
export interface Reach {
  readonly completed: Map<string, { events: number; updates: number }>;
}

export function createReach(): Reach {
  return { completed: new Map() };
}

/** Whether what an entry of the timeline waits for holds now. Batches and updates are those of the rollout that started last. */
export function holds(plane: ControlPlane, reach: Reach, when: When): boolean {
  const { rollouts } = plane.book;
  if ("waiting" in when)
    return rollouts.some(({ state }) => !isTerminal(state.status) && state.waiting.some(({ reason }) => reason === when.waiting));
  if ("status" in when) return rollouts.at(-1)?.state.status === when.status;
  const subject = activeOf(plane.book) ?? rollouts.findLast(({ state }) => state.status !== "queued");
  if (!subject) return false;
  if ("updates" in when) return completedUpdates(reach, subject) >= when.updates;
  const batch = subject.state.batches[when.batch - 1];
  if (batch === undefined) return false;
  switch (when.is) {
    case "started":
      return true;
    case "settled":
      return batch.settledAt !== null;
    case "soaking":
      return batch.settledAt !== null && batch.soakedAt === null && !isTerminal(subject.state.status);
    case "done":
      return batch.gateOpenedAt !== null;
  }
}

function completedUpdates({ completed }: Reach, { rolloutId, events }: StoredRollout): number {
  const count = completed.get(rolloutId) ?? { events: 0, updates: 0 };
  for (; count.events < events.length; count.events += 1) {
    const event = events[count.events];
    if (event?.type === "update.completed" && event.direction === "forward") count.updates += 1;
  }
  completed.set(rolloutId, count);
  return count.updates;
}
