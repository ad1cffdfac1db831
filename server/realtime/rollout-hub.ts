import type { Database } from "#db/client.ts";
import { findLastSeq, readEvents } from "#db/queries/rollouts.ts";
import type { RolloutEvent } from "#domain/event.ts";
import type { Rollout } from "#domain/rollout.ts";

/** More missing events than this are answered with the state itself. It is also what a hub keeps in memory. */
export const replayMax = 500;
/** The first events go at once, those that follow in at most 20 batches a second. */
const batchEveryMs = 50;

export interface RolloutListener {
  /** Of the socket: those who stand at the same event are told together, and what they are told is written down once. */
  readonly socketId: string;
  snapshot(rollout: Rollout): void;
}

export interface RolloutHubInput {
  readonly rolloutId: string;
  /** The state as it is now; null when there is no such rollout. */
  readonly findRollout: (rolloutId: string) => Promise<Rollout | null>;
  readonly tell: (socketIds: readonly string[], events: readonly RolloutEvent[]) => void;
  readonly onTrouble: (error: unknown) => void;
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
  /** There is something new to read, up to this event; null where nobody said how far. */
  changed(seq: number | null): void;
  /** These events are committed, and nobody needs to read them. */
  written(events: readonly RolloutEvent[]): void;
  isEmpty(): boolean;
  close(): void;
}

export function createRolloutHub(db: Database, { rolloutId, findRollout, tell, onTrouble }: RolloutHubInput): RolloutHub {
  const subscriptions = new Map<RolloutListener, Subscription>();
  /** The newest events, consecutive. */
  let recent: RolloutEvent[] = [];
  let reading = false;
  let readAgain = false;
  let readAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  function changed(seq: number | null): void {
    if (closed || (seq !== null && seq <= newest())) return;
    if (reading) {
      readAgain = true;
      return;
    }
    if (timer) return;
    const waitMs = readAt + batchEveryMs - performance.now();
    if (waitMs <= 0) void read();
    else timer = setTimeout(() => void read(), waitMs);
  }

  function newest(): number {
    return recent.at(-1)?.seq ?? 0;
  }

  function written(events: readonly RolloutEvent[]): void {
    if (closed) return;
    const known = knownUpTo();
    if (known !== null && events[0]?.seq === known + 1) {
      remember(events);
      deliver([...subscriptions.values()]);
    } else changed(events.at(-1)?.seq ?? null);
  }

  function remember(events: readonly RolloutEvent[]): void {
    recent = [...recent, ...events].slice(-replayMax);
  }

  async function read(): Promise<void> {
    timer = undefined;
    reading = true;
    readAgain = false;
    readAt = performance.now();
    try {
      const from = knownUpTo();
      const events = from === null ? [] : await readEvents(db, { rolloutId, afterSeq: from, limit: replayMax });
      // What was written meanwhile is there already.
      remember(recent.length > 0 ? events.filter(({ seq }) => seq > newest()) : events);
      if (events.length === replayMax) readAgain = true;
      deliver([...subscriptions.values()]);
    } catch (error) {
      onTrouble(error);
    }
    reading = false;
    if (readAgain) changed(null);
  }

  /** What comes after it is told next; null while nobody watches. */
  function knownUpTo(): number | null {
    const sent = [...subscriptions.values()].map((subscription) => subscription.sentSeq);
    return recent.at(-1)?.seq ?? (sent.length > 0 ? Math.min(...sent) : null);
  }

  function deliver(to: readonly Subscription[]): void {
    const bySeq = new Map<number, Subscription[]>();
    for (const subscription of to) {
      if (subscription.catchingUp || subscription.sentSeq >= newest()) continue;
      const beside = bySeq.get(subscription.sentSeq);
      if (beside) beside.push(subscription);
      else bySeq.set(subscription.sentSeq, [subscription]);
    }
    for (const [sentSeq, together] of bySeq) {
      const events = recent.filter((event) => event.seq > sentSeq);
      if (events[0]?.seq === sentSeq + 1) send(together, events);
      else for (const subscription of together) void catchUp(subscription).catch(onTrouble);
    }
  }

  function send(to: readonly Subscription[], events: readonly RolloutEvent[]): void {
    for (const subscription of to) subscription.sentSeq = events.at(-1)?.seq ?? subscription.sentSeq;
    tell(
      to.map(({ listener }) => listener.socketId),
      events,
    );
  }

  /** Brings one listener to where the table is now. False when there is no such rollout. */
  async function catchUp(subscription: Subscription): Promise<boolean> {
    if (isAtHand(subscription.sentSeq)) {
      subscription.catchingUp = false;
      deliver([subscription]);
      return true;
    }
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
    deliver([subscription]);
    return true;
  }

  /** What it misses is in memory: of many who come at once, nobody asks the database. */
  function isAtHand(seq: number): boolean {
    const [first] = recent;
    return first !== undefined && first.seq <= seq + 1 && seq <= newest();
  }

  async function sendSnapshot(subscription: Subscription): Promise<void> {
    const rollout = await findRollout(rolloutId);
    if (!rollout || !subscriptions.has(subscription.listener)) return;
    subscription.sentSeq = rollout.seq;
    subscription.listener.snapshot(rollout);
  }

  async function sendMissing(subscription: Subscription): Promise<void> {
    const events = await readEvents(db, { rolloutId, afterSeq: subscription.sentSeq, limit: replayMax });
    if (events.length > 0 && subscriptions.has(subscription.listener)) send([subscription], events);
  }

  return {
    watch: async (listener, afterSeq) => {
      const subscription: Subscription = { listener, sentSeq: afterSeq, catchingUp: true };
      subscriptions.set(listener, subscription);
      try {
        if (await catchUp(subscription)) {
          changed(null);
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
    written,
    isEmpty: () => subscriptions.size === 0,
    close: () => {
      closed = true;
      clearTimeout(timer);
    },
  };
}
