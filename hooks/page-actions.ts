"use client";

import { useEffect, useRef, useSyncExternalStore } from "react";
import type { ShortcutId } from "./shortcut-table.ts";

/** What the page that is open offers to the command palette. */
export interface PageAction {
  /** Unique on the page, and the same at every visit. */
  readonly id: string;
  readonly label: string;
  readonly shortcut?: ShortcutId;
  /** Why it cannot be done now; it stays in the list. */
  readonly disabledReason?: string | null;
  /** Destructive actions open their own dialog here, like their button. */
  readonly run: () => void;
}

export interface PageOffers {
  readonly actions: readonly PageAction[];
  /** Names of the instances that the page shows, and how to open one. */
  readonly instances?: { readonly ids: readonly string[]; readonly open: (instanceId: string) => void };
}

const nothing: PageOffers = { actions: [] };
const offered = new Map<symbol, PageOffers>();
const listeners = new Set<() => void>();
let merged = nothing;

/** Offers these while the component is on the page. Several components may. */
export function usePageOffers(offers: PageOffers): void {
  const key = useRef<symbol>(undefined);
  key.current ??= Symbol("page");
  useEffect(() => {
    if (key.current) offer(key.current, offers);
  });
  useEffect(() => {
    const mine = key.current;
    return () => {
      if (mine) offer(mine, null);
    };
  }, []);
}

/** Everything that is offered now. */
export function useOffered(): PageOffers {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => merged,
    () => nothing,
  );
}

function offer(key: symbol, offers: PageOffers | null): void {
  if (offers) offered.set(key, offers);
  else offered.delete(key);
  const all = [...offered.values()];
  const instances = all.find((each) => each.instances)?.instances;
  merged = { actions: all.flatMap(({ actions }) => actions), ...(instances ? { instances } : {}) };
  for (const listener of [...listeners]) listener();
}
