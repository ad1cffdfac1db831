"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown } from "lucide-react";
import { type RefObject, useEffect, useMemo, useRef, useState } from "react";
import { formatClock } from "#components/charts/format-figure.ts";
import { EventLine } from "#components/instance/event-line.tsx";
import { type EventFilter, eventFilters, eventTone, filterEvents } from "#components/instance/event-look.ts";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Select } from "#components/ui/select.tsx";
import { describeEvent } from "#domain/engine/event-sentence.ts";
import type { RolloutEvent } from "#domain/event.ts";
import type { Rollout } from "#domain/rollout.ts";
import { useShortcut } from "#hooks/shortcuts.ts";

interface EventLogProps {
  readonly rollout: Rollout;
  readonly events: readonly RolloutEvent[];
  readonly batch: number | null;
  readonly onBatch: (batch: number | null) => void;
  readonly onEarlier: () => void;
}

const ROW_HEIGHT = 26;
/** Closer to the end than this counts as being there. */
const END_SLACK = 24;

const filterNames: Readonly<Record<EventFilter, string>> = { all: "Every event", milestones: "Milestones", trouble: "Trouble only" };

/** Everything that happened, oldest first. It follows the end until one scrolls away from it. */
export function EventLog({ rollout, events, batch, onBatch, onEarlier }: EventLogProps) {
  const frame = useRef<HTMLDivElement>(null);
  const [filter, setFilter] = useState<EventFilter>("all");
  const shown = useMemo(() => filterEvents(events, filter, batch, rollout), [events, filter, batch, rollout]);
  const rows = useVirtualizer({
    count: shown.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => shown[index]?.seq ?? index,
    overscan: 16,
  });
  const follow = useFollow(frame, shown, rows.getTotalSize());
  useShortcut("log", () => frame.current?.focus());
  useShortcut("follow", follow.toEnd);
  const missing = events.length > 0 && (events[0]?.seq ?? 1) > 1;
  return (
    <Card
      flush
      title="Events"
      description={batch === null ? `${rollout.seq} so far` : `Only batch ${batch}`}
      actions={
        <div className="flex items-center gap-2">
          {batch === null ? null : (
            <Button size="small" variant="ghost" onClick={() => onBatch(null)}>
              All batches
            </Button>
          )}
          <div className="w-36">
            <Select
              aria-label="Which events"
              value={filter}
              onValueChange={setFilter}
              options={eventFilters.map((value) => ({ value, label: filterNames[value] }))}
            />
          </div>
        </div>
      }
    >
      <div className="relative">
        <div
          ref={frame}
          role="log"
          aria-label="Events of this rollout"
          aria-live="off"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          tabIndex={0}
          onScroll={follow.onScroll}
          className="h-80 overflow-y-auto py-1.5 outline-offset-[-2px]"
        >
          {missing ? (
            <p className="px-4 pb-1">
              <Button size="small" variant="ghost" onClick={onEarlier}>
                Load earlier events
              </Button>
            </p>
          ) : null}
          {shown.length === 0 ? (
            <EmptyState title={events.length === 0 ? "Nothing has happened yet." : "No event passes the filter."}>
              {events.length === 0 ? "Events appear here as they happen." : "Choose every event, or all batches."}
            </EmptyState>
          ) : null}
          <div className="relative" style={{ height: rows.getTotalSize() }}>
            {rows.getVirtualItems().map((item) => {
              const event = shown[item.index];
              if (!event) return null;
              return (
                <div
                  key={item.key}
                  ref={rows.measureElement}
                  data-index={item.index}
                  className="absolute inset-x-0 top-0"
                  style={{ transform: `translateY(${item.start}px)` }}
                >
                  <EventLine time={<time dateTime={new Date(event.at).toISOString()}>{formatClock(event.at)}</time>} tone={eventTone(event)}>
                    {describeEvent(event, rollout)}
                  </EventLine>
                </div>
              );
            })}
          </div>
        </div>
        {follow.unseen > 0 ? (
          <div className="absolute right-4 bottom-3">
            <Button variant="primary" size="small" className="shadow-pop" onClick={follow.toEnd}>
              {follow.unseen} new
              <ArrowDown aria-hidden />
            </Button>
          </div>
        ) : null}
      </div>
    </Card>
  );
}

/** Follow the end, which moves when rows come and when long ones are measured; scrolling up detaches and counts what comes meanwhile. */
function useFollow(frame: RefObject<HTMLDivElement | null>, shown: readonly RolloutEvent[], height: number) {
  const top = useRef(0);
  const [seenSeq, setSeenSeq] = useState<number | null>(null);
  const last = shown.at(-1)?.seq ?? 0;
  const toEnd = () => {
    setSeenSeq(null);
    frame.current?.scrollTo({ top: frame.current.scrollHeight });
  };
  useEffect(() => {
    if (seenSeq !== null || last === 0 || height === 0) return;
    frame.current?.scrollTo({ top: frame.current.scrollHeight });
  }, [last, height, seenSeq, frame]);
  const onScroll = () => {
    const element = frame.current;
    if (!element) return;
    const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight <= END_SLACK;
    const isUp = element.scrollTop < top.current;
    top.current = element.scrollTop;
    if (atEnd && seenSeq !== null) setSeenSeq(null);
    if (!atEnd && isUp && seenSeq === null) setSeenSeq(last);
  };
  const unseen = seenSeq === null ? 0 : shown.filter((event) => event.seq > seenSeq).length;
  return { unseen, toEnd, onScroll };
}
