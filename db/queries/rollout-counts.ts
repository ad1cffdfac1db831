import { and, count, eq, isNull } from "drizzle-orm";
import type { RolloutSummary } from "#domain/live.ts";
import type { RolloutStatus } from "#domain/rollout.ts";
import type { Database } from "../client.ts";
import { fleet } from "../schema/fleets.ts";
import { rollout } from "../schema/rollouts.ts";

export interface RolloutCount {
  readonly fleet: string;
  readonly status: RolloutStatus;
  readonly count: number;
}

export interface OpenRolloutRow {
  readonly fleet: string;
  readonly summary: RolloutSummary;
}

/** How many rollouts each fleet has in each status, and those that have not ended. Without the fleets that were removed. */
export async function readRolloutCounts(db: Database): Promise<{ rollouts: RolloutCount[]; open: OpenRolloutRow[] }> {
  const ofFleet = and(eq(fleet.fleetId, rollout.fleetId), isNull(fleet.removedAt));
  const [rollouts, open] = await Promise.all([
    db
      .select({ fleet: fleet.name, status: rollout.status, count: count() })
      .from(rollout)
      .innerJoin(fleet, ofFleet)
      .groupBy(fleet.name, rollout.status),
    db.select({ fleet: fleet.name, summary: rollout.summary }).from(rollout).innerJoin(fleet, ofFleet).where(isNull(rollout.endedAt)),
  ]);
  return { rollouts, open };
}
