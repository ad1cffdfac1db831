import { and, asc, eq, gte, lt } from "drizzle-orm";
import { historyKeptMs, type StoredPart } from "#domain/evidence/history.ts";
import type { Queryable } from "../client.ts";
import { instanceHistory } from "../schema/samples.ts";

/** What each instance of a fleet did in the last hour, in parts, oldest first. */
export async function readHistory(db: Queryable, fleetId: string, now: number): Promise<StoredPart[]> {
  const rows = await db
    .select({ at: instanceHistory.at, hosts: instanceHistory.hosts, lengths: instanceHistory.lengths })
    .from(instanceHistory)
    .where(and(eq(instanceHistory.fleetId, fleetId), gte(instanceHistory.at, now - historyKeptMs)))
    .orderBy(asc(instanceHistory.at));
  return rows;
}

/** Stores parts that are over, once, and forgets those that are too old to be asked for. */
export async function writeHistory(db: Queryable, fleetId: string, parts: readonly StoredPart[], now: number): Promise<void> {
  if (parts.length === 0) return;
  await db
    .insert(instanceHistory)
    .values(parts.map(({ at, hosts, lengths }) => ({ fleetId, at, hosts, lengths })))
    .onConflictDoNothing();
  await db.delete(instanceHistory).where(and(eq(instanceHistory.fleetId, fleetId), lt(instanceHistory.at, now - historyKeptMs)));
}
