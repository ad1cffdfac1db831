import { sql } from "drizzle-orm";
import { bigint, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import type { Actor } from "#domain/actor.ts";
import type { RolloutFact } from "#domain/event.ts";
import type { RolloutSummary } from "#domain/live.ts";
import type { Rollout, RolloutStatus } from "#domain/rollout.ts";
import { fleet } from "./fleets.ts";

/** Milliseconds since 1970, engine time. */
const engineTime = (name: string) => bigint(name, { mode: "number" });

/** The state folded from a rollout's events up to `seq`: a cache of the events, written in their transaction. */
export const rollout = pgTable(
  "rollout",
  {
    rolloutId: uuid("rollout_id").primaryKey(),
    fleetId: uuid("fleet_id")
      .notNull()
      .references(() => fleet.fleetId),
    status: text("status").$type<RolloutStatus>().notNull(),
    kind: text("kind").$type<Rollout["kind"]>().notNull(),
    state: jsonb("state").$type<Rollout>().notNull(),
    /** What lists show, so that they need not read `state`, which grows with the fleet. */
    summary: jsonb("summary").$type<RolloutSummary>().notNull(),
    seq: integer("seq").notNull(),
    startedAt: engineTime("started_at").notNull(),
    endedAt: engineTime("ended_at"),
  },
  (table) => [
    uniqueIndex("rollout_one_active_per_fleet").on(table.fleetId).where(sql`${table.endedAt} is null`),
    index("rollout_started").on(table.startedAt),
    index("rollout_fleet_started").on(table.fleetId, table.startedAt),
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
    type: text("type").$type<RolloutFact["type"]>().notNull(),
    actor: jsonb("actor").$type<Actor>().notNull(),
    data: jsonb("data").$type<RolloutFact>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.stream, table.seq] })],
);

/** Commands that were carried out, by the id their caller gave: asking twice is asking once. */
export const command = pgTable(
  "command",
  {
    commandId: uuid("command_id").primaryKey(),
    rolloutId: uuid("rollout_id")
      .notNull()
      .references(() => rollout.rolloutId, { onDelete: "cascade" }),
    at: engineTime("at").notNull(),
    actorId: text("actor_id"),
    /** The rollout's last event after the command. */
    seq: integer("seq").notNull(),
    result: jsonb("result").$type<Record<string, unknown>>().notNull(),
  },
  (table) => [index("command_rollout").on(table.rolloutId)],
);
