"use client";

import { ChevronLeft, ChevronRight, Pause, Play } from "lucide-react";
import { type KeyboardEvent, useEffect, useMemo, useRef } from "react";
import { formatClock } from "#components/charts/format-figure.ts";
import { Button } from "#components/ui/button.tsx";
import { cn } from "#components/ui/cn.ts";
import { describeEvent } from "#domain/engine/event-sentence.ts";
import type { LiveRollout } from "#hooks/live-rollout-store.ts";
import type { Past } from "#hooks/past.ts";
import type { PastControl } from "#hooks/use-past.ts";
import { marksOf, type PastMark, tellingEvent } from "./past-marks.ts";
import { type Player, speeds, usePlayer } from "./use-player.ts";

interface PastBarProps {
  readonly control: PastControl;
}

/** Moves through what was: in the place of the commands, which the past does not take. */
export function PastBar({ control }: PastBarProps) {
  const player = usePlayer(control);
  return (
    <section
      aria-label="Look back"
      className="sticky bottom-14 z-20 -mx-4 mt-4 -mb-4 border-line border-t bg-surface px-3 py-2 sm:bottom-0 sm:-mx-6 sm:-mb-5 sm:px-6"
    >
      <Content control={control} player={player} />
    </section>
  );
}

function Content({ control, player }: PastBarProps & { player: Player }) {
  const { past, shown, moment, failure } = control;
  if (failure)
    return (
      <p className="flex flex-wrap items-center gap-3 text-sm">
        The events could not be read: {failure.message}
        <Button size="small" onClick={control.retry}>
          Try again
        </Button>
      </p>
    );
  if (past === null || shown === null || moment === null)
    return (
      <p role="status" className="text-ink-soft text-sm">
        Reading the events…
      </p>
    );
  return <Moves control={control} player={player} past={past} shown={shown} moment={Math.min(Math.max(moment, past.first), past.last)} />;
}

interface MovesProps extends PastBarProps {
  readonly player: Player;
  readonly past: Past;
  readonly shown: LiveRollout;
  readonly moment: number;
}

function Moves({ control, player, past, shown, moment }: MovesProps) {
  const { events, look, leftOut } = control;
  const marks = useMemo(() => marksOf(events, shown.rollout), [events, shown.rollout]);
  const move = (to: number | null) => {
    player.stop();
    if (to !== null) look(to);
  };
  const told = tellingEvent(shown.events);
  const sentence = told ? describeEvent(told, shown.rollout) : "";
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1.5 sm:gap-x-3">
        <span className="flex items-center gap-1">
          <Button size="icon" aria-label="Previous event" disabled={past.previous(moment) === null} onClick={() => move(past.previous(moment))}>
            <ChevronLeft aria-hidden />
          </Button>
          <Button size="icon" aria-label={player.playing ? "Stop playing" : "Play"} onClick={player.toggle}>
            {player.playing ? <Pause aria-hidden /> : <Play aria-hidden />}
          </Button>
          <Button size="icon" aria-label="Next event" disabled={past.next(moment) === null} onClick={() => move(past.next(moment))}>
            <ChevronRight aria-hidden />
          </Button>
        </span>
        <fieldset aria-label="Speed" className="flex rounded-md border border-line p-0.5">
          {speeds.map((speed) => (
            <button
              key={speed}
              type="button"
              aria-pressed={player.speed === speed}
              onClick={() => player.setSpeed(speed)}
              className={cn(
                "numbers h-6 min-w-8 rounded-sm px-1.5 text-xs pointer-coarse:h-9",
                player.speed === speed ? "bg-accent-soft font-medium text-accent" : "text-ink-soft hover:bg-hover hover:text-ink",
              )}
            >
              {speed}×
            </button>
          ))}
        </fieldset>
        <time dateTime={new Date(moment).toISOString()} className="numbers ml-auto font-semibold text-base tracking-tight sm:order-last">
          {formatClock(moment)}
        </time>
        <span className="min-w-0 basis-full sm:flex-1 sm:basis-40">
          <Track past={past} moment={moment} marks={marks} text={sentence} move={move} />
        </span>
      </div>
      <p className="numbers mt-0.5 truncate text-ink-soft text-xs" title={sentence}>
        Event {shown.rollout.seq} of {events.length}: {sentence}
      </p>
      {leftOut > 0 ? (
        <p className="numbers text-warn text-xs">
          The first {events.length.toLocaleString("en-US")} events are here; {leftOut.toLocaleString("en-US")} later ones are too many to look back
          at.
        </p>
      ) : null}
    </>
  );
}

interface TrackProps {
  readonly past: Past;
  readonly moment: number;
  readonly marks: readonly PastMark[];
  readonly text: string;
  readonly move: (to: number | null) => void;
}

const tones: Readonly<Record<PastMark["kind"], string>> = { batch: "h-2 bg-line-strong", decision: "h-3 bg-warn", bad: "h-3 bg-bad" };

function Track({ past, moment, marks, text, move }: TrackProps) {
  const { first, last } = past;
  const slider = useRef<HTMLInputElement>(null);
  // Whoever opened the bar wants to move through it; the page stays where it is.
  useEffect(() => slider.current?.focus({ preventScroll: true }), []);
  const share = (at: number) => (last === first ? 0 : ((at - first) / (last - first)) * 100);
  const onKeyDown = (event: KeyboardEvent) => {
    const to = keyTarget(event.key, { past, moment, marks });
    if (to === undefined) return;
    event.preventDefault();
    move(to);
  };
  return (
    <span className="relative block pt-2.5">
      <span aria-hidden className="absolute inset-x-2 top-0 h-3">
        {marks.map((mark) => (
          <span
            key={mark.seq}
            title={`${formatClock(mark.at)} ${mark.text}`}
            className={cn("absolute bottom-0 w-0.5 -translate-x-1/2 rounded-full", tones[mark.kind])}
            style={{ left: `${share(mark.at)}%` }}
          />
        ))}
      </span>
      <input
        type="range"
        ref={slider}
        min={first}
        max={last}
        step={1}
        value={moment}
        aria-label="Moment"
        aria-valuetext={`${formatClock(moment)}. ${text}`}
        title="Arrows: previous and next event. Page keys: previous and next mark. Home, End: first and last"
        onChange={(event) => move(Number(event.target.value))}
        onKeyDown={onKeyDown}
        className="block h-6 w-full accent-accent pointer-coarse:h-9"
      />
    </span>
  );
}

/** Where a key leads; null when there is nothing further, undefined when the key is not ours. */
function keyTarget(key: string, { past, moment, marks }: Pick<TrackProps, "past" | "moment" | "marks">): number | null | undefined {
  switch (key) {
    case "ArrowLeft":
    case "ArrowDown":
      return past.previous(moment);
    case "ArrowRight":
    case "ArrowUp":
      return past.next(moment);
    case "PageDown":
      return marks.findLast(({ at }) => at < moment)?.at ?? null;
    case "PageUp":
      return marks.find(({ at }) => at > moment)?.at ?? null;
    case "Home":
      return past.first;
    case "End":
      return past.last;
    default:
      return undefined;
  }
}
