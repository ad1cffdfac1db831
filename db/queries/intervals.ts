import { and, asc, eq, gt, lte } from "drizzle-orm";
import type { EvidenceInterval } from "#domain/evidence/interval.ts";
import type { Database } from "../client.ts";
import { evidenceInterval } from "../schema/samples.ts";

interface IntervalRange {
  /** Left out, or null: from the first. */
  readonly after?: number | null;
  /** Engine time of the last one wanted; left out: to the newest. */
  readonly until?: number;
}

/** Every interval of a rollout in order, or some of them: its evidence is computed from these and nothing else. */
export async function loadIntervals(db: Database, rolloutId: string, { after = null, until }: IntervalRange = {}): Promise<EvidenceInterval[]> {
  const rows = await db
    .select({ data: evidenceInterval.data })
    .from(evidenceInterval)
    .where(
      and(
        eq(evidenceInterval.rolloutId, rolloutId),
        after === null ? undefined : gt(evidenceInterval.number, after),
        until === undefined ? undefined : lte(evidenceInterval.at, until),
      ),
    )
    .orderBy(asc(evidenceInterval.number));
  // Written by the engine alone, in this shape.
  return rows.map((row) => row.data as EvidenceInterval);
}
