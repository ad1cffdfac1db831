import { and, asc, eq, isNull } from "drizzle-orm";
import { Failure } from "#domain/failure.ts";
import type { Fleet } from "#domain/fleet.ts";
import type { Queryable } from "../client.ts";
import { fleet, type HeldRelease } from "../schema/fleets.ts";

/** A fleet with what rollouts have made of it. */
export interface FleetRow {
  readonly fleet: Fleet;
  /** Instance id → the release that should run there. */
  readonly assigned: Readonly<Record<string, string>>;
  readonly heldRelease: HeldRelease | null;
  readonly createdAt: number;
}

/** Every fleet that was not removed, by name. */
export async function listFleetRows(db: Queryable): Promise<FleetRow[]> {
  const rows = await db.select().from(fleet).where(isNull(fleet.removedAt)).orderBy(asc(fleet.name));
  return rows.map(toFleetRow);
}

export async function listFleetIds(db: Queryable): Promise<string[]> {
  const rows = await db.select({ fleetId: fleet.fleetId }).from(fleet).where(isNull(fleet.removedAt)).orderBy(asc(fleet.createdAt));
  return rows.map((row) => row.fleetId);
}

export async function findFleetRow(db: Queryable, fleetId: string): Promise<FleetRow | null> {
  const [row] = await db
    .select()
    .from(fleet)
    .where(and(eq(fleet.fleetId, fleetId), isNull(fleet.removedAt)));
  return row ? toFleetRow(row) : null;
}

/** Throws Failure("not-found"). */
export async function getFleetRow(db: Queryable, fleetId: string): Promise<FleetRow> {
  const row = await findFleetRow(db, fleetId);
  if (!row) throw new Failure("not-found", "There is no fleet with this identifier. It may have been removed.");
  return row;
}

export async function findFleetByName(db: Queryable, name: string): Promise<FleetRow | null> {
  const [row] = await db
    .select()
    .from(fleet)
    .where(and(eq(fleet.name, name), isNull(fleet.removedAt)));
  return row ? toFleetRow(row) : null;
}

/** The proven release moves with rollouts, so its column is the truth and not the definition. */
function toFleetRow(row: typeof fleet.$inferSelect): FleetRow {
  return {
    fleet: { ...row.definition, provenReleaseId: row.provenReleaseId },
    assigned: row.assigned,
    heldRelease: row.heldRelease,
    createdAt: row.createdAt.getTime(),
  };
}
