"use client";

import { useSyncExternalStore } from "react";
import type { InstanceObservation } from "#domain/engine/observation.ts";
import type { FleetLive, FleetNews } from "#domain/live.ts";
import type { ReleaseSample } from "#domain/metric.ts";
import { Table } from "#domain/table.ts";
import { type FleetLook, takeNews } from "./fleet-look.ts";
import { heldWhilePaused } from "./live-pause.ts";
import { addSamples, RING_WINDOW_MS } from "./sample-ring.ts";
import { watchFleet } from "./socket.ts";
import { useTRPCClient } from "./trpc.tsx";

export interface FleetLiveState {
  /** The last message of the server; null until the first. */
  readonly live: FleetLive | null;
  /** Its instances by name; empty until the first message. */
  readonly seen: Table<InstanceObservation>;
  /** One-second samples of the last five minutes, oldest first; a new array each second. */
  readonly samples: readonly ReleaseSample[];
}

type LoadSamples = (fleetId: string) => Promise<readonly ReleaseSample[]>;

interface FleetLiveStore {
  getSnapshot(): FleetLiveState;
  subscribe(listener: () => void): () => void;
}

const nothing: FleetLiveState = { live: null, seen: Table.from([]), samples: [] };
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
  let look: FleetLook | null = null;
  let leave: (() => void) | null = null;

  function set(next: FleetLiveState) {
    state = next;
    for (const listener of [...listeners]) listener();
  }

  function take(news: FleetNews): boolean {
    const next = takeNews(look, news);
    // What is known stays on the screen until the whole look is here; time and traffic go on.
    if (next) look = next;
    const { live, seen } = look ?? nothing;
    if (live) set({ live: next ? live : { ...live, at: news.at }, seen, samples: addSamples(state.samples, news.samples) });
    return next !== null;
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
      leave = watchFleet(fleetId, take, () => void backfill());
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
