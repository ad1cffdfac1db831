import type { Database } from "#db/client.ts";
import { findLastSeq, findRollout, readEvents } from "#db/queries/rollouts.ts";
import type { RolloutEvent } from "#domain/event.ts";
import type { Rollout } from "#domain/rollout.ts";

/** More missing events than this are answered with the state itself. It is also what a hub keeps in memory. */
export const replayMax = 500;
/** The first events go at once, those that follow in at most 20 batches a second. */
const batchEveryMs = 50;

export interface RolloutListener {
  events(events: readonly RolloutEvent[]): void;
  snapshot(rollout: Rollout): void;
}

interface Subscription {
  readonly listener: RolloutListener;
  /** Number of the last event this listener has. */
  sentSeq: number;
  /** While it reads what it missed, the stream waits. */
  catchingUp: boolean;
}

/**
 * One rollout's events for everyone who watches it. They are read once, by sequence number, and handed to each listener
 * from where it stands: none is left out and none comes twice. A hub with no listener is thrown away.
 */
export interface RolloutHub {
  /** Null, or why not in words. What comes after `afterSeq` follows through the listener, from now on. */
  watch(listener: RolloutListener, afterSeq: number): Promise<string | null>;
  unwatch(listener: RolloutListener): void;
  /** There is something new to read. */
  changed(): void;
  isEmpty(): boolean;
  close(): void;
}

export function createRolloutHub(db: Database, rolloutId: string, onTrouble: (error: unknown) => void): RolloutHub {
  const subscriptions = new Map<RolloutListener, Subscription>();
  /** The newest events, consecutive. */
  let recent: RolloutEvent[] = [];
  let reading = false;
  let readAgain = false;
  let readAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  function changed(): void {
    if (closed) return;
    if (reading) {
      readAgain = true;
      return;
    }
    if (timer) return;
    const waitMs = readAt + batchEveryMs - performance.now();
    if (waitMs <= 0) void read();
    else timer = setTimeout(() => void read(), waitMs);
  }

  async function read(): Promise<void> {
    timer = undefined;
    reading = true;
    readAgain = false;
    readAt = performance.now();
    try {
      const from = recent.at(-1)?.seq ?? lowestSent();
      const events = from === null ? [] : await readEvents(db, { rolloutId, afterSeq: from, limit: replayMax });
      recent = [...recent, ...events].slice(-replayMax);
      if (events.length === replayMax) readAgain = true;
      for (const subscription of subscriptions.values()) deliver(subscription);
    } catch (error) {
      onTrouble(error);
    }
    reading = false;
    if (readAgain) changed();
  }

  function lowestSent(): number | null {
    const sent = [...subscriptions.values()].map((subscription) => subscription.sentSeq);
    return sent.length > 0 ? Math.min(...sent) : null;
  }

  function deliver(subscription: Subscription): void {
    if (subscription.catchingUp) return;
    const events = recent.filter((event) => event.seq > subscription.sentSeq);
    const [first] = events;
    if (!first) return;
    if (first.seq === subscription.sentSeq + 1) send(subscription, events);
    else void catchUp(subscription).catch(onTrouble);
  }

  function send(subscription: Subscription, events: readonly RolloutEvent[]): void {
    subscription.sentSeq = events.at(-1)?.seq ?? subscription.sentSeq;
    subscription.listener.events(events);
  }

  /** Brings one listener to where the table is now. False when there is no such rollout. */
  async function catchUp(subscription: Subscription): Promise<boolean> {
    subscription.catchingUp = true;
    try {
      const last = await findLastSeq(db, rolloutId);
      if (!last) return false;
      const missing = last.seq - subscription.sentSeq;
      if (missing > replayMax || missing < 0) await sendSnapshot(subscription);
      else if (missing > 0) await sendMissing(subscription);
    } finally {
      subscription.catchingUp = false;
    }
    deliver(subscription);
    return true;
  }

  async function sendSnapshot(subscription: Subscription): Promise<void> {
    const rollout = await findRollout(db, rolloutId);
    if (!rollout || !subscriptions.has(subscription.listener)) return;
    subscription.sentSeq = rollout.seq;
    subscription.listener.snapshot(rollout);
  }

  async function sendMissing(subscription: Subscription): Promise<void> {
    const events = await readEvents(db, { rolloutId, afterSeq: subscription.sentSeq, limit: replayMax });
    if (events.length > 0 && subscriptions.has(subscription.listener)) send(subscription, events);
  }

  return {
    watch: async (listener, afterSeq) => {
      const subscription: Subscription = { listener, sentSeq: afterSeq, catchingUp: true };
      subscriptions.set(listener, subscription);
      try {
        if (await catchUp(subscription)) {
          changed();
          return null;
        }
      } catch (error) {
        subscriptions.delete(listener);
        throw error;
      }
      subscriptions.delete(listener);
      return "There is no rollout with this identifier.";
    },
    unwatch: (listener) => void subscriptions.delete(listener),
    changed,
    isEmpty: () => subscriptions.size === 0,
    close: () => {
      closed = true;
      clearTimeout(timer);
    },
  };
}
