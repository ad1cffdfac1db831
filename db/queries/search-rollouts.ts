import { and, asc, count, desc, eq, gte, ilike, inArray, isNull, or, type SQL, sql } from "drizzle-orm";
import { Failure } from "#domain/failure.ts";
import { type RolloutRecord, recordOf } from "#domain/history/record.ts";
import {
  type PastRollout,
  type RolloutChoices,
  type RolloutPage,
  rolloutsPerPage,
  type SearchRollouts,
  troubleStatuses,
} from "#domain/history/search.ts";
import { type ToldEvent, toldTypes } from "#domain/history/told.ts";
import type { Database } from "../client.ts";
import { event, rollout } from "../schema/rollouts.ts";
import { rolloutStream, toRolloutEvent } from "./events.ts";

const choicesMax = 200;
/** Column names in full: within the rows of a list "rollout_id" alone would be the inner one. */
const takingBack = sql.raw('select taking_back.rollout_id from rollout taking_back where taking_back.undoes = "rollout"."rollout_id"');

/** Rollouts in these environments that fit, newest first, one page of them. */
export async function searchRollouts(db: Database, search: SearchRollouts, environments: readonly string[]): Promise<RolloutPage> {
  const fits = and(inArray(fields.environment, [...environments]), ...conditionsOf(search));
  const [rows, [all]] = await Promise.all([
    db
      .select({
        summary: rollout.summary,
        fromRelease: rollout.fromRelease,
        predictedMs: rollout.predictedMs,
        takenBackBy: sql<string | null>`(${takingBack} limit 1)`,
      })
      .from(rollout)
      .where(fits)
      .orderBy(desc(rollout.startedAt), desc(rollout.rolloutId))
      .limit(rolloutsPerPage)
      .offset((search.page - 1) * rolloutsPerPage),
    db.select({ total: count() }).from(rollout).where(fits),
  ]);
  const told = await readTold(
    db,
    rows.map(({ summary }) => summary.rolloutId),
  );
  return {
    rows: rows.map(({ summary, ...rest }): PastRollout => {
      const { pauses, trips } = recordOf(summary, told.get(summary.rolloutId) ?? []);
      return { ...summary, ...rest, pauses, trips: trips.length, overridden: trips.filter(({ overridden }) => overridden).length };
    }),
    total: all?.total ?? 0,
  };
}

/** How one rollout went. Throws Failure("not-found"). */
export async function readRecord(db: Database, rolloutId: string): Promise<RolloutRecord> {
  const [row] = await db.select({ summary: rollout.summary }).from(rollout).where(eq(rollout.rolloutId, rolloutId));
  if (!row) throw new Failure("not-found", "There is no rollout with this identifier.");
  return recordOf(row.summary, (await readTold(db, [rolloutId])).get(rolloutId) ?? []);
}

/** By rollout, in order, the events that tell how it went. */
export async function readTold(db: Database, rolloutIds: readonly string[]): Promise<ReadonlyMap<string, readonly ToldEvent[]>> {
  const told = new Map<string, ToldEvent[]>(rolloutIds.map((rolloutId) => [rolloutId, []]));
  if (rolloutIds.length === 0) return told;
  const rows = await db
    .select()
    .from(event)
    .where(and(inArray(event.stream, rolloutIds.map(rolloutStream)), inArray(event.type, [...toldTypes])))
    .orderBy(asc(event.stream), asc(event.seq));
  for (const row of rows) {
    const rolloutId = row.stream.slice(rolloutStream("").length);
    told.get(rolloutId)?.push(toRolloutEvent(rolloutId, row) as ToldEvent);
  }
  return told;
}

/** Everything that rollouts in these environments can be filtered by. */
export async function readRolloutChoices(db: Database, seen: readonly string[]): Promise<RolloutChoices> {
  const isSeen = inArray(fields.environment, [...seen]);
  const distinct = async (field: keyof typeof fields) => {
    const value = fields[field];
    const rows = await db.selectDistinct({ value }).from(rollout).where(isSeen).orderBy(asc(value)).limit(choicesMax);
    return rows.map((row) => row.value);
  };
  const [fleets, environments, people, releases] = await Promise.all([
    db.selectDistinct({ fleetId: rollout.fleetId, name: fields.fleet }).from(rollout).where(isSeen).orderBy(asc(fields.fleet)).limit(choicesMax),
    distinct("environment"),
    distinct("who"),
    distinct("release"),
  ]);
  return { fleets, environments, people, releases };
}

const fields = {
  fleet: sql<string>`${rollout.summary} ->> 'fleetName'`,
  environment: sql<string>`${rollout.summary} ->> 'environment'`,
  who: sql<string>`${rollout.summary} ->> 'startedBy'`,
  release: sql<string>`${rollout.summary} ->> 'releaseName'`,
  plan: sql<string>`${rollout.summary} ->> 'planName'`,
  outcome: sql<string>`${rollout.summary} ->> 'outcome'`,
};

function conditionsOf({ fleetId, environment, result, who, release, text, since }: Omit<SearchRollouts, "page">): (SQL | undefined)[] {
  return [
    fleetId === undefined ? undefined : eq(rollout.fleetId, fleetId),
    environment === undefined ? undefined : sql`${fields.environment} = ${environment}`,
    who === undefined ? undefined : sql`${fields.who} = ${who}`,
    release === undefined ? undefined : sql`${fields.release} = ${release}`,
    since === undefined ? undefined : gte(rollout.startedAt, since),
    text === undefined ? undefined : or(...Object.values(fields).map((field) => ilike(field, `%${escapeLike(text)}%`))),
    resultCondition(result),
  ];
}

function resultCondition(result: SearchRollouts["result"]): SQL | undefined {
  if (result === undefined) return undefined;
  if (result === "open") return isNull(rollout.endedAt);
  if (result === "trouble") return or(inArray(rollout.status, [...troubleStatuses]), sql`exists (${takingBack})`);
  return eq(rollout.status, result);
}

/** What a person types is text, not a pattern. */
function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, "\\$&");
}
