import { eq } from "drizzle-orm";
import type { Database, Transaction } from "#db/client.ts";
import type { FleetRow } from "#db/queries/fleets.ts";
import { fleet as fleetTable } from "#db/schema/fleets.ts";
import { rollout as rolloutTable } from "#db/schema/rollouts.ts";
import { evidenceInterval } from "#db/schema/samples.ts";
import { type Actor, engineActor } from "#domain/actor.ts";
import type { RolloutFact } from "#domain/event.ts";
import type { EvidenceInterval } from "#domain/evidence/interval.ts";
import type { FleetFact } from "#domain/fleet.ts";
import type { Rollout } from "#domain/rollout.ts";
import { type Appended, appendToFleet, appendToRollout } from "./append.ts";
import { requireLease } from "./lease.ts";

/** The engine's own writes. What they were decided on is compared under the fleet's lock, by its sequence numbers. */

/** Someone else appended first: read again, and decide on what is true now. */
export class MovedOn extends Error {
  override readonly name = "MovedOn";
}

export interface EngineAppend {
  /** Fleet and state that the facts were decided on. */
  readonly row: FleetRow;
  readonly state: Rollout;
  readonly token: number;
  readonly facts: readonly RolloutFact[];
  /** What the evidence of these facts was computed from. */
  readonly intervals: readonly EvidenceInterval[];
  readonly now: number;
  /** Whose doing it is; the engine's own when left out. */
  readonly actor?: Actor;
}

/** Intervals and facts of a rollout, only while the lease's token is the newest. Throws LeaseLost or MovedOn. */
export async function appendAsEngine(db: Database, append: EngineAppend): Promise<Appended> {
  const { row, state, token, facts, intervals, now, actor = engineActor } = append;
  const { rolloutId } = state;
  return db.transaction(async (tx) => {
    await requireUnmoved(tx, row, token);
    await requireSeq(tx, state);
    if (intervals.length > 0) await insertIntervals(tx, rolloutId, intervals);
    if (facts.length === 0) return { row, rollout: state, events: [] };
    return appendToRollout(tx, { row, rolloutId, before: state, facts, actor, now });
  });
}

/** Facts of the fleet itself. Throws LeaseLost or MovedOn. */
export async function appendToFleetAsEngine(
  db: Database,
  { row, token, facts, now }: { readonly row: FleetRow; readonly token: number; readonly facts: readonly FleetFact[]; readonly now: number },
): Promise<FleetRow> {
  return db.transaction(async (tx) => {
    await requireUnmoved(tx, row, token);
    return appendToFleet(tx, row, { facts, actor: engineActor, now });
  });
}

/** Locks the fleet's row, which every writer does first, then the lease. */
async function requireUnmoved(tx: Transaction, { fleet, seq }: FleetRow, token: number): Promise<void> {
  const { fleetId } = fleet;
  const [found] = await tx
    .select({ seq: fleetTable.seq, removedAt: fleetTable.removedAt })
    .from(fleetTable)
    .where(eq(fleetTable.fleetId, fleetId))
    .for("no key update");
  await requireLease(tx, fleetId, token);
  if (!found || found.removedAt !== null || found.seq !== seq) throw new MovedOn(`Fleet ${fleetId} is at event ${found?.seq}, not ${seq}.`);
}

async function requireSeq(tx: Transaction, { rolloutId, seq }: Rollout): Promise<void> {
  const [found] = await tx.select({ seq: rolloutTable.seq }).from(rolloutTable).where(eq(rolloutTable.rolloutId, rolloutId));
  if (found?.seq !== seq) throw new MovedOn(`Rollout ${rolloutId} is at event ${found?.seq}, not ${seq}.`);
}

async function insertIntervals(tx: Transaction, rolloutId: string, intervals: readonly EvidenceInterval[]): Promise<void> {
  const rows = intervals.map((interval) => ({ rolloutId, number: interval.number, at: interval.at, data: interval }));
  await tx.insert(evidenceInterval).values(rows).onConflictDoNothing();
}
