import { sql } from "drizzle-orm";
import { bigint, check, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import type { Actor } from "#domain/actor.ts";
import type { RolloutFact } from "#domain/event.ts";
import type { FleetFact } from "#domain/fleet.ts";
import { toldTypes } from "#domain/history/told.ts";
import type { RolloutSummary } from "#domain/live.ts";
import type { Rollout, RolloutStatus } from "#domain/rollout.ts";
import { fleet } from "./fleets.ts";
import { rolloutState } from "./rollout-state.ts";

/** Milliseconds since 1970, engine time. */
const engineTime = (name: string) => bigint(name, { mode: "number" });

/**
 * What follows from a rollout's events up to `seq`, written in their transaction. The state grows with the fleet, so it is
 * written now and then: it holds the events up to `stateSeq`, and whoever reads it folds in those after (loadRollout).
 */
export const rollout = pgTable(
  "rollout",
  {
    rolloutId: uuid("rollout_id").primaryKey(),
    fleetId: uuid("fleet_id")
      .notNull()
      .references(() => fleet.fleetId),
    status: text("status").$type<RolloutStatus>().notNull(),
    kind: text("kind").$type<Rollout["kind"]>().notNull(),
    /** null: nothing but the events, which are folded from the first. */
    state: rolloutState("state"),
    stateSeq: integer("state_seq").notNull().default(0),
    /** What lists show, so that they need not read `state`, which grows with the fleet. */
    summary: jsonb("summary").$type<RolloutSummary>().notNull(),
    seq: integer("seq").notNull(),
    startedAt: engineTime("started_at").notNull(),
    endedAt: engineTime("ended_at"),
    /** What most instances ran at the start; null when that was nothing, or while it is queued. */
    fromRelease: text("from_release"),
    /** Milliseconds from start to end, as simulated at the start; null where it was not. */
    predictedMs: engineTime("predicted_ms"),
    /** The ended rollout that this one takes back. */
    undoes: uuid("undoes"),
  },
  (table) => [
    uniqueIndex("rollout_one_active_per_fleet").on(table.fleetId).where(sql`${table.endedAt} is null and ${table.status} <> 'queued'`),
    uniqueIndex("rollout_one_queued_per_fleet").on(table.fleetId).where(sql`${table.status} = 'queued'`),
    index("rollout_started").on(table.startedAt),
    index("rollout_fleet_started").on(table.fleetId, table.startedAt),
    index("rollout_undoes").on(table.undoes).where(sql`${table.undoes} is not null`),
  ],
);

/** The truth. `seq` is 1, 2, 3 … without a gap, so two writers cannot both append the same next event. */
export const event = pgTable(
  "event",
  {
    /** `rollout:ID` or `fleet:ID`. */
    stream: text("stream").notNull(),
    seq: integer("seq").notNull(),
    at: engineTime("at").notNull(),
    type: text("type").$type<(RolloutFact | FleetFact)["type"]>().notNull(),
    actor: jsonb("actor").$type<Actor>().notNull(),
    data: jsonb("data").$type<RolloutFact | FleetFact>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.stream, table.seq] }),
    // The few of a stream that tell how a rollout went (domain/history/told.ts), found without reading the rest.
    index("event_told")
      .on(table.stream, table.seq)
      .where(sql.raw(`type in (${toldTypes.map((type) => `'${type}'`).join(", ")})`)),
  ],
);

/** Commands that were carried out, by the id their caller gave: asking twice is asking once. On a rollout or on a fleet. */
export const command = pgTable(
  "command",
  {
    commandId: uuid("command_id").primaryKey(),
    rolloutId: uuid("rollout_id").references(() => rollout.rolloutId, { onDelete: "cascade" }),
    fleetId: uuid("fleet_id").references(() => fleet.fleetId, { onDelete: "cascade" }),
    at: engineTime("at").notNull(),
    actorId: text("actor_id"),
    /** The stream's last event after the command. */
    seq: integer("seq").notNull(),
    result: jsonb("result").$type<CommandResult>().notNull(),
  },
  (table) => [index("command_rollout").on(table.rolloutId), check("command_on_one", sql`num_nonnulls(${table.rolloutId}, ${table.fleetId}) = 1`)],
);

export interface CommandResult {
  readonly type: string;
  /** The rollout that the command made, where it made one. */
  readonly madeRolloutId?: string;
}

/** One run of a plan's hook, by the key that names it for ever. It may be found running by nobody: then it is run again. */
export const hookRun = pgTable(
  "hook_run",
  {
    key: text("key").primaryKey(),
    rolloutId: uuid("rollout_id")
      .notNull()
      .references(() => rollout.rolloutId, { onDelete: "cascade" }),
    status: text("status").$type<"running" | "succeeded" | "failed">().notNull(),
    startedAt: engineTime("started_at").notNull(),
    endedAt: engineTime("ended_at"),
    message: text("message").notNull().default(""),
    /** The last of what it wrote, bounded. Hostile input: show as text. */
    output: text("output").notNull().default(""),
    /** Of the lease under which it was run last: an older holder's result is not written over a newer one's. */
    token: bigint("token", { mode: "number" }).notNull(),
  },
  (table) => [index("hook_run_rollout").on(table.rolloutId)],
);
