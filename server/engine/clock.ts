import { sql } from "drizzle-orm";
import type { Database } from "#db/client.ts";

/** Engine time, milliseconds since 1970. */
export interface Clock {
  now(): number;
  /** Asks the source of time again. Throws when it cannot be reached; the clock goes on from what it had. */
  sync(): Promise<void>;
}

/** A jump below this is rounding and network; time then stays smooth. */
const driftMsTolerated = 50;

/**
 * The database's time at the last sync plus the monotonic time since: every replica agrees, and a host whose wall clock
 * jumps changes nothing. Never runs backwards.
 */
export function createDatabaseClock(db: Database): Clock {
  let base: { readonly database: number; readonly monotonic: number } | null = null;
  let latest = 0;
  const estimate = () => (base === null ? Date.now() : base.database + performance.now() - base.monotonic);
  return {
    now: () => {
      latest = Math.max(latest, Math.round(estimate()));
      return latest;
    },
    sync: async () => {
      const askedAt = performance.now();
      const { rows } = await db.execute<{ now: string }>(sql`select extract(epoch from clock_timestamp()) * 1000 as now`);
      const answeredAt = performance.now();
      const measured = { database: Number(rows[0]?.now), monotonic: (askedAt + answeredAt) / 2 };
      const drift = base === null ? Number.POSITIVE_INFINITY : measured.database - (base.database + measured.monotonic - base.monotonic);
      if (Math.abs(drift) > driftMsTolerated) base = measured;
    },
  };
}
