import { asc, eq } from "drizzle-orm";
import { Failure } from "#domain/failure.ts";
import type { Queryable } from "../client.ts";
import { fleet } from "../schema/fleets.ts";
import { rollout } from "../schema/rollouts.ts";

/** Where a fleet is, also after it was removed. Throws Failure("not-found"). */
export async function environmentOfFleet(db: Queryable, fleetId: string): Promise<string> {
  const [row] = await db.select({ environment: fleet.environment }).from(fleet).where(eq(fleet.fleetId, fleetId));
  if (!row) throw new Failure("not-found", "There is no fleet with this identifier. It may have been removed.");
  return row.environment;
}

/** Where a rollout's fleet is. Throws Failure("not-found"). */
export async function environmentOfRollout(db: Queryable, rolloutId: string): Promise<string> {
  const [row] = await db
    .select({ environment: fleet.environment })
    .from(rollout)
    .innerJoin(fleet, eq(fleet.fleetId, rollout.fleetId))
    .where(eq(rollout.rolloutId, rolloutId));
  if (!row) throw new Failure("not-found", "There is no rollout with this identifier.");
  return row.environment;
}

/** Every environment in which there is or was a fleet, by name. */
export async function listEnvironments(db: Queryable): Promise<string[]> {
  const rows = await db.select({ environment: fleet.environment }).from(fleet).groupBy(fleet.environment).orderBy(asc(fleet.environment));
  return rows.map((row) => row.environment);
}
