import { formatClock } from "#components/charts/format-figure.ts";
import { EventLine } from "#components/instance/event-line.tsx";
import { eventTone } from "#components/instance/event-look.ts";
import { describeEvent } from "#domain/engine/event-sentence.ts";
import type { RolloutEvent } from "#domain/event.ts";
import type { Rollout } from "#domain/rollout.ts";

interface InstanceEventsProps {
  readonly rollout: Rollout;
  readonly events: readonly RolloutEvent[];
  readonly isReading: boolean;
}

/** The rollout's events that name this instance, oldest first. */
export function InstanceEvents({ rollout, events, isReading }: InstanceEventsProps) {
  if (events.length === 0) return <p className="text-ink-soft text-sm">{isReading ? "Reading…" : "No event of this rollout names it yet."}</p>;
  return (
    <ol aria-label="Events of this instance" className="-mx-4">
      {events.map((event) => (
        <li key={event.seq}>
          <EventLine time={<time dateTime={new Date(event.at).toISOString()}>{formatClock(event.at)}</time>} tone={eventTone(event)}>
            {describeEvent(event, rollout)}
          </EventLine>
        </li>
      ))}
    </ol>
  );
}
