import { describeEvent } from "#domain/engine/event-sentence.ts";
import { describeRollout } from "#domain/engine/sentence.ts";
import type { RolloutEvent } from "#domain/event.ts";
import type { Rollout } from "#domain/rollout.ts";

/** Polite words are gathered for this long, so that a screen reader is told once and not line by line. */
export const POLITE_MS = 1_500;

export interface Announcement {
  readonly text: string;
  /** Said at once, interrupting: bad evidence, the start of a rollback, a lost connection. */
  readonly urgent: boolean;
}

/** What is worth interrupting for. */
function isUrgent(event: RolloutEvent): boolean {
  if (event.type === "rollback.started") return true;
  if (event.type === "evidence.changed") return event.evidence.state === "bad";
  return event.type === "rollout.ended" && (event.status === "rollback-failed" || event.status === "failed");
}

const milestones: ReadonlySet<RolloutEvent["type"]> = new Set([
  "batch.opened",
  "batch.settled",
  "gate.opened",
  "rollout.paused",
  "rollout.resumed",
  "rollout.finalizing",
  "rollout.watching",
  "hook.ended",
  "fleet.scaled",
  "rollout.stopping",
  "rollout.ended",
]);

/** New events in a few words: urgent ones each, the rest as the last milestone and a count. */
export function announce(events: readonly RolloutEvent[], rollout: Rollout, now: number): Announcement[] {
  const urgent = events.filter(isUrgent).map((event) => ({ text: describeEvent(event, rollout), urgent: true }));
  const calm = events.filter((event) => !isUrgent(event));
  if (calm.length === 0) return urgent;
  const milestone = calm.findLast((event) => milestones.has(event.type));
  const text = milestone ? describeEvent(milestone, rollout) : `${calm.length} new ${calm.length === 1 ? "event" : "events"}`;
  return [...urgent, { text: `${text.replace(/\.$/, "")}. ${describeRollout(rollout, now).headline}.`, urgent: false }];
}

export function announceConnection(state: "live" | "reconnecting" | "stale", before: "live" | "reconnecting" | "stale"): Announcement | null {
  if (state === before) return null;
  if (state === "live") return { text: "Connected again; the page is current.", urgent: false };
  if (before !== "live") return null;
  return { text: "The connection is lost. What the page shows may have changed since.", urgent: true };
}
