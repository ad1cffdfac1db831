"use client";

import { useSyncExternalStore } from "react";
import type { FleetLive } from "#domain/live.ts";
import type { ReleaseSample } from "#domain/metric.ts";
import { heldWhilePaused } from "./live-pause.ts";
import { addSamples, RING_WINDOW_MS } from "./sample-ring.ts";
import { watchFleet } from "./socket.ts";
import { useTRPCClient } from "./trpc.tsx";

export interface FleetLiveState {
  /** The last message of the server; null until the first. */
  readonly live: FleetLive | null;
  /** One-second samples of the last five minutes, oldest first; a new array each second. */
  readonly samples: readonly ReleaseSample[];
}

type LoadSamples = (fleetId: string) => Promise<readonly ReleaseSample[]>;

interface FleetLiveStore {
  getSnapshot(): FleetLiveState;
  subscribe(listener: () => void): () => void;
}

const nothing: FleetLiveState = { live: null, samples: [] };
/** Fleets whose ring is kept while nobody looks, so that going back and forth between pages shows no hole. */
const STORES_MAX = 12;
const stores = new Map<string, FleetLiveStore>();

/** One fleet once a second, shared by everything on the page. While the tab is hidden nothing is sent; what was missed is read on return. */
export function useFleetLive(fleetId: string): FleetLiveState {
  const client = useTRPCClient();
  const store = storeOf(fleetId, (id) => client.fleets.samples.query({ fleetId: id, windowMs: RING_WINDOW_MS, widthMs: 1_000 }));
  return useSyncExternalStore(store.subscribe, store.getSnapshot, () => nothing);
}

function storeOf(fleetId: string, loadSamples: LoadSamples): FleetLiveStore {
  const known = stores.get(fleetId);
  if (known) {
    // The one used last goes last: what is on the screen is never the oldest.
    stores.delete(fleetId);
    stores.set(fleetId, known);
    return known;
  }
  const oldest = stores.keys().next().value;
  if (stores.size >= STORES_MAX && oldest !== undefined) stores.delete(oldest);
  const store = heldWhilePaused(createFleetLiveStore(fleetId, loadSamples), ({ live }) => live !== null);
  stores.set(fleetId, store);
  return store;
}

function createFleetLiveStore(fleetId: string, loadSamples: LoadSamples): FleetLiveStore {
  const listeners = new Set<() => void>();
  let state = nothing;
  let leave: (() => void) | null = null;

  function set(next: FleetLiveState) {
    state = next;
    for (const listener of [...listeners]) listener();
  }

  async function backfill() {
    try {
      const samples = await loadSamples(fleetId);
      set({ ...state, samples: addSamples(state.samples, samples) });
    } catch {
      // The chart keeps its gap and fills from the live messages; the page's own reads say what is wrong.
    }
  }

  function follow() {
    const wanted = listeners.size > 0 && document.visibilityState === "visible";
    if (wanted && !leave) {
      leave = watchFleet(
        fleetId,
        (live) => set({ live, samples: addSamples(state.samples, live.samples) }),
        () => void backfill(),
      );
    }
    if (!wanted && leave) {
      leave();
      leave = null;
    }
  }

  return {
    getSnapshot: () => state,
    subscribe(listener) {
      listeners.add(listener);
      if (listeners.size === 1) document.addEventListener("visibilitychange", follow);
      follow();
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) document.removeEventListener("visibilitychange", follow);
        follow();
      };
    },
  };
}
