"use client";

import { useEffect, useRef, useState } from "react";
import type { PastControl } from "#hooks/use-past.ts";

export const speeds = [1, 10, 60] as const;
export type Speed = (typeof speeds)[number];

/** The page is drawn anew as often: more would be seen by nobody. */
const FRAME_MS = 200;

export interface Player {
  readonly playing: boolean;
  readonly speed: Speed;
  readonly setSpeed: (speed: Speed) => void;
  readonly toggle: () => void;
  readonly stop: () => void;
}

/** Lets the past go by at a chosen speed, to its end; pressed there, it begins again. */
export function usePlayer({ past, moment, look }: Pick<PastControl, "past" | "moment" | "look">): Player {
  const [playing, setPlaying] = useState(false);
  const [speed, setSpeed] = useState<Speed>(10);
  const latest = useRef({ moment, look });
  latest.current = { moment, look };
  const ready = past !== null && moment !== null;

  useEffect(() => {
    if (!playing || !ready) return;
    let before = performance.now();
    const timer = setInterval(() => {
      const now = performance.now();
      const next = Math.min(past.last, (latest.current.moment ?? past.first) + (now - before) * speed);
      before = now;
      latest.current.look(next);
      if (next >= past.last) setPlaying(false);
    }, FRAME_MS);
    return () => clearInterval(timer);
  }, [playing, ready, past, speed]);

  const toggle = () => {
    if (!playing && ready && moment >= past.last) look(past.first);
    setPlaying(!playing);
  };
  return { playing, speed, setSpeed, toggle, stop: () => setPlaying(false) };
}
