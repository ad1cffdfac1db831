"use client";

import { useSyncExternalStore } from "react";
import { readPausedAt, subscribePause } from "./live-pause.ts";
import { useMoment } from "./moment.ts";
import { engineNow } from "./socket.ts";

const TICK_MS = 1_000;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | null = null;
let closePause: (() => void) | null = null;
let now = 0;

/** Engine time, in milliseconds since 1970: that of now, or the moment that is looked at. */
export function useEngineNow(): number {
  const current = useCurrentNow();
  return useMoment() ?? current;
}

/** Engine time, whatever moment is looked at: renewed once a second for everyone at once; still while the page is held. 0 while the server renders. */
export function useCurrentNow(): number {
  return useSyncExternalStore(subscribe, read, readOnServer);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(tick, TICK_MS);
  closePause ??= subscribePause(tick);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
    closePause?.();
    closePause = null;
  };
}

function tick() {
  if (readPausedAt() !== null) return;
  now = engineNow();
  for (const listener of [...listeners]) listener();
}

function read(): number {
  // Before the first tick the answer must not change between two reads of one render.
  if (timer === null && Math.abs(engineNow() - now) > TICK_MS) now = engineNow();
  return now;
}

function readOnServer(): number {
  return 0;
}
