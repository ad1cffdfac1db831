"use client";

import { Pause, Play } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { formatDuration } from "#domain/duration.ts";
import type { Course } from "#domain/simulation/course.ts";
import { capacityAt } from "./preview-lanes.ts";

interface PreviewScrubProps {
  readonly course: Course;
  readonly desired: number;
  readonly atMs: number;
  /** What happens at that moment, in words. */
  readonly moment: string;
  readonly onMove: (atMs: number) => void;
}

/** The whole plan plays in this time. */
const playMs = 10_000;
const stepsOfBar = 500;

/** Moves through the preview by hand or by itself. */
export function PreviewScrub({ course, desired, atMs, moment, onMove }: PreviewScrubProps) {
  const { durationMs } = course;
  const [playing, setPlaying] = useState(false);
  const position = useRef({ atMs, onMove });

  useEffect(() => {
    position.current = { atMs, onMove };
  });

  useEffect(() => {
    if (!playing) return;
    let before = performance.now();
    let frame = requestAnimationFrame(function play(now) {
      const next = Math.min(durationMs, position.current.atMs + ((now - before) / playMs) * durationMs);
      before = now;
      position.current.onMove(next);
      if (next >= durationMs) setPlaying(false);
      else frame = requestAnimationFrame(play);
    });
    return () => cancelAnimationFrame(frame);
  }, [playing, durationMs]);

  const serving = capacityAt(course, atMs, desired);
  const time = formatDuration(atMs);
  return (
    <div className="flex flex-col gap-1">
      <div className="flex items-center gap-3">
        <Button
          size="icon"
          aria-label={playing ? "Stop playing" : "Play the plan"}
          onClick={() => {
            if (!playing && atMs >= durationMs) onMove(0);
            setPlaying(!playing);
          }}
        >
          {playing ? <Pause aria-hidden /> : <Play aria-hidden />}
        </Button>
        <input
          type="range"
          min={0}
          max={durationMs}
          step={Math.max(1, Math.round(durationMs / stepsOfBar))}
          value={Math.min(atMs, durationMs)}
          onChange={(event) => {
            setPlaying(false);
            onMove(Number(event.target.value));
          }}
          aria-label="Moment of the preview"
          aria-valuetext={`${time}. ${moment}. ${serving} of ${desired} serving.`}
          className="h-6 min-w-0 pointer-coarse:h-11 flex-1 accent-accent"
        />
      </div>
      <p className="numbers flex flex-wrap justify-between gap-x-4 text-ink-soft text-xs">
        <span>
          <span className="font-medium text-ink">{time}</span> · {moment}
        </span>
        <span>
          {serving} of {desired} serving
        </span>
      </p>
    </div>
  );
}
