"use client";

import { useSyncExternalStore } from "react";
import { heldWhilePaused } from "./live-pause.ts";
import { createLiveRolloutStore, EVENTS_PAGE, type LiveRolloutState, type LiveRolloutStore } from "./live-rollout-store.ts";
import { retrying } from "./retry.ts";
import { watchRollout } from "./socket.ts";
import { urgent, useTRPCClient } from "./trpc.tsx";

export type LiveRolloutView = LiveRolloutState & {
  readonly reload: () => void;
  readonly loadEarlier: () => Promise<void>;
};

const waiting: LiveRolloutState = { status: "loading" };
/** Rollouts kept while nobody looks: a few, so that going back shows the page at once. */
const STORES_MAX = 6;
const stores = new Map<string, LiveRolloutStore>();

/** One rollout, folded live in this browser; every component of the page reads the same store. */
export function useLiveRollout(rolloutId: string): LiveRolloutView {
  const client = useTRPCClient();
  const store = storeOf(rolloutId, client);
  const state = useSyncExternalStore(store.subscribe, store.getSnapshot, () => waiting);
  return { ...state, reload: store.reload, loadEarlier: store.loadEarlier };
}

function storeOf(rolloutId: string, client: ReturnType<typeof useTRPCClient>): LiveRolloutStore {
  const known = stores.get(rolloutId);
  if (known) {
    // The one used last goes last: what is on the screen is never the oldest.
    stores.delete(rolloutId);
    stores.set(rolloutId, known);
    return known;
  }
  const oldest = stores.keys().next().value;
  if (stores.size >= STORES_MAX && oldest !== undefined) stores.delete(oldest);
  const live = createLiveRolloutStore(rolloutId, {
    loadRollout: (id) => retrying(() => client.rollouts.get.query({ rolloutId: id }, urgent)),
    loadEvents: (id, afterSeq) => client.rollouts.events.query({ rolloutId: id, afterSeq, limit: EVENTS_PAGE }),
    watch: watchRollout,
  });
  const store = { ...live, ...heldWhilePaused(live, ({ status }) => status === "ready") };
  stores.set(rolloutId, store);
  return store;
}
