"use client";

import { useSyncExternalStore } from "react";
import { readStored, writeStored } from "./stored.ts";

const storageKey = "tideline-favourite-fleets";
/** Those of fleets that are gone stay, and cost nothing. */
const keptMax = 200;
const none: ReadonlySet<string> = new Set();

let favourites: ReadonlySet<string> | null = null;
const listeners = new Set<() => void>();

/** Ids of the fleets that this browser puts first. */
export function useFavourites(): ReadonlySet<string> {
  return useSyncExternalStore(subscribe, read, () => none);
}

export function toggleFavourite(fleetId: string): void {
  const next = new Set(read());
  if (!next.delete(fleetId)) next.add(fleetId);
  favourites = new Set([...next].slice(-keptMax));
  writeStored(storageKey, [...favourites].join(" "));
  for (const listener of [...listeners]) listener();
}

function read(): ReadonlySet<string> {
  favourites ??= new Set((readStored(storageKey) ?? "").split(" ").filter(Boolean));
  return favourites;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
