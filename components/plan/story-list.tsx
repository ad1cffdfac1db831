"use client";

import { useState } from "react";
import { EventLine } from "#components/instance/event-line.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { formatStopwatch, type StoryLine } from "./what-if-story.ts";

/** More lines than this nobody reads; the rest is `npm run simulate`'s. */
const linesMax = 500;

interface StoryListProps {
  readonly story: readonly StoryLine[];
  /** Of the story, what people and the world did and what weighs. */
  readonly turns: readonly StoryLine[];
}

/** What happened in a scenario, line by line; what the scenario itself did carries the number of its entry. */
export function StoryList({ story, turns }: StoryListProps) {
  const [all, setAll] = useState(false);
  const lines = all ? story : turns;
  return (
    <section aria-label="Events of the scenario" className="pt-3 pb-2">
      <div className="flex min-h-6 flex-wrap items-center justify-between gap-x-4 px-4 pb-2">
        <h3 className="font-medium text-ink-soft text-xs">Events</h3>
        <Checkbox checked={all} onCheckedChange={setAll}>
          Every event
        </Checkbox>
      </div>
      <ol
        className="max-h-96 overflow-y-auto outline-offset-[-2px]"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label="Events, by virtual time"
      >
        {lines.slice(0, linesMax).map(({ key, atMs, entry, tone, text }) => (
          <li key={key}>
            <EventLine
              time={<span className="inline-block min-w-10 text-right">{formatStopwatch(atMs)}</span>}
              tone={entry === null || tone === "bad" ? tone : "milestone"}
              mark={
                entry === null ? undefined : (
                  <span className="numbers flex h-4 min-w-4 items-center justify-center rounded-sm bg-ink px-0.5 font-semibold text-[11px] text-canvas">
                    {entry}
                  </span>
                )
              }
            >
              {text}
            </EventLine>
          </li>
        ))}
      </ol>
      {lines.length > linesMax ? (
        <p className="px-4 pt-2 text-ink-faint text-xs">
          The first {linesMax} of {lines.length.toLocaleString("en-US")} lines; npm run simulate prints them all.
        </p>
      ) : null}
    </section>
  );
}
