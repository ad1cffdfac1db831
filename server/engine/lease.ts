import { and, eq, sql } from "drizzle-orm";
import type { Database, Transaction } from "#db/client.ts";
import { lease } from "#db/schema/fleets.ts";
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
  /** Monotonic milliseconds left until `isValid` turns false; a call to the world must end before. */
  leftMs(): number;
}

/** Thrown inside a transaction: someone else acts for this fleet now, or the lease ran out. */
export class LeaseLost extends Error {
  override readonly name = "LeaseLost";
}

export interface Leases {
  /** Null while another holds it. Throws when the database cannot be reached. */
  take(fleetId: string): Promise<HeldLease | null>;
  /** Renews all that are held, in one statement; what could not be renewed is lost at once. */
  renew(): Promise<void>;
  /** Gives one back, so that a successor need not wait. */
  release(fleetId: string): Promise<void>;
  held(fleetId: string): HeldLease | null;
}

interface Entry {
  token: number;
  downMs: number | null;
  validUntil: number;
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
    };
  }

  return {
    held,
    take: async (fleetId) => {
      const askedAt = monotonic();
      const taken = await db.transaction((tx) => takeIn(tx, fleetId, holder));
      if (!taken) return null;
      entries.set(fleetId, { ...taken, validUntil: askedAt + leaseTtlMs - safetyMs });
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
        if (renewed.has(fleetId)) entry.validUntil = askedAt + leaseTtlMs - safetyMs;
        else if (entries.get(fleetId) === entry) entries.delete(fleetId);
      }
    },
    release: async (fleetId) => {
      const entry = entries.get(fleetId);
      if (!entry) return;
      entries.delete(fleetId);
      await db
        .update(lease)
        .set({ holder: "", expiresAt: sql`clock_timestamp()` })
        .where(and(eq(lease.fleetId, fleetId), eq(lease.token, entry.token)));
    },
  };
}

/** Throws LeaseLost unless the token is the newest and still valid; holds it so until the transaction ends. */
export async function requireLease(tx: Transaction, fleetId: string, token: number): Promise<void> {
  const { rows } = await tx.execute<{ token: string }>(sql`
    select token from lease where fleet_id = ${fleetId} and token = ${token} and expires_at > clock_timestamp() for share`);
  if (rows.length === 0) throw new LeaseLost(`The lease ${token} on fleet ${fleetId} is no longer ours.`);
}

async function takeIn(tx: Transaction, fleetId: string, holder: string): Promise<{ token: number; downMs: number | null } | null> {
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
  if (!released && leftMs > 0 && !isHolderGone(before.holder)) return null;
  const downMs = Math.max(0, Math.round(released ? -leftMs : leaseTtlMs - leftMs));
  const taken = await tx.execute<{ token: string }>(sql`
    update lease set holder = ${holder}, token = token + 1, expires_at = clock_timestamp() + ${leaseTtlMs} * interval '1 millisecond'
    where fleet_id = ${fleetId} returning token`);
  return { token: Number(taken.rows[0]?.token), downMs };
}
