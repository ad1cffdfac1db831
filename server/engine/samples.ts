import { sql } from "drizzle-orm";
import type { Database } from "#db/client.ts";
import type { SampleTotals } from "#db/queries/samples.ts";
import { sample } from "#db/schema/samples.ts";

/**
 * Stores sums of 10 s. After a restart the same stretch may be read again, whole or in part, so the fuller of two
 * counts stands.
 */
export async function writeSamples(db: Database, fleetId: string, totals: readonly SampleTotals[]): Promise<void> {
  if (totals.length === 0) return;
  await db
    .insert(sample)
    .values(totals.map((each) => ({ fleetId, ...each })))
    .onConflictDoUpdate({
      target: [sample.fleetId, sample.widthMs, sample.at, sample.releaseId],
      set: {
        requests: sql`excluded.requests`,
        failed: sql`excluded.failed`,
        cut: sql`excluded.cut`,
        bins: sql`excluded.bins`,
        usage: sql`excluded.usage`,
      },
      setWhere: sql`excluded.requests > ${sample.requests}`,
    });
}
