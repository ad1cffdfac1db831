import type { RolloutEvent } from "#domain/event.ts";
import type { Rollout } from "#domain/rollout.ts";

export type EventTone = "plain" | "faint" | "milestone" | "ok" | "warn" | "bad";

/** How much an event weighs in the log. */
export function eventTone(event: RolloutEvent): EventTone {
  switch (event.type) {
    case "rollback.started":
    case "attempt.failed":
    case "effect.failed":
      return "bad";
    case "hook.ended":
      return event.status === "failed" ? "bad" : "ok";
    case "evidence.changed":
      return event.evidence.state === "bad" ? "bad" : event.evidence.state === "blind" ? "warn" : "faint";
    case "rollout.ended":
      return event.status === "succeeded" ? "ok" : "bad";
    case "batch.settled":
      return event.failed.length > 0 ? "warn" : "milestone";
    case "rollout.paused":
    case "rollout.stopping":
    case "approval.voided":
    case "evidence.overridden":
    case "resources.overridden":
    case "rollout.taken":
    case "batch.joined":
    case "repair.started":
    case "instance.skipped":
    case "instance.retried":
      return "warn";
    case "gate.opened":
    case "start.approved":
    case "batch.approved":
    case "rollout.resumed":
    case "repair.completed":
      return "ok";
    case "rollout.queued":
    case "rollout.started":
    case "rollout.finalizing":
    case "fleet.scaled":
    case "hook.started":
    case "rollout.watching":
    case "batch.opened":
    case "batch.soaked":
    case "soak.skipped":
      return "milestone";
    case "waiting.changed":
      return "faint";
    default:
      return "plain";
  }
}

export const eventFilters = ["all", "milestones", "trouble"] as const;
export type EventFilter = (typeof eventFilters)[number];

const shownTones: Readonly<Record<EventFilter, ReadonlySet<EventTone>>> = {
  all: new Set<EventTone>(["plain", "faint", "milestone", "ok", "warn", "bad"]),
  milestones: new Set<EventTone>(["milestone", "ok", "warn", "bad"]),
  trouble: new Set<EventTone>(["warn", "bad"]),
};

/** Events for the log: of a weight, and of a batch or of everything. */
export function filterEvents(events: readonly RolloutEvent[], filter: EventFilter, batch: number | null, rollout: Rollout): readonly RolloutEvent[] {
  if (filter === "all" && batch === null) return events;
  const members = new Set(batch === null ? [] : (rollout.batches[batch - 1]?.instanceIds ?? []));
  return events.filter((event) => {
    if (!shownTones[filter].has(eventTone(event))) return false;
    if (batch === null) return true;
    return ("batch" in event && event.batch === batch) || ("instanceId" in event && members.has(event.instanceId));
  });
}
