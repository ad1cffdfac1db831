"use client";

import { useSyncExternalStore } from "react";
import { useHotkeys } from "react-hotkeys-hook";
import { defaultChoice, keysOf, parseChoice, type ShortcutChoice, type ShortcutId } from "./shortcut-table.ts";
import { readStored, writeStored } from "./stored.ts";

const storageKey = "tideline-shortcuts";
const listeners = new Set<() => void>();
let choice: ShortcutChoice | null = null;

/** What the person chose in this browser. */
export function useShortcutChoice(): ShortcutChoice {
  return useSyncExternalStore(subscribe, read, () => defaultChoice);
}

/** Kept for the next visit where the browser keeps anything; otherwise it holds until the page is closed. */
export function setShortcutChoice(next: ShortcutChoice): void {
  choice = next;
  writeStored(storageKey, JSON.stringify(next));
  for (const listener of [...listeners]) listener();
}

/** Calls back on the shortcut's keys, wherever they lie now; never while something is typed. */
export function useShortcut(id: ShortcutId, act: () => void, enabled = true): void {
  const keys = keysOf(id, useShortcutChoice());
  useHotkeys(keys ?? "", act, { enabled: enabled && keys !== null, preventDefault: true, useKey: true });
}

function read(): ShortcutChoice {
  choice ??= parseChoice(readStored(storageKey));
  return choice;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
