import { type EventTone, eventTone } from "#components/instance/event-look.ts";
import { describeEvent } from "#domain/engine/event-sentence.ts";
import type { ScenarioRun } from "#domain/simulation/scenario.ts";
import type { TimelineEntry } from "#domain/simulation/scenario-timeline.ts";
import { describeEntry } from "./entry-words.ts";

/** One line of what happened in a scenario. */
export interface StoryLine {
  readonly key: string;
  readonly atMs: number;
  /** The number of a timeline entry, which the drawing shows too; null for what the rollouts made of it. */
  readonly entry: number | null;
  readonly tone: EventTone;
  readonly text: string;
}

/** What people and the world did, and what followed, in the order of virtual time; a cause before what follows from it. */
export function toStory({ plane, played }: ScenarioRun, timeline: readonly TimelineEntry[]): StoryLine[] {
  const several = plane.book.rollouts.length > 1;
  const entries = played.map(({ atMs, entry, failure }) => {
    const number = timeline.indexOf(entry) + 1;
    const refused = failure === null ? "" : `. Refused: ${[failure.message, ...failure.problems.map(({ message }) => message)].join(" ")}`;
    return {
      key: `entry ${number}`,
      atMs,
      entry: number,
      tone: failure ? ("bad" as const) : ("plain" as const),
      text: `${describeEntry(entry)}${refused}`,
    };
  });
  const events = plane.book.rollouts.flatMap(({ rolloutId, state, events: own }) =>
    own.map((event) => ({
      key: `${rolloutId} ${event.seq}`,
      atMs: event.at,
      entry: null,
      tone: eventTone(event),
      text: `${several ? `${rolloutId}: ` : ""}${describeEvent(event, state)}`,
    })),
  );
  return [...entries, ...events].sort((a, b) => a.atMs - b.atMs);
}

const heavy: ReadonlySet<EventTone> = new Set<EventTone>(["milestone", "ok", "warn", "bad"]);

/** Whether a line is shown where only the turns of the story are. */
export function isTurn({ entry, tone }: StoryLine): boolean {
  return entry !== null || heavy.has(tone);
}

/** Virtual time as a stopwatch has it: "0:08", "12:30", "1:02:05". */
export function formatStopwatch(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  const two = (value: number) => String(value).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}
