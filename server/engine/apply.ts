import { eq } from "drizzle-orm";
import { v7 as uuid } from "uuid";
import type { Database, Queryable, Transaction } from "#db/client.ts";
import { type FleetRow, lockFleetRow, toFleetState } from "#db/queries/fleets.ts";
import { findLastSeq, findOpenRollouts, getRollout } from "#db/queries/rollouts.ts";
import { type CommandResult, command as commandTable } from "#db/schema/rollouts.ts";
import type { Actor } from "#domain/actor.ts";
import type { FleetCommand, RolloutCommand } from "#domain/command.ts";
import { needsName, refuseUnnamed } from "#domain/engine/confirm.ts";
import { decide } from "#domain/engine/decide.ts";
import { decideFleet } from "#domain/engine/fleet.ts";
import type { Observation } from "#domain/engine/observation.ts";
import { decideUndo } from "#domain/engine/undo.ts";
import type { RolloutFact } from "#domain/event.ts";
import { Failure } from "#domain/failure.ts";
import { type EnvironmentPermission, rolloutPermissions } from "#domain/role.ts";
import { isTerminal, type Rollout } from "#domain/rollout.ts";
import { writeAudit } from "#server/auth/audit.ts";
import { type Appended, appendToFleet, appendToRollout } from "./append.ts";

/** What a person asks for: decided on the locked fleet; facts, command id and audit row are one transaction. */

/** A fleet and its rollouts, held until the transaction ends. */
export interface LockedFleet {
  readonly row: FleetRow;
  readonly active: Rollout | null;
  readonly queued: Rollout | null;
}

export interface RolloutStart {
  readonly commandId: string;
  readonly fleetId: string;
  readonly actor: Actor;
  readonly now: number;
  /** First facts of the new rollout, and those that end the active one for it. */
  readonly decide: (locked: LockedFleet) => { readonly active: readonly RolloutFact[]; readonly rollout: readonly RolloutFact[] } | Failure;
}

/** Makes a rollout. The fleet's row is the queue: of two starts at once the second waits and then sees the first. Throws Failure. */
export async function applyStart(db: Database, { commandId, fleetId, actor, now, decide }: RolloutStart): Promise<{ rolloutId: string }> {
  return db.transaction(async (tx) => {
    const locked = await lockFleet(tx, fleetId);
    const repeated = await findStarted(tx, commandId);
    if (repeated) return { rolloutId: repeated };
    const decided = decide(locked);
    if (decided instanceof Failure) throw decided;
    const { row, active } = locked;
    const makesRoom = active !== null && decided.active.length > 0;
    const before = makesRoom
      ? await appendToRollout(tx, { row, rolloutId: active.rolloutId, before: active, facts: decided.active, actor, now })
      : { row };
    const { rollout } = await appendNew(tx, { row: before.row, facts: decided.rollout, actor, now });
    const { rolloutId, seq } = rollout;
    await rememberCommand(tx, { commandId, on: { rolloutId }, actor, now, seq, result: { type: "start" } });
    const detail = { rolloutId, releaseId: rollout.releaseId, plan: rollout.planName, ...(makesRoom ? { ended: active.rolloutId } : {}) };
    await writeAudit(tx, { actor }, "rollout.start", `fleet:${fleetId}`, detail);
    return { rolloutId };
  });
}

/** The rollout that this command started already; null when it is new. */
export async function findStarted(db: Queryable, commandId: string): Promise<string | null> {
  const [row] = await db.select({ rolloutId: commandTable.rolloutId }).from(commandTable).where(eq(commandTable.commandId, commandId));
  return row?.rolloutId ?? null;
}

export interface PersonCommand {
  readonly command: RolloutCommand;
  readonly actor: Actor;
  readonly now: number;
  /** The fleet as it is seen, for what makes a new rollout: `rollBack` of one that has ended. */
  readonly observation: Observation | null;
  /** The rollout's environment asks for the fleet's name. */
  readonly isProtected: boolean;
}

export interface Commanded {
  /** The rollout that the command is about now: a new one where an ended one is taken back. */
  readonly rolloutId: string;
  /** Its last event after the command. */
  readonly seq: number;
  readonly fleetId: string;
}

/** Carries out a command on a rollout. Throws Failure. */
export async function applyCommand(db: Database, asked: PersonCommand): Promise<Commanded> {
  const { command, actor, now } = asked;
  const { rolloutId, commandId, type } = command;
  return db.transaction(async (tx) => {
    const found = await findLastSeq(tx, rolloutId);
    if (!found) throw new Failure("not-found", "There is no rollout with this identifier.");
    const { fleetId } = found;
    const locked = await lockFleet(tx, fleetId);
    const repeated = await repeatedCommand(tx, commandId, { rolloutId });
    if (repeated) return { rolloutId: repeated.result.madeRolloutId ?? rolloutId, seq: repeated.seq, fleetId };
    const state = await getRollout(tx, rolloutId);
    if (asked.isProtected && needsName(state, type)) requireName(state, command);
    const made = type === "rollBack" && isTerminal(state.status);
    const { rollout } = made ? await undo(tx, locked, state, asked) : await obey(tx, locked.row, state, asked);
    const { seq } = rollout;
    const result = made ? { type, madeRolloutId: rollout.rolloutId } : { type };
    await rememberCommand(tx, { commandId, on: { rolloutId }, actor, now, seq, result });
    const detail = { ...result, reason: command.reason ?? null, seq };
    await writeAudit(tx, { actor }, rolloutPermissions[type], `rollout:${rolloutId}`, detail);
    return { rolloutId: rollout.rolloutId, seq, fleetId };
  });
}

function requireName({ fleetName: name, environment }: Rollout, command: RolloutCommand): void {
  const refusal = refuseUnnamed({ name, environment }, "confirm" in command ? command.confirm : undefined);
  if (refusal) throw refusal;
}

async function obey(tx: Transaction, row: FleetRow, state: Rollout, { command, actor, now }: PersonCommand): Promise<Appended> {
  const facts = decide(state, command, actor, now);
  if (facts instanceof Failure) throw facts;
  if (facts.length === 0) return { row, rollout: state, events: [] };
  return appendToRollout(tx, { row, rolloutId: state.rolloutId, before: state, facts, actor, now });
}

/** Takes an ended rollout back by a new one. */
async function undo(tx: Transaction, { row, active }: LockedFleet, ended: Rollout, asked: PersonCommand): Promise<Appended> {
  const { command, actor, now, observation } = asked;
  if (observation === null) throw new Failure("conflict", "The rollout has just ended. Ask again to take it back with a new one.");
  const facts = decideUndo(ended, { fleet: toFleetState(row), observation, actor, reason: command.reason ?? "", active, now });
  if (facts instanceof Failure) throw facts;
  return appendNew(tx, { row, facts, actor, now });
}

export interface PersonFleetCommand {
  readonly command: FleetCommand;
  readonly actor: Actor;
  readonly now: number;
  readonly observation: Observation;
  /** The audit's action. */
  readonly permission: EnvironmentPermission;
  /** Throws where the fleet as it is asks for one more permission. */
  readonly authorizeOn: (row: FleetRow) => void;
}

/** Carries out a command on a fleet; a scaling is a fact of the active rollout as well. Throws Failure. */
export async function applyFleetCommand(
  db: Database,
  { command, actor, now, observation, permission, authorizeOn }: PersonFleetCommand,
): Promise<{ seq: number }> {
  const { fleetId, commandId, type } = command;
  return db.transaction(async (tx) => {
    const { row, active } = await lockFleet(tx, fleetId);
    const repeated = await repeatedCommand(tx, commandId, { fleetId });
    if (repeated) return { seq: repeated.seq };
    authorizeOn(row);
    const decided = decideFleet({ fleet: toFleetState(row), command, active, observation, actor, now });
    if (decided instanceof Failure) throw decided;
    const changed = decided.fleet.length > 0 ? await appendToFleet(tx, row, { facts: decided.fleet, actor, now }) : row;
    const { seq } = changed;
    if (active && decided.rollout.length > 0)
      await appendToRollout(tx, { row: changed, rolloutId: active.rolloutId, before: active, facts: decided.rollout, actor, now });
    await rememberCommand(tx, { commandId, on: { fleetId }, actor, now, seq, result: { type } });
    await writeAudit(tx, { actor }, permission, `fleet:${fleetId}`, { ...detailOf(command), seq });
    return { seq };
  });
}

function detailOf({ commandId: _, fleetId: __, ...detail }: FleetCommand): Record<string, unknown> {
  return detail;
}

async function lockFleet(tx: Transaction, fleetId: string): Promise<LockedFleet> {
  return { row: await lockFleetRow(tx, fleetId), ...(await findOpenRollouts(tx, fleetId)) };
}

interface NewRollout {
  readonly row: FleetRow;
  readonly facts: readonly RolloutFact[];
  readonly actor: Actor;
  readonly now: number;
}

function appendNew(tx: Transaction, made: NewRollout): Promise<Appended> {
  return appendToRollout(tx, { ...made, rolloutId: uuid(), before: null });
}

/** What a command is on: one of the two. */
type Subject = { readonly rolloutId: string; readonly fleetId?: undefined } | { readonly fleetId: string; readonly rolloutId?: undefined };

async function repeatedCommand(tx: Transaction, commandId: string, on: Subject): Promise<{ seq: number; result: CommandResult } | null> {
  const [row] = await tx.select().from(commandTable).where(eq(commandTable.commandId, commandId));
  if (!row) return null;
  if (row.rolloutId !== (on.rolloutId ?? null) || row.fleetId !== (on.fleetId ?? null))
    throw new Failure("conflict", "This command was given to something else already. Give it a new id.");
  return row;
}

interface Remembered {
  readonly commandId: string;
  readonly on: Subject;
  readonly actor: Actor;
  readonly now: number;
  readonly seq: number;
  readonly result: CommandResult;
}

async function rememberCommand(tx: Transaction, { commandId, on, actor, now, seq, result }: Remembered): Promise<void> {
  const actorId = actor.type === "person" ? actor.userId : null;
  await tx.insert(commandTable).values({ commandId, ...on, at: now, actorId, seq, result });
}
