import { evolve } from "#domain/engine/evolve.ts";
import type { RolloutEvent } from "#domain/event.ts";
import type { Rollout } from "#domain/rollout.ts";

/** Events kept for the log; the oldest go first, and can be loaded again. */
export const LOG_EVENTS_MAX = 5_000;
/** Asked for at once when a page opens or a hole is filled. */
export const EVENTS_PAGE = 500;

/** A rollout as this browser knows it: the folded state, and the newest events, consecutive, ending at its seq. */
export interface LiveRollout {
  readonly rollout: Rollout;
  readonly events: readonly RolloutEvent[];
}

export interface Folded {
  readonly live: LiveRollout;
  /** Set when events are missing: ask for those after this seq. */
  readonly missingAfter: number | null;
}

/** Folds what is next and leaves out what is known. Stops at a hole: an event is never skipped and never applied twice. */
export function foldEvents(live: LiveRollout, incoming: readonly RolloutEvent[]): Folded {
  let rollout = live.rollout;
  const added: RolloutEvent[] = [];
  for (const event of [...incoming].sort((a, b) => a.seq - b.seq)) {
    if (event.seq <= rollout.seq) continue;
    if (event.seq > rollout.seq + 1) return { live: append(live, rollout, added), missingAfter: rollout.seq };
    rollout = evolve(rollout, event);
    added.push(event);
  }
  return { live: append(live, rollout, added), missingAfter: null };
}

/** A snapshot replaces the state, unless it is older. Events up to it that we lack are a hole in the log: it starts anew. */
export function takeSnapshot(live: LiveRollout | null, rollout: Rollout): LiveRollout {
  if (live && rollout.seq <= live.rollout.seq) return live;
  return { rollout, events: [] };
}

/** Puts earlier events before the log. Those that would leave a hole are left out. */
export function prependEvents(live: LiveRollout, earlier: readonly RolloutEvent[]): LiveRollout {
  const first = live.events[0]?.seq ?? live.rollout.seq + 1;
  const before = earlier.filter((event) => event.seq < first).sort((a, b) => a.seq - b.seq);
  if (before.at(-1)?.seq !== first - 1) return live;
  return { ...live, events: [...before, ...live.events] };
}

/** Seq to ask after for the page of events before the log; null when the log begins with the rollout. */
export function earlierAfterSeq(live: LiveRollout): number | null {
  const first = live.events[0]?.seq ?? live.rollout.seq + 1;
  return first <= 1 ? null : Math.max(0, first - 1 - EVENTS_PAGE);
}

function append(live: LiveRollout, rollout: Rollout, added: readonly RolloutEvent[]): LiveRollout {
  if (added.length === 0) return live;
  const events = [...live.events, ...added];
  return { rollout, events: events.length > LOG_EVENTS_MAX ? events.slice(-LOG_EVENTS_MAX) : events };
}

/** Where the store gets its facts: the socket and the queries in the browser, a script in a test. */
export interface RolloutSource {
  loadRollout(rolloutId: string): Promise<Rollout>;
  loadEvents(rolloutId: string, afterSeq: number): Promise<readonly RolloutEvent[]>;
  /** Asks for what comes after `afterSeq()`, now, after each reconnection and whenever `again` is called. */
  watch(rolloutId: string, afterSeq: () => number, listener: RolloutListener): { again(): void; close(): void };
}

export interface RolloutListener {
  events(events: readonly RolloutEvent[]): void;
  snapshot(rollout: Rollout): void;
}

export type LiveRolloutState =
  | { readonly status: "loading" }
  | { readonly status: "failed"; readonly error: unknown }
  | { readonly status: "ready"; readonly live: LiveRollout };

export interface LiveRolloutStore {
  getSnapshot(): LiveRolloutState;
  /** Watches while at least one listener is there. */
  subscribe(listener: () => void): () => void;
  reload(): void;
  loadEarlier(): Promise<void>;
}

const loading: LiveRolloutState = { status: "loading" };

/** One rollout, live, outside React: `useSyncExternalStore` reads it. */
export function createLiveRolloutStore(rolloutId: string, source: RolloutSource): LiveRolloutStore {
  const listeners = new Set<() => void>();
  let state: LiveRolloutState = loading;
  let watching: { again(): void; close(): void } | null = null;
  /** Grows with each start and stop: an answer to an earlier question is not listened to. */
  let generation = 0;

  function set(next: LiveRolloutState) {
    if (next === state) return;
    state = next;
    for (const listener of [...listeners]) listener();
  }

  function setLive(live: LiveRollout) {
    if (state.status !== "ready" || state.live !== live) set({ status: "ready", live });
  }

  async function start() {
    const mine = ++generation;
    try {
      const rollout = await source.loadRollout(rolloutId);
      if (mine !== generation) return;
      const known = state.status === "ready" ? state.live : null;
      setLive(takeSnapshot(known, rollout));
      watching?.close();
      watching = source.watch(rolloutId, () => (state.status === "ready" ? state.live.rollout.seq : 0), { events, snapshot });
      if (state.status === "ready" && state.live.events.length === 0) await loadEarlier();
    } catch (error) {
      if (mine === generation && state.status !== "ready") set({ status: "failed", error });
    }
  }

  function stop() {
    generation += 1;
    watching?.close();
    watching = null;
  }

  function events(incoming: readonly RolloutEvent[]) {
    if (state.status !== "ready") return;
    let folded: Folded;
    try {
      folded = foldEvents(state.live, incoming);
    } catch {
      // An event this page cannot fold (a newer server): the server's own fold is the truth.
      void start();
      return;
    }
    setLive(folded.live);
    if (folded.missingAfter !== null) watching?.again();
  }

  function snapshot(rollout: Rollout) {
    setLive(takeSnapshot(state.status === "ready" ? state.live : null, rollout));
    void loadEarlier();
  }

  async function loadEarlier() {
    if (state.status !== "ready") return;
    const mine = generation;
    const afterSeq = earlierAfterSeq(state.live);
    if (afterSeq === null) return;
    try {
      const page = await source.loadEvents(rolloutId, afterSeq);
      if (mine === generation && state.status === "ready") setLive(prependEvents(state.live, page));
    } catch {
      // The log stays short; the page says that earlier events are not loaded and offers to try again.
    }
  }

  return {
    getSnapshot: () => state,
    subscribe(listener) {
      listeners.add(listener);
      if (listeners.size === 1) void start();
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) stop();
      };
    },
    reload() {
      if (state.status === "failed") set(loading);
      void start();
    },
    loadEarlier,
  };
}
