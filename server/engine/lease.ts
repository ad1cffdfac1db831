import { and, eq, sql } from "drizzle-orm";
import type { Database, Transaction } from "#db/client.ts";
import { lease } from "#db/schema/fleets.ts";
import type { Fencing } from "#server/drivers/driver.ts";
import { isHolderGone } from "./holder.ts";

/** One lease per fleet, in database time. */
export const leaseTtlMs = 10_000;
export const leaseRenewEveryMs = 3_000;
/** A holder stops acting this long before its lease could be taken by another. */
const safetyMs = 1_500;

export interface HeldLease {
  readonly fleetId: string;
  /** Grows at each take: the proof that whoever acts is the newest holder. */
  readonly token: number;
  /** How long nobody had acted when it was taken; null when the fleet never had a holder. */
  readonly downMs: number | null;
  /** False from shortly before another could take it: then nothing may be done. */
  isValid(): boolean;
  /** Monotonic milliseconds left until `isValid` turns false. */
  leftMs(): number;
  /** Aborted when `isValid` turns false: what the world could not refuse later ends by it. Renewed in time after all, there is a new one. */
  readonly signal: AbortSignal;
}

/** Thrown inside a transaction: someone else acts for this fleet now, or the lease ran out. */
export class LeaseLost extends Error {
  override readonly name = "LeaseLost";
}

export interface Leases {
  /**
   * Null while another holds it, and for `lingerMs` after it ran out without being given back: so long, what its holder
   * asked of the world may still be under way there. Throws when the database cannot be reached.
   */
  take(fleetId: string, lingerMs?: LingerMs): Promise<HeldLease | null>;
  /** Renews all that are held, in one statement; what could not be renewed is lost at once. */
  renew(): Promise<void>;
  /** Ends what is under way by it and gives it back, so that a successor need not wait. */
  release(fleetId: string): Promise<void>;
  held(fleetId: string): HeldLease | null;
}

/** Asked within the transaction, and only of a lease that has run out. */
export type LingerMs = (tx: Transaction) => Promise<number>;

interface Entry {
  readonly token: number;
  readonly downMs: number | null;
  ended: AbortController;
  validUntil: number;
  timer?: NodeJS.Timeout;
}

export function createLeases(db: Database, holder: string, monotonic: () => number = () => performance.now()): Leases {
  const entries = new Map<string, Entry>();

  function held(fleetId: string): HeldLease | null {
    const entry = entries.get(fleetId);
    if (!entry) return null;
    const isCurrent = () => entries.get(fleetId) === entry;
    return {
      fleetId,
      token: entry.token,
      downMs: entry.downMs,
      isValid: () => isCurrent() && monotonic() < entry.validUntil,
      leftMs: () => (isCurrent() ? Math.max(0, entry.validUntil - monotonic()) : 0),
      get signal() {
        return entry.ended.signal;
      },
    };
  }

  function prolong(entry: Entry, askedAt: number): void {
    entry.validUntil = askedAt + leaseTtlMs - safetyMs;
    clearTimeout(entry.timer);
    if (entry.ended.signal.aborted) entry.ended = new AbortController();
    entry.timer = setTimeout(() => entry.ended.abort(), Math.max(0, entry.validUntil - monotonic())).unref();
  }

  function forget(fleetId: string): void {
    const entry = entries.get(fleetId);
    entries.delete(fleetId);
    clearTimeout(entry?.timer);
    entry?.ended.abort();
  }

  return {
    held,
    take: async (fleetId, lingerMs = async () => 0) => {
      const askedAt = monotonic();
      const taken = await db.transaction((tx) => takeIn(tx, fleetId, holder, lingerMs));
      if (!taken) return null;
      forget(fleetId);
      const entry: Entry = { ...taken, ended: new AbortController(), validUntil: 0 };
      prolong(entry, askedAt);
      entries.set(fleetId, entry);
      return held(fleetId);
    },
    renew: async () => {
      if (entries.size === 0) return;
      const askedAt = monotonic();
      const asked = new Map(entries);
      const { rows } = await db.execute<{ fleet_id: string }>(sql`
        update lease set expires_at = clock_timestamp() + ${leaseTtlMs} * interval '1 millisecond'
        where holder = ${holder} and expires_at > clock_timestamp()
          and fleet_id = any(${sql.param([...asked.keys()])}::uuid[])
        returning fleet_id`);
      const renewed = new Set(rows.map((row) => row.fleet_id));
      for (const [fleetId, entry] of asked) {
        if (entries.get(fleetId) !== entry) continue;
        if (renewed.has(fleetId)) prolong(entry, askedAt);
        else forget(fleetId);
      }
    },
    release: async (fleetId) => {
      const entry = entries.get(fleetId);
      if (!entry) return;
      forget(fleetId);
      await db
        .update(lease)
        .set({ holder: "", expiresAt: sql`clock_timestamp()` })
        .where(and(eq(lease.fleetId, fleetId), eq(lease.token, entry.token)));
    },
  };
}

/** By what a call to this part of the world ends beside its deadline: where a late one could not be refused, with the lease. */
export function endOf({ fencing }: { readonly fencing: Fencing }, lease: Pick<HeldLease, "signal">): AbortSignal | undefined {
  return fencing === "lease-only" ? lease.signal : undefined;
}

/** Throws LeaseLost unless the token is the newest and still valid; holds it so until the transaction ends. */
export async function requireLease(tx: Transaction, fleetId: string, token: number): Promise<void> {
  const { rows } = await tx.execute<{ token: string }>(sql`
    select token from lease where fleet_id = ${fleetId} and token = ${token} and expires_at > clock_timestamp() for share`);
  if (rows.length === 0) throw new LeaseLost(`The lease ${token} on fleet ${fleetId} is no longer ours.`);
}

async function takeIn(tx: Transaction, fleetId: string, holder: string, lingerMs: LingerMs): Promise<Pick<HeldLease, "token" | "downMs"> | null> {
  const created = await tx.execute(sql`
    insert into lease (fleet_id, holder, token, expires_at)
    values (${fleetId}, ${holder}, 1, clock_timestamp() + ${leaseTtlMs} * interval '1 millisecond')
    on conflict (fleet_id) do nothing returning token`);
  if (created.rows.length > 0) return { token: 1, downMs: null };
  const { rows } = await tx.execute<{ holder: string; left_ms: string }>(sql`
    select holder, extract(epoch from expires_at - clock_timestamp()) * 1000 as left_ms from lease where fleet_id = ${fleetId} for update`);
  const before = rows[0];
  if (!before) return null;
  const leftMs = Number(before.left_ms);
  const released = before.holder === "";
  if (!released && !isHolderGone(before.holder)) {
    if (leftMs > 0) return null;
    // Our own has ended what was under way when it ran out.
    if (before.holder !== holder && -leftMs < (await lingerMs(tx))) return null;
  }
  const downMs = Math.max(0, Math.round(released ? -leftMs : leaseTtlMs - leftMs));
  const taken = await tx.execute<{ token: string }>(sql`
    update lease set holder = ${holder}, token = token + 1, expires_at = clock_timestamp() + ${leaseTtlMs} * interval '1 millisecond'
    where fleet_id = ${fleetId} returning token`);
  return { token: Number(taken.rows[0]?.token), downMs };
}
