import { eventTone } from "#components/instance/event-look.ts";
import { describeEvent } from "#domain/engine/event-sentence.ts";
import type { RolloutEvent } from "#domain/event.ts";
import type { Rollout } from "#domain/rollout.ts";

/** A moment that one looks for. */
export interface PastMark {
  readonly seq: number;
  readonly at: number;
  readonly kind: "batch" | "decision" | "bad";
  readonly text: string;
}

/** More would be a solid bar; the first ones stay. */
const marksMax = 200;

const decisions: ReadonlySet<RolloutEvent["type"]> = new Set([
  "rollout.paused",
  "rollout.resumed",
  "batch.approved",
  "soak.skipped",
  "approval.voided",
  "evidence.overridden",
  "resources.overridden",
  "instance.retried",
  "instance.skipped",
  "fleet.scaled",
  "rollout.stopping",
]);

/** Where batches opened, where a person or the evidence decided, where it turned back. */
export function marksOf(events: readonly RolloutEvent[], rollout: Rollout): PastMark[] {
  return events
    .flatMap((event): PastMark[] => {
      const kind = kindOf(event);
      return kind === null ? [] : [{ seq: event.seq, at: event.at, kind, text: describeEvent(event, rollout) }];
    })
    .slice(0, marksMax);
}

/** What to say of a moment: several events may have happened together, of which the last is seldom the one that matters. */
export function tellingEvent(events: readonly RolloutEvent[]): RolloutEvent | undefined {
  const last = events.at(-1);
  const together = events.slice(events.findLastIndex(({ at }) => at !== last?.at) + 1);
  return together.findLast((event) => kindOf(event) !== null) ?? together.findLast((event) => eventTone(event) !== "faint") ?? last;
}

function kindOf(event: RolloutEvent): PastMark["kind"] | null {
  if (event.type === "batch.opened") return "batch";
  if (event.type === "rollback.started") return "bad";
  if (event.type === "evidence.changed") return event.evidence.state === "bad" ? "bad" : null;
  return decisions.has(event.type) ? "decision" : null;
}
