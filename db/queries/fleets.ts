import { and, asc, eq, isNull } from "drizzle-orm";
import type { FleetAlert } from "#domain/alert.ts";
import { Failure } from "#domain/failure.ts";
import type { Fleet, FleetState, Freeze, HeldRelease } from "#domain/fleet.ts";
import type { Queryable, Transaction } from "../client.ts";
import { fleet } from "../schema/fleets.ts";

/** A fleet with what rollouts have made of it. */
export interface FleetRow {
  readonly fleet: Fleet;
  /** Instance id → the release that should run there. */
  readonly assigned: Readonly<Record<string, string>>;
  readonly heldRelease: HeldRelease | null;
  readonly freeze: Freeze | null;
  readonly alerts: readonly FleetAlert[];
  /** Number of the last event of the fleet's own stream; 0 before the first. */
  readonly seq: number;
  readonly createdAt: number;
}

/** What the engine decides on. */
export function toFleetState({ fleet, assigned, heldRelease, freeze, alerts }: FleetRow): FleetState {
  return { fleet, assigned, held: heldRelease, freeze, alerts };
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

/** Whether there is such a fleet, without its instances: a large fleet's row is large. */
export async function hasFleet(db: Queryable, fleetId: string): Promise<boolean> {
  const rows = await db
    .select({ fleetId: fleet.fleetId })
    .from(fleet)
    .where(and(eq(fleet.fleetId, fleetId), isNull(fleet.removedAt)));
  return rows.length > 0;
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

/** The fleet, and its row held until the transaction ends: whoever changes a fleet or one of its rollouts queues here. */
export async function lockFleetRow(tx: Transaction, fleetId: string): Promise<FleetRow> {
  const [row] = await tx
    .select()
    .from(fleet)
    .where(and(eq(fleet.fleetId, fleetId), isNull(fleet.removedAt)))
    // Weaker than "update": rows that only refer to the fleet are still written beside it.
    .for("no key update");
  if (!row) throw new Failure("not-found", "There is no fleet with this identifier. It may have been removed.");
  return toFleetRow(row);
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
    // One that was written before fleets had a choice of sources has none in its definition.
    fleet: { ...row.definition, metrics: row.definition.metrics ?? { source: "embedded" }, provenReleaseId: row.provenReleaseId },
    assigned: row.assigned,
    heldRelease: row.heldRelease,
    freeze: row.freeze,
    alerts: row.alerts,
    seq: row.seq,
    createdAt: row.createdAt.getTime(),
  };
}
