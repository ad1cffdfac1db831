import { and, asc, desc, eq, gt, isNotNull, isNull } from "drizzle-orm";
import type { RolloutEvent } from "#domain/event.ts";
import { Failure } from "#domain/failure.ts";
import type { RolloutSummary } from "#domain/live.ts";
import type { Rollout } from "#domain/rollout.ts";
import type { Database } from "../client.ts";
import { event, rollout } from "../schema/rollouts.ts";
import { rolloutStream, toRolloutEvent } from "./events.ts";

/** Newest first. */
export async function listRollouts(
  db: Database,
  query: { readonly fleetId?: string | undefined; readonly limit: number },
): Promise<RolloutSummary[]> {
  const rows = await db
    .select({ summary: rollout.summary })
    .from(rollout)
    .where(query.fleetId === undefined ? undefined : eq(rollout.fleetId, query.fleetId))
    .orderBy(desc(rollout.startedAt), desc(rollout.rolloutId))
    .limit(query.limit);
  return rows.map((row) => row.summary);
}

/** The folded state. Throws Failure("not-found"). */
export async function getRollout(db: Database, rolloutId: string): Promise<Rollout> {
  const state = await findRollout(db, rolloutId);
  if (!state) throw new Failure("not-found", "There is no rollout with this identifier.");
  return state;
}

export async function findRollout(db: Database, rolloutId: string): Promise<Rollout | null> {
  const [row] = await db.select({ state: rollout.state }).from(rollout).where(eq(rollout.rolloutId, rolloutId));
  return row?.state ?? null;
}

/** The next events after a sequence number, in order. */
export async function readEvents(
  db: Database,
  query: { readonly rolloutId: string; readonly afterSeq: number; readonly limit: number },
): Promise<RolloutEvent[]> {
  const rows = await db
    .select()
    .from(event)
    .where(and(eq(event.stream, rolloutStream(query.rolloutId)), gt(event.seq, query.afterSeq)))
    .orderBy(asc(event.seq))
    .limit(query.limit);
  return rows.map((row) => toRolloutEvent(query.rolloutId, row));
}

/** Number of a rollout's last event and the fleet it belongs to; null when there is no such rollout. */
export async function findLastSeq(db: Database, rolloutId: string): Promise<{ readonly seq: number; readonly fleetId: string } | null> {
  const [row] = await db.select({ seq: rollout.seq, fleetId: rollout.fleetId }).from(rollout).where(eq(rollout.rolloutId, rolloutId));
  return row ?? null;
}

export async function findActiveRollout(db: Database, fleetId: string): Promise<Rollout | null> {
  const [row] = await db
    .select({ state: rollout.state })
    .from(rollout)
    .where(and(eq(rollout.fleetId, fleetId), isNull(rollout.endedAt)));
  return row?.state ?? null;
}

/** The rollout that ended last on a fleet: what it set aside stays aside until the next one. */
export async function findLastEnded(db: Database, fleetId: string): Promise<Rollout | null> {
  const [row] = await db
    .select({ state: rollout.state })
    .from(rollout)
    .where(and(eq(rollout.fleetId, fleetId), isNotNull(rollout.endedAt)))
    .orderBy(desc(rollout.startedAt), desc(rollout.rolloutId))
    .limit(1);
  return row?.state ?? null;
}
