import type { RolloutEvent } from "#domain/event.ts";

type InstanceEvent = Extract<RolloutEvent, { readonly instanceId: string }>;

/** One state that an instance was in. */
export interface PathStep {
  readonly seq: number;
  readonly name: string;
  readonly at: number;
  /** Until when; null while it lasts. */
  readonly until: number | null;
  readonly tone: "plain" | "ok" | "warn" | "bad";
}

/** Only what happened to this instance, oldest first. */
export function eventsOfInstance(events: readonly RolloutEvent[], instanceId: string): readonly InstanceEvent[] {
  return events.filter((event): event is InstanceEvent => "instanceId" in event && event.instanceId === instanceId);
}

/** The states of an instance in a rollout with their times, from its own events. */
export function pathOf(events: readonly InstanceEvent[]): PathStep[] {
  const steps: PathStep[] = [];
  let startFirst = false;
  for (const event of events) {
    if (event.type === "update.started") startFirst = event.startFirst;
    const entered = enteredBy(event, startFirst);
    if (entered === null) continue;
    const before = steps.at(-1);
    if (before) steps[steps.length - 1] = { ...before, until: event.at };
    steps.push({ seq: event.seq, at: event.at, until: null, ...entered });
  }
  return steps;
}

/** The state that an event begins; null when it begins none. */
function enteredBy(event: InstanceEvent, startFirst: boolean): Pick<PathStep, "name" | "tone"> | null {
  switch (event.type) {
    case "update.started":
      return { name: event.startFirst ? "second unit starting" : "draining", tone: "plain" };
    case "instance.drained":
      return { name: startFirst ? "old unit leaving" : "replacing", tone: event.cut > 0 ? "warn" : "plain" };
    case "instance.replaced":
    case "instance.started":
      return { name: "checking", tone: "plain" };
    case "instance.healthy":
      return { name: "entering rotation", tone: "plain" };
    case "instance.restored":
      return { name: "old unit draining", tone: "plain" };
    case "update.completed":
      return event.direction === "forward" ? { name: "on the new release", tone: "ok" } : { name: "brought back", tone: "ok" };
    case "attempt.failed":
      return event.retryAt === null ? { name: "failed", tone: "bad" } : { name: "waiting to retry", tone: "warn" };
    case "update.postponed":
    case "instance.retried":
      return { name: "waiting to retry", tone: "warn" };
    case "update.reversed":
      return { name: "entering rotation, as it was", tone: "warn" };
    case "instance.skipped":
      return { name: "out of rotation, accepted", tone: "warn" };
    case "repair.started":
      return { name: "being brought up again", tone: "warn" };
    case "repair.completed":
      return { name: "in rotation again", tone: "ok" };
    case "effect.failed":
      return null;
  }
}
