import { and, asc, eq, gt } from "drizzle-orm";
import type { EvidenceInterval } from "#domain/evidence/interval.ts";
import type { Database } from "../client.ts";
import { evidenceInterval } from "../schema/samples.ts";

/** Every interval of a rollout in order, or those after a number: its evidence is computed from these and nothing else. */
export async function loadIntervals(db: Database, rolloutId: string, after: number | null = null): Promise<EvidenceInterval[]> {
  const ofRollout = eq(evidenceInterval.rolloutId, rolloutId);
  const rows = await db
    .select({ data: evidenceInterval.data })
    .from(evidenceInterval)
    .where(after === null ? ofRollout : and(ofRollout, gt(evidenceInterval.number, after)))
    .orderBy(asc(evidenceInterval.number));
  // Written by the engine alone, in this shape.
  return rows.map((row) => row.data as EvidenceInterval);
}
