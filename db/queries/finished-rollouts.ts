import { and, desc, eq, gte, inArray, sql } from "drizzle-orm";
import { recordOf } from "#domain/history/record.ts";
import type { FinishedRollout } from "#domain/insights/finished.ts";
import type { Database } from "../client.ts";
import { fleet, release } from "../schema/fleets.ts";
import { rollout } from "../schema/rollouts.ts";
import { sample } from "../schema/samples.ts";
import { readTold } from "./search-rollouts.ts";

/** More would take longer than somebody waits; the newest are the ones that tell how it is now. */
export const finishedMax = 500;
/** A sample is stored under the start of its ten seconds. */
const sampleWidthMs = 10_000;

/** Rollouts in these environments that ended since a moment, engine time, newest first: all that insights are computed from. */
export async function readFinished(
  db: Database,
  { since, environments }: { readonly since: number; readonly environments: readonly string[] },
): Promise<FinishedRollout[]> {
  const rows = await db
    .select({ summary: rollout.summary, predictedMs: rollout.predictedMs, releaseId: release.releaseId, recordedAt: release.recordedAt })
    .from(rollout)
    .innerJoin(fleet, eq(fleet.fleetId, rollout.fleetId))
    .leftJoin(release, and(eq(release.service, fleet.service), sql`${release.name} = ${rollout.summary} ->> 'releaseName'`))
    .where(and(gte(rollout.endedAt, since), inArray(fleet.environment, [...environments])))
    .orderBy(desc(rollout.endedAt))
    .limit(finishedMax);
  const ids = rows.map(({ summary }) => summary.rolloutId);
  const [told, takenBack] = await Promise.all([readTold(db, ids), readTakenBack(db, ids)]);
  const finished = rows.map(({ summary, predictedMs, releaseId, recordedAt }) => {
    const endedAt = summary.endedAt ?? summary.startedAt;
    const back = takenBack.get(summary.rolloutId) ?? null;
    const record = recordOf(summary, told.get(summary.rolloutId) ?? []);
    const rest = { releaseRecordedAt: recordedAt?.getTime() ?? null, takenBack: back, served: null };
    return { releaseId, rollout: { summary, endedAt, record, predictedMs, ...rest } satisfies FinishedRollout };
  });
  return Promise.all(
    finished.map(async ({ releaseId, rollout: each }): Promise<FinishedRollout> => {
      if (releaseId === null || (each.record.turnedBack === null && each.takenBack === null)) return each;
      const until = each.takenBack ? (each.takenBack.endedAt ?? Number.MAX_SAFE_INTEGER) : each.endedAt;
      return { ...each, served: await readServed(db, { fleetId: each.summary.fleetId, releaseId, from: each.summary.startedAt, until }) };
    }),
  );
}

async function readTakenBack(db: Database, rolloutIds: readonly string[]): Promise<ReadonlyMap<string, NonNullable<FinishedRollout["takenBack"]>>> {
  if (rolloutIds.length === 0) return new Map();
  const rows = await db
    .select({ undoes: rollout.undoes, rolloutId: rollout.rolloutId, startedAt: rollout.startedAt, endedAt: rollout.endedAt, status: rollout.status })
    .from(rollout)
    .where(inArray(rollout.undoes, [...rolloutIds]))
    .orderBy(rollout.startedAt);
  return new Map(
    rows.map(({ undoes, rolloutId, startedAt, endedAt, status }) => [
      undoes ?? "",
      { rolloutId, startedAt, endedAt, restored: status === "rolled-back" },
    ]),
  );
}

interface ServedQuestion {
  readonly fleetId: string;
  readonly releaseId: string;
  readonly from: number;
  readonly until: number;
}

/** What a release answered on a fleet in that time; null when no sample of it is kept. */
async function readServed(db: Database, { fleetId, releaseId, from, until }: ServedQuestion): Promise<FinishedRollout["served"]> {
  const [row] = await db
    .select({ requests: sql<string | null>`sum(${sample.requests})`, failed: sql<string | null>`sum(${sample.failed})` })
    .from(sample)
    .where(and(eq(sample.fleetId, fleetId), eq(sample.releaseId, releaseId), gte(sample.at, from - sampleWidthMs), sql`${sample.at} < ${until}`));
  return row?.requests == null ? null : { requests: Number(row.requests), failed: Number(row.failed) };
}
