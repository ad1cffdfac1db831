import { and, eq, isNull } from "drizzle-orm";
import type { Database } from "#db/client.ts";
import { notifyChange } from "#db/feed.ts";
import { type FleetRow, findFleetRow } from "#db/queries/fleets.ts";
import { loadIntervals } from "#db/queries/intervals.ts";
import { findActiveRollout, findLastEnded, readEvents } from "#db/queries/rollouts.ts";
import { fleet as fleetTable } from "#db/schema/fleets.ts";
import { rollout as rolloutTable } from "#db/schema/rollouts.ts";
import { createEvidenceKeeper, type EvidenceKeeper } from "#domain/evidence/keeper.ts";
import type { Rollout } from "#domain/rollout.ts";

/** What the database says about a fleet, as the runner last read or wrote it. Never written to in place. */
export interface Book {
  readonly row: FleetRow;
  readonly active: { readonly rollout: Rollout; readonly keeper: EvidenceKeeper } | null;
  /** The rollout that ended last. */
  readonly last: Rollout | null;
}

/** Null when the fleet was removed. */
export async function readBook(db: Database, fleetId: string): Promise<Book | null> {
  const row = await findFleetRow(db, fleetId);
  if (!row) return null;
  const rollout = await findActiveRollout(db, fleetId);
  if (!rollout) return { row, active: null, last: await findLastEnded(db, fleetId) };
  return { row, active: { rollout, keeper: createEvidenceKeeper(rollout, await loadIntervals(db, rollout.rolloutId)) }, last: null };
}

/** Whether someone else has written since: a person's command, or another holder. One small query. */
export async function isCurrent(db: Database, book: Book): Promise<boolean> {
  const [found] = await db
    .select({ rolloutId: rolloutTable.rolloutId, seq: rolloutTable.seq })
    .from(rolloutTable)
    .where(and(eq(rolloutTable.fleetId, book.row.fleet.fleetId), isNull(rolloutTable.endedAt)));
  return found?.rolloutId === book.active?.rollout.rolloutId && found?.seq === book.active?.rollout.seq;
}

/** Whether the fleet is still on record. Waits for a removal that is under way. */
export async function isThere(db: Database, fleetId: string): Promise<boolean> {
  const rows = await db
    .select({ fleetId: fleetTable.fleetId })
    .from(fleetTable)
    .where(and(eq(fleetTable.fleetId, fleetId), isNull(fleetTable.removedAt)))
    .for("share");
  return rows.length > 0;
}

/** Milliseconds since the rollout's last event: whoever wrote that was there. */
export async function quietMs(db: Database, { rolloutId, seq }: Rollout, now: number): Promise<number> {
  const [last] = await readEvents(db, { rolloutId, afterSeq: seq - 1, limit: 1 });
  return Math.max(0, now - (last?.at ?? 0));
}

/** A new fleet's single release is proven once every instance is healthy on it. */
export async function markProven(db: Database, fleetId: string, releaseId: string): Promise<void> {
  await db.transaction(async (tx) => {
    await tx
      .update(fleetTable)
      .set({ provenReleaseId: releaseId })
      .where(and(eq(fleetTable.fleetId, fleetId), isNull(fleetTable.provenReleaseId)));
    await notifyChange(tx, { fleetId, rolloutId: null, seq: null });
  });
}
