import { afterEach, expect, test } from "vitest";
import { heldWhilePaused, setPaused } from "./live-pause.ts";

afterEach(() => setPaused(false));

function createStore(first: number | null) {
  let state = first;
  const listeners = new Set<() => void>();
  return {
    set(next: number) {
      state = next;
      for (const listener of listeners) listener();
    },
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    getSnapshot: () => state,
  };
}

const isThere = (state: number | null) => state !== null;

test("a held page shows what it held, and what is new when it goes on", () => {
  const store = createStore(1);
  const held = heldWhilePaused(store, isThere);
  let heard = 0;
  const close = held.subscribe(() => (heard += 1));
  setPaused(true);
  expect(held.getSnapshot()).toBe(1);
  store.set(2);
  expect(held.getSnapshot()).toBe(1);
  setPaused(false);
  expect(held.getSnapshot()).toBe(2);
  expect(heard).toBe(3);
  close();
  setPaused(true);
  expect(heard).toBe(3);
});

test("a page that is opened while updates are held is read once", () => {
  setPaused(true);
  const store = createStore(null);
  const held = heldWhilePaused(store, isThere);
  expect(held.getSnapshot()).toBeNull();
  store.set(1);
  expect(held.getSnapshot()).toBe(1);
  store.set(2);
  expect(held.getSnapshot()).toBe(1);
});
