import { and, desc, eq, isNull, sql } from "drizzle-orm";
import type { Database, Queryable, Transaction } from "#db/client.ts";
import { notifyChange } from "#db/feed.ts";
import { rolloutStream } from "#db/queries/events.ts";
import { fleet as fleetTable } from "#db/schema/fleets.ts";
import { command as commandTable, event as eventTable, rollout as rolloutTable } from "#db/schema/rollouts.ts";
import { evidenceInterval } from "#db/schema/samples.ts";
import { type Actor, engineActor } from "#domain/actor.ts";
import type { RolloutCommand } from "#domain/command.ts";
import { decide } from "#domain/engine/decide.ts";
import { evolve } from "#domain/engine/evolve.ts";
import type { RolloutFact } from "#domain/event.ts";
import type { EvidenceInterval } from "#domain/evidence/interval.ts";
import { Failure } from "#domain/failure.ts";
import type { Rollout } from "#domain/rollout.ts";
import { writeAudit } from "#server/auth/audit.ts";
import { endOf, moveAssigned } from "./assigned.ts";
import { requireLease } from "./lease.ts";
import { summarize } from "./summarize.ts";

/** Someone else appended first: read again, and decide on what is true now. */
export class MovedOn extends Error {
  override readonly name = "MovedOn";
}

export interface EngineAppend {
  /** The state that the facts were decided on. */
  readonly state: Rollout;
  readonly token: number;
  readonly facts: readonly RolloutFact[];
  /** What the evidence of these facts was computed from. */
  readonly intervals: readonly EvidenceInterval[];
  readonly now: number;
}

/** The engine's own write: intervals and facts, only while the lease's token is the newest. Throws LeaseLost or MovedOn. */
export async function appendAsEngine(db: Database, append: EngineAppend): Promise<Rollout> {
  const { state, token, facts, intervals, now } = append;
  return db.transaction(async (tx) => {
    await requireLease(tx, state.fleetId, token);
    const locked = await lockRollout(tx, state.rolloutId);
    if (locked.seq !== state.seq) throw new MovedOn(`Rollout ${state.rolloutId} is at event ${locked.seq}, not ${state.seq}.`);
    if (intervals.length > 0) await insertIntervals(tx, state.rolloutId, intervals);
    return facts.length > 0 ? appendFacts(tx, state, facts, engineActor, now) : state;
  });
}

export interface PersonCommand {
  readonly command: RolloutCommand;
  readonly actor: Actor;
  readonly now: number;
}

/** A person's command: decided on the locked state; facts, command id and audit row are one transaction. Throws Failure. */
export async function applyCommand(db: Database, { command, actor, now }: PersonCommand): Promise<{ seq: number; fleetId: string }> {
  const { rolloutId, commandId, type } = command;
  return db.transaction(async (tx) => {
    const state = await lockRollout(tx, rolloutId);
    const seq = await repeatedCommand(tx, commandId, rolloutId);
    if (seq !== null) return { seq, fleetId: state.fleetId };
    const decided = decide(state, command, actor);
    if (decided instanceof Failure) throw decided;
    const next = decided.length > 0 ? await appendFacts(tx, state, decided, actor, now) : state;
    await rememberCommand(tx, { commandId, rolloutId, actor, now, seq: next.seq, type });
    const detail = { type, reason: command.reason ?? null, seq: next.seq };
    await writeAudit(tx, { actor }, "rollout.command", `rollout:${rolloutId}`, detail);
    return { seq: next.seq, fleetId: state.fleetId };
  });
}

export interface RolloutStart {
  readonly rolloutId: string;
  readonly commandId: string;
  readonly fleetId: string;
  readonly releaseId: string;
  readonly actor: Actor;
  readonly now: number;
  readonly facts: readonly RolloutFact[];
}

/** Makes the rollout, unless the fleet has an active one: then Failure("conflict") names it. Twice the same command is once. */
export async function insertRollout(db: Database, start: RolloutStart): Promise<{ rolloutId: string }> {
  return db.transaction(async (tx) => {
    // The fleet's row is the queue: of two starts at once the second waits here and then sees the first.
    const locked = await tx.select({ removedAt: fleetTable.removedAt }).from(fleetTable).where(eq(fleetTable.fleetId, start.fleetId)).for("update");
    if (!locked[0] || locked[0].removedAt) throw new Failure("not-found", "This fleet is no longer there.");
    const repeated = await findStarted(tx, start.commandId);
    if (repeated) return { rolloutId: repeated };
    await refuseIfBusy(tx, start.fleetId);
    const { rolloutId, actor, now } = start;
    const state = await appendFacts(tx, null, start.facts, actor, now, rolloutId);
    await tx
      .update(fleetTable)
      .set({ heldRelease: null })
      .where(and(eq(fleetTable.fleetId, start.fleetId), holds(start.releaseId)));
    await rememberCommand(tx, { commandId: start.commandId, rolloutId, actor, now, seq: state.seq, type: "start" });
    const detail = { rolloutId, releaseId: start.releaseId, plan: state.planName };
    await writeAudit(tx, { actor }, "rollout.start", `fleet:${start.fleetId}`, detail);
    return { rolloutId };
  });
}

/** The rollout that this command started already; null when it is new. */
export async function findStarted(db: Queryable, commandId: string): Promise<string | null> {
  const [row] = await db.select({ rolloutId: commandTable.rolloutId }).from(commandTable).where(eq(commandTable.commandId, commandId));
  return row?.rolloutId ?? null;
}

/** Throws Failure("conflict") that names the rollout the fleet is busy with. */
export async function refuseIfBusy(tx: Queryable, fleetId: string): Promise<void> {
  const [active] = await tx
    .select({ summary: rolloutTable.summary })
    .from(rolloutTable)
    .where(and(eq(rolloutTable.fleetId, fleetId), isNull(rolloutTable.endedAt)));
  if (!active) return;
  const { releaseName, fleetName, rolloutId } = active.summary;
  throw new Failure(
    "conflict",
    `${fleetName} is being rolled to ${releaseName} already (rollout ${rolloutId}). Wait until that rollout has ended, or cancel it first.`,
  );
}

async function lockRollout(tx: Transaction, rolloutId: string): Promise<Rollout> {
  const [row] = await tx.select({ state: rolloutTable.state }).from(rolloutTable).where(eq(rolloutTable.rolloutId, rolloutId)).for("update");
  if (!row) throw new Failure("not-found", "There is no rollout with this identifier.");
  return row.state;
}

/** Folds the facts in and writes events, state and what follows for the fleet. The caller holds the rollout's row. */
async function appendFacts(
  tx: Transaction,
  before: Rollout | null,
  facts: readonly RolloutFact[],
  actor: Actor,
  now: number,
  rolloutId: string = before?.rolloutId ?? "",
): Promise<Rollout> {
  const at = Math.max(now, await lastEventAt(tx, rolloutId));
  let state = before;
  const rows = facts.map((fact, index) => {
    const seq = (before?.seq ?? 0) + index + 1;
    state = evolve(state, { ...fact, rolloutId, seq, at, actor });
    return { stream: rolloutStream(rolloutId), seq, at, type: fact.type, actor, data: fact };
  });
  if (state === null) throw new Error("A rollout begins with at least one fact.");
  const after: Rollout = state;
  const { status, kind, seq, startedAt, endedAt, fleetId } = after;
  const written = { status, kind, state: after, summary: summarize(after), seq, startedAt, endedAt };
  if (before === null) await tx.insert(rolloutTable).values({ rolloutId, fleetId, ...written });
  else await tx.update(rolloutTable).set(written).where(eq(rolloutTable.rolloutId, rolloutId));
  await tx.insert(eventTable).values(rows);
  await updateFleet(tx, after, facts, at);
  await notifyChange(tx, { fleetId, rolloutId, seq });
  return after;
}

/** Two writers' clocks may differ by a moment; a stream's times never run backwards. */
async function lastEventAt(tx: Transaction, rolloutId: string): Promise<number> {
  const stream = rolloutStream(rolloutId);
  const [last] = await tx.select({ at: eventTable.at }).from(eventTable).where(eq(eventTable.stream, stream)).orderBy(desc(eventTable.seq)).limit(1);
  return last?.at ?? 0;
}

async function updateFleet(tx: Transaction, state: Rollout, facts: readonly RolloutFact[], at: number): Promise<void> {
  const moved = moveAssigned(state, facts);
  const ended = endOf(state, facts, at);
  if (Object.keys(moved).length === 0 && ended === null) return;
  await tx
    .update(fleetTable)
    .set({ assigned: sql`${fleetTable.assigned} || ${JSON.stringify(moved)}::jsonb`, ...ended })
    .where(eq(fleetTable.fleetId, state.fleetId));
}

async function insertIntervals(tx: Transaction, rolloutId: string, intervals: readonly EvidenceInterval[]): Promise<void> {
  const rows = intervals.map((interval) => ({ rolloutId, number: interval.number, at: interval.at, data: interval }));
  await tx.insert(evidenceInterval).values(rows).onConflictDoNothing();
}

async function repeatedCommand(tx: Transaction, commandId: string, rolloutId: string): Promise<number | null> {
  const [row] = await tx.select().from(commandTable).where(eq(commandTable.commandId, commandId));
  if (!row) return null;
  if (row.rolloutId !== rolloutId) throw new Failure("conflict", "This command was given to another rollout already. Give it a new id.");
  return row.seq;
}

interface Remembered {
  readonly commandId: string;
  readonly rolloutId: string;
  readonly actor: Actor;
  readonly now: number;
  readonly seq: number;
  readonly type: string;
}

async function rememberCommand(tx: Transaction, { commandId, rolloutId, actor, now, seq, type }: Remembered): Promise<void> {
  const actorId = actor.type === "person" ? actor.userId : null;
  await tx.insert(commandTable).values({ commandId, rolloutId, at: now, actorId, seq, result: { type } });
}

function holds(releaseId: string) {
  return sql`${fleetTable.heldRelease} ->> 'releaseId' = ${releaseId}`;
}
