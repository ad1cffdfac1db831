import { inArray, isNull, or, sql } from "drizzle-orm";
import type { PoolClient } from "pg";
import { z } from "zod";
import type { Database, Queryable } from "./client.ts";
import { rollout } from "./schema/rollouts.ts";

/** Something about a fleet was committed. `rolloutId` and `seq` are null when it was not a rollout's event. */
const Change = z.object({ fleetId: z.string(), rolloutId: z.string().nullable(), seq: z.number().nullable() });
export type Change = z.infer<typeof Change>;

/** Tells who listens that there is something to read. It carries no data: the tables are read, by sequence number. */
export interface Feed {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** The listener is called once for each change, and must not throw. Returns what ends it. */
  subscribe(listener: (change: Change) => void): () => void;
}

const channel = "tideline";
/** The net below NOTIFY: what a lost connection swallowed is found this much later. */
const pollEveryMs = 1_000;
const reconnectMsMin = 250;
const reconnectMsMax = 5_000;

/** Called inside the transaction that changes something: PostgreSQL delivers it at the commit, or never. */
export async function notifyChange(db: Queryable, change: Change): Promise<void> {
  await db.execute(sql`select pg_notify(${channel}, ${JSON.stringify(change)})`);
}

export function createFeed(db: Database, onTrouble: (error: unknown) => void = () => {}): Feed {
  const listeners = new Set<(change: Change) => void>();
  /** Active rollouts and the last sequence number told, so that the poll tells nothing twice. */
  let told = new Map<string, number>();
  let client: PoolClient | null = null;
  let stopped = true;
  let reconnectMs = reconnectMsMin;
  let pollTimer: NodeJS.Timeout | undefined;
  let connectTimer: NodeJS.Timeout | undefined;

  function tell(change: Change): void {
    if (change.rolloutId !== null && change.seq !== null) {
      if (change.seq <= (told.get(change.rolloutId) ?? 0)) return;
      told.set(change.rolloutId, change.seq);
    }
    for (const listener of listeners) listener(change);
  }

  async function listen(): Promise<void> {
    try {
      const connected = await db.$client.connect();
      if (stopped) return connected.release(true);
      client = connected;
      connected.on("notification", ({ payload }) => {
        const change = Change.safeParse(parseJson(payload));
        if (change.success) tell(change.data);
      });
      connected.once("error", (error) => lose(connected, error));
      connected.once("end", () => lose(connected, new Error("The connection of the feed ended.")));
      await connected.query(`listen ${channel}`);
      reconnectMs = reconnectMsMin;
    } catch (error) {
      lose(client, error);
    }
  }

  function lose(lost: PoolClient | null, error: unknown): void {
    if (stopped || lost !== client) return;
    client = null;
    lost?.release(true);
    onTrouble(error);
    connectTimer = setTimeout(() => void listen(), reconnectMs);
    reconnectMs = Math.min(reconnectMs * 2, reconnectMsMax);
  }

  async function poll(): Promise<void> {
    try {
      await pollOnce();
    } catch (error) {
      onTrouble(error);
    }
    if (!stopped) pollTimer = setTimeout(() => void poll(), pollEveryMs);
  }

  async function pollOnce(): Promise<void> {
    const known = [...told.keys()];
    const rows = await db
      .select({ rolloutId: rollout.rolloutId, fleetId: rollout.fleetId, seq: rollout.seq, endedAt: rollout.endedAt })
      .from(rollout)
      .where(known.length > 0 ? or(isNull(rollout.endedAt), inArray(rollout.rolloutId, known)) : isNull(rollout.endedAt));
    for (const { endedAt: _, ...change } of rows) tell(change);
    told = new Map(rows.filter((row) => row.endedAt === null).map((row) => [row.rolloutId, Math.max(row.seq, told.get(row.rolloutId) ?? 0)]));
  }

  return {
    start: async () => {
      stopped = false;
      await listen();
      pollTimer = setTimeout(() => void poll(), pollEveryMs);
    },
    stop: async () => {
      stopped = true;
      clearTimeout(pollTimer);
      clearTimeout(connectTimer);
      client?.removeAllListeners();
      client?.on("error", () => {});
      client?.release(true);
      client = null;
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return null;
  }
}
