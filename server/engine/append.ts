import { desc, eq, type SQL, sql } from "drizzle-orm";
import type { PgUpdateSetSource } from "drizzle-orm/pg-core";
import type { Transaction } from "#db/client.ts";
import { notifyChange } from "#db/feed.ts";
import { fleetStream, rolloutStream } from "#db/queries/events.ts";
import { type FleetRow, toFleetState } from "#db/queries/fleets.ts";
import { enqueueNotice } from "#db/queries/notifications.ts";
import { fleet as fleetTable } from "#db/schema/fleets.ts";
import { event as eventTable, rollout as rolloutTable } from "#db/schema/rollouts.ts";
import type { Actor } from "#domain/actor.ts";
import { evolve } from "#domain/engine/evolve.ts";
import { evolveFleet, followRollout } from "#domain/engine/fleet.ts";
import { type RolloutEvent, type RolloutFact, toEvent } from "#domain/event.ts";
import type { FleetFact, FleetState } from "#domain/fleet.ts";
import { fleetNoticeOf } from "#domain/fleet-notice.ts";
import { fromRelease } from "#domain/history/record.ts";
import { invariant } from "#domain/invariant.ts";
import { noticeOf } from "#domain/notice.ts";
import type { Rollout } from "#domain/rollout.ts";
import { summarize } from "./summarize.ts";

/** A state is stored when more events than this came after the last stored one, and whenever its status changes. */
export const eventsPerState = 500;
/** PostgreSQL takes 65,535 parameters in one statement. */
const eventsPerInsert = 5_000;

export interface Appended {
  readonly row: FleetRow;
  readonly rollout: Rollout;
  /** The facts as they were written, in order. */
  readonly events: readonly RolloutEvent[];
}

export interface RolloutAppend {
  /** As it is in the transaction that holds its lock: every writer of a fleet's rollouts does. */
  readonly row: FleetRow;
  readonly rolloutId: string;
  /** The state that the facts were decided on; null for the first ones. */
  readonly before: Rollout | null;
  readonly facts: readonly RolloutFact[];
  readonly actor: Actor;
  readonly now: number;
}

/** Folds the facts in and writes events, state, what people are told of them, and what follows for the fleet. */
export async function appendToRollout(tx: Transaction, append: RolloutAppend): Promise<Appended> {
  const { row, rolloutId, before, facts, actor } = append;
  const stream = rolloutStream(rolloutId);
  const at = Math.max(append.now, await lastEventAt(tx, stream));
  const first = (before?.seq ?? 0) + 1;
  const events = facts.map((fact, index) => toEvent(fact, { rolloutId, seq: first + index, at, actor }));
  const state = events.reduce<Rollout | null>(evolve, before);
  invariant(state, "A rollout begins with at least one fact.");
  const rollout: Rollout = state;
  const numbered = facts.map((fact, index) => ({ stream, seq: first + index, at, type: fact.type, actor, data: fact }));
  await writeRollout(tx, before, rollout, facts);
  await insertEvents(tx, numbered);
  const notice = noticeOf(before, rollout, facts, at);
  if (notice) await enqueueNotice(tx, notice);
  const followed = followRollout(toFleetState(row), rollout, facts, at);
  const after = await writeFleet(tx, row, followed.fleet, { facts: followed.facts, actor, at });
  await notifyChange(tx, { fleetId: rollout.fleetId, rolloutId, seq: rollout.seq });
  return { row: after, rollout, events };
}

/** Folds the facts into the fleet and writes its events and columns, and what people are told of them. */
export async function appendToFleet(
  tx: Transaction,
  row: FleetRow,
  { facts, actor, now }: { readonly facts: readonly FleetFact[]; readonly actor: Actor; readonly now: number },
): Promise<FleetRow> {
  const { fleetId } = row.fleet;
  const at = Math.max(now, await lastEventAt(tx, fleetStream(fleetId)));
  const after = await writeFleet(tx, row, facts.reduce(evolveFleet, toFleetState(row)), { facts, actor, at });
  for (const [index, fact] of facts.entries()) {
    const notice = fleetNoticeOf(after.fleet, fact, row.seq + index + 1, at);
    if (notice) await enqueueNotice(tx, notice);
  }
  await notifyChange(tx, { fleetId, rolloutId: null, seq: null });
  return after;
}

async function writeRollout(tx: Transaction, before: Rollout | null, rollout: Rollout, facts: readonly RolloutFact[]): Promise<void> {
  const { rolloutId, fleetId, status, kind, seq, startedAt, endedAt } = rollout;
  const current = { status, kind, summary: summarize(rollout), seq, startedAt, endedAt, ...startOf(facts) };
  const stored = { state: rollout, stateSeq: seq };
  if (before === null) {
    await tx.insert(rolloutTable).values({ rolloutId, fleetId, ...current, ...stored });
    return;
  }
  const [known] = await tx.select({ stateSeq: rolloutTable.stateSeq }).from(rolloutTable).where(eq(rolloutTable.rolloutId, rolloutId));
  const isDue = before.status !== status || seq - (known?.stateSeq ?? 0) > eventsPerState;
  await tx
    .update(rolloutTable)
    .set(isDue ? { ...current, ...stored } : current)
    .where(eq(rolloutTable.rolloutId, rolloutId));
}

/** What only the fact of its start tells. */
function startOf(facts: readonly RolloutFact[]): Partial<typeof rolloutTable.$inferInsert> {
  const started = facts.find((fact) => fact.type === "rollout.started");
  if (!started) return {};
  return { fromRelease: fromRelease(started), predictedMs: started.predictedMs ?? null, undoes: started.undoes?.rolloutId ?? null };
}

interface FleetWrite {
  readonly facts: readonly FleetFact[];
  readonly actor: Actor;
  readonly at: number;
}

/** Writes only what has changed: definition and assignments of a large fleet are large. */
async function writeFleet(tx: Transaction, row: FleetRow, next: FleetState, { facts, actor, at }: FleetWrite): Promise<FleetRow> {
  const { fleetId } = row.fleet;
  const stream = fleetStream(fleetId);
  const seq = row.seq + facts.length;
  const changed = { ...changesOf(row, next), ...(seq === row.seq ? {} : { seq }) };
  if (Object.keys(changed).length === 0) return row;
  await insertEvents(
    tx,
    facts.map((fact, index) => ({ stream, seq: row.seq + index + 1, at, type: fact.type, actor, data: fact })),
  );
  await tx.update(fleetTable).set(changed).where(eq(fleetTable.fleetId, fleetId));
  return { ...row, fleet: next.fleet, assigned: next.assigned, heldRelease: next.held, freeze: next.freeze, alerts: next.alerts, seq };
}

function changesOf(row: FleetRow, next: FleetState): PgUpdateSetSource<typeof fleetTable> {
  return {
    ...(next.fleet.instances === row.fleet.instances && next.fleet.metrics === row.fleet.metrics ? {} : { definition: next.fleet }),
    ...(next.assigned === row.assigned ? {} : { assigned: assignedChange(row.assigned, next.assigned) }),
    ...(next.fleet.provenReleaseId === row.fleet.provenReleaseId ? {} : { provenReleaseId: next.fleet.provenReleaseId }),
    ...(next.held === row.heldRelease ? {} : { heldRelease: next.held }),
    ...(next.freeze === row.freeze ? {} : { freeze: next.freeze }),
    ...(next.alerts === row.alerts ? {} : { alerts: next.alerts }),
  };
}

/** Only the instances that moved go over the wire. */
function assignedChange(before: FleetRow["assigned"], after: FleetRow["assigned"]): SQL {
  const moved = Object.fromEntries(Object.entries(after).filter(([instanceId, releaseId]) => before[instanceId] !== releaseId));
  const gone = Object.keys(before).filter((instanceId) => !(instanceId in after));
  return sql`(${fleetTable.assigned} - ${sql.param(gone)}::text[]) || ${JSON.stringify(moved)}::jsonb`;
}

async function insertEvents(tx: Transaction, rows: readonly (typeof eventTable.$inferInsert)[]): Promise<void> {
  for (let start = 0; start < rows.length; start += eventsPerInsert) await tx.insert(eventTable).values(rows.slice(start, start + eventsPerInsert));
}

/** Two writers' clocks may differ by a moment; a stream's times never run backwards. */
async function lastEventAt(tx: Transaction, stream: string): Promise<number> {
  const [last] = await tx.select({ at: eventTable.at }).from(eventTable).where(eq(eventTable.stream, stream)).orderBy(desc(eventTable.seq)).limit(1);
  return last?.at ?? 0;
}
