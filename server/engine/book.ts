import { and, desc, eq, isNull } from "drizzle-orm";
import type { Database } from "#db/client.ts";
import { rolloutStream } from "#db/queries/events.ts";
import { type FleetRow, findFleetRow } from "#db/queries/fleets.ts";
import { loadIntervals } from "#db/queries/intervals.ts";
import { findLastEnded, findOpenRollouts } from "#db/queries/rollouts.ts";
import { fleet as fleetTable } from "#db/schema/fleets.ts";
import { event as eventTable, rollout as rolloutTable } from "#db/schema/rollouts.ts";
import { createEvidenceKeeper, type EvidenceKeeper } from "#domain/evidence/keeper.ts";
import type { Rollout } from "#domain/rollout.ts";

/** What the database says about a fleet, as the runner last read or wrote it. Never written to in place. */
export interface Book {
  readonly row: FleetRow;
  readonly active: { readonly rollout: Rollout; readonly keeper: EvidenceKeeper } | null;
  /** Waits for the active one to succeed. */
  readonly queued: Rollout | null;
  /** The rollout that ended last. */
  readonly last: Rollout | null;
}

/** Null when the fleet was removed. */
export async function readBook(db: Database, fleetId: string): Promise<Book | null> {
  const row = await findFleetRow(db, fleetId);
  if (!row) return null;
  const { active, queued } = await findOpenRollouts(db, fleetId);
  const last = await findLastEnded(db, fleetId);
  if (!active) return { row, active: null, queued, last };
  return { row, active: { rollout: active, keeper: createEvidenceKeeper(active, await loadIntervals(db, active.rolloutId)) }, queued, last };
}

/** Whether someone else has written since: a person's command, or another holder. One small query. */
export async function isCurrent(db: Database, { row, active, queued }: Book): Promise<boolean> {
  const found = await db
    .select({ fleetSeq: fleetTable.seq, rolloutId: rolloutTable.rolloutId, seq: rolloutTable.seq })
    .from(fleetTable)
    .leftJoin(rolloutTable, and(eq(rolloutTable.fleetId, fleetTable.fleetId), isNull(rolloutTable.endedAt)))
    .where(and(eq(fleetTable.fleetId, row.fleet.fleetId), isNull(fleetTable.removedAt)));
  const known = [active?.rollout, queued].filter((rollout) => rollout != null);
  const seqs = new Map(found.map(({ rolloutId, seq }) => [rolloutId, seq]));
  seqs.delete(null);
  return found[0]?.fleetSeq === row.seq && seqs.size === known.length && known.every(({ rolloutId, seq }) => seqs.get(rolloutId) === seq);
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
export async function quietMs(db: Database, { rolloutId }: Rollout, now: number): Promise<number> {
  const [last] = await db
    .select({ at: eventTable.at })
    .from(eventTable)
    .where(eq(eventTable.stream, rolloutStream(rolloutId)))
    .orderBy(desc(eventTable.seq))
    .limit(1);
  return Math.max(0, now - (last?.at ?? 0));
}
