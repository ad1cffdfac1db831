"use client";

import { useSyncExternalStore } from "react";

/** Whether the person holds the page still (WCAG 2.2.2): what comes meanwhile is kept, and shown when they let it go on. */
let pausedAt: number | null = null;
const listeners = new Set<() => void>();

export function subscribePause(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Browser time at which the page was held, in milliseconds; null while it goes on. */
export function readPausedAt(): number | null {
  return pausedAt;
}

export function setPaused(paused: boolean): void {
  if (paused === (pausedAt !== null)) return;
  pausedAt = paused ? Date.now() : null;
  for (const listener of [...listeners]) listener();
}

export function usePausedAt(): number | null {
  return useSyncExternalStore(subscribePause, readPausedAt, () => null);
}

interface Store<State> {
  subscribe(listener: () => void): () => void;
  getSnapshot(): State;
}

/** The same store, which shows what it held when the page was held. What there is nothing of yet is not held. */
export function heldWhilePaused<State>(store: Store<State>, isThere: (state: State) => boolean): Store<State> {
  let held: State | null = null;
  return {
    subscribe(listener) {
      const closers = [store.subscribe(listener), subscribePause(listener)];
      return () => {
        for (const close of closers) close();
      };
    },
    getSnapshot() {
      const current = store.getSnapshot();
      if (pausedAt === null) held = null;
      else if (held === null && isThere(current)) held = current;
      return held ?? current;
    },
  };
}
