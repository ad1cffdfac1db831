import { and, asc, desc, eq, gt, inArray, isNotNull, isNull, sql } from "drizzle-orm";
import { evolve } from "#domain/engine/evolve.ts";
import type { RolloutEvent } from "#domain/event.ts";
import { Failure } from "#domain/failure.ts";
import { invariant } from "#domain/invariant.ts";
import type { RolloutSummary } from "#domain/live.ts";
import type { Rollout, RolloutStatus } from "#domain/rollout.ts";
import type { Database, Queryable } from "../client.ts";
import { fleet } from "../schema/fleets.ts";
import { event, rollout } from "../schema/rollouts.ts";
import { rolloutStream, toRolloutEvent } from "./events.ts";

/** Those of fleets in these environments, newest first. */
export async function listRollouts(
  db: Database,
  query: { readonly environments: readonly string[]; readonly fleetId?: string | undefined; readonly limit: number },
): Promise<RolloutSummary[]> {
  const ofFleet = query.fleetId === undefined ? undefined : eq(rollout.fleetId, query.fleetId);
  const rows = await db
    .select({ summary: rollout.summary })
    .from(rollout)
    .innerJoin(fleet, eq(fleet.fleetId, rollout.fleetId))
    .where(and(ofFleet, inArray(fleet.environment, [...query.environments])))
    .orderBy(desc(rollout.startedAt), desc(rollout.rolloutId))
    .limit(query.limit);
  return rows.map((row) => row.summary);
}

/** What has not ended on a fleet: at most one that is active and one that is queued. */
export async function listOpenRollouts(db: Queryable, fleetId: string): Promise<RolloutSummary[]> {
  const rows = await db
    .select({ summary: rollout.summary })
    .from(rollout)
    .where(and(eq(rollout.fleetId, fleetId), isNull(rollout.endedAt)));
  return rows.map((row) => row.summary);
}

/** The rollout that ended last on a fleet, or was cancelled in the queue; null when none has. */
export async function findLastSummary(db: Queryable, fleetId: string): Promise<RolloutSummary | null> {
  const [row] = await db
    .select({ summary: rollout.summary })
    .from(rollout)
    .where(and(eq(rollout.fleetId, fleetId), isNotNull(rollout.endedAt)))
    .orderBy(desc(rollout.endedAt), desc(rollout.rolloutId))
    .limit(1);
  return row?.summary ?? null;
}

/** The folded state. Throws Failure("not-found"). */
export async function getRollout(db: Queryable, rolloutId: string): Promise<Rollout> {
  const state = await findRollout(db, rolloutId);
  if (!state) throw new Failure("not-found", "There is no rollout with this identifier.");
  return state;
}

export async function findRollout(db: Queryable, rolloutId: string): Promise<Rollout | null> {
  const [row] = await db.select(stored).from(rollout).where(eq(rollout.rolloutId, rolloutId));
  return row ? loadRollout(db, row) : null;
}

const stored = { rolloutId: rollout.rolloutId, state: rollout.state, stateSeq: rollout.stateSeq };

/** A rollout as it is now: the state that was stored last, and the events after it folded in. */
async function loadRollout(db: Queryable, { rolloutId, state, stateSeq }: Pick<typeof rollout.$inferSelect, keyof typeof stored>): Promise<Rollout> {
  const rows = await db
    .select()
    .from(event)
    .where(and(eq(event.stream, rolloutStream(rolloutId)), gt(event.seq, state === null ? 0 : stateSeq)))
    .orderBy(asc(event.seq));
  const folded = rows.reduce<Rollout | null>((before, row) => evolve(before, toRolloutEvent(rolloutId, row)), state);
  invariant(folded, `Rollout ${rolloutId} has a first event.`);
  return folded;
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

/** The newest events that name one instance, in order. */
export async function readInstanceEvents(
  db: Database,
  query: { readonly rolloutId: string; readonly instanceId: string; readonly limit: number },
): Promise<RolloutEvent[]> {
  const rows = await db
    .select()
    .from(event)
    .where(and(eq(event.stream, rolloutStream(query.rolloutId)), sql`${event.data} ->> 'instanceId' = ${query.instanceId}`))
    .orderBy(desc(event.seq))
    .limit(query.limit);
  return rows.reverse().map((row) => toRolloutEvent(query.rolloutId, row));
}

/** Number of a rollout's last event and the fleet it belongs to; null when there is no such rollout. */
export async function findLastSeq(db: Queryable, rolloutId: string): Promise<{ readonly seq: number; readonly fleetId: string } | null> {
  const [row] = await db.select({ seq: rollout.seq, fleetId: rollout.fleetId }).from(rollout).where(eq(rollout.rolloutId, rolloutId));
  return row ?? null;
}

/** Where a rollout stands and the fleet it belongs to; null when there is no such rollout. */
export async function findRolloutStatus(
  db: Queryable,
  rolloutId: string,
): Promise<{ readonly status: RolloutStatus; readonly fleetId: string } | null> {
  const [row] = await db.select({ status: rollout.status, fleetId: rollout.fleetId }).from(rollout).where(eq(rollout.rolloutId, rolloutId));
  return row ?? null;
}

/** The rollouts of a fleet that have not ended: at most one that is active, and one that waits for its end. */
export async function findOpenRollouts(
  db: Queryable,
  fleetId: string,
): Promise<{ readonly active: Rollout | null; readonly queued: Rollout | null }> {
  const rows = await db
    .select({ ...stored, status: rollout.status })
    .from(rollout)
    .where(and(eq(rollout.fleetId, fleetId), isNull(rollout.endedAt)));
  const load = async (row: (typeof rows)[number] | undefined) => (row ? loadRollout(db, row) : null);
  return {
    active: await load(rows.find(({ status }) => status !== "queued")),
    queued: await load(rows.find(({ status }) => status === "queued")),
  };
}

/** The rollout that ended last on a fleet; one that was cancelled in the queue has never been one. */
export async function findLastEnded(db: Queryable, fleetId: string): Promise<Rollout | null> {
  const [row] = await db
    .select(stored)
    .from(rollout)
    .where(and(eq(rollout.fleetId, fleetId), isNotNull(rollout.endedAt), sql`${rollout.summary} ->> 'desired' <> '0'`))
    .orderBy(desc(rollout.endedAt), desc(rollout.rolloutId))
    .limit(1);
  return row ? loadRollout(db, row) : null;
}
