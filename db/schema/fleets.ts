import { sql } from "drizzle-orm";
import { bigint, index, integer, jsonb, pgTable, text, timestamp, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import type { FleetAlert } from "#domain/alert.ts";
import type { Fleet, Freeze, HeldRelease } from "#domain/fleet.ts";
import type { Release } from "#domain/release.ts";

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

export const fleet = pgTable(
  "fleet",
  {
    fleetId: uuid("fleet_id").primaryKey(),
    name: text("name").notNull(),
    service: text("service").notNull(),
    environment: text("environment").notNull(),
    definition: jsonb("definition").$type<Fleet>().notNull(),
    createdAt: instant("created_at").notNull().defaultNow(),
    removedAt: instant("removed_at"),
    /** Instance id → release id that should run there. */
    assigned: jsonb("assigned").$type<Record<string, string>>().notNull().default({}),
    provenReleaseId: uuid("proven_release_id").references(() => release.releaseId),
    heldRelease: jsonb("held_release").$type<HeldRelease>(),
    freeze: jsonb("freeze").$type<Freeze>(),
    alerts: jsonb("alerts").$type<readonly FleetAlert[]>().notNull().default([]),
    /** Number of the last event of its own stream; 0 before the first. */
    seq: integer("seq").notNull().default(0),
  },
  (table) => [
    // A removed fleet's name may be given again.
    uniqueIndex("fleet_name").on(table.name).where(sql`${table.removedAt} is null`),
    index("fleet_service").on(table.service),
  ],
);

export const release = pgTable(
  "release",
  {
    releaseId: uuid("release_id").primaryKey(),
    service: text("service").notNull(),
    name: text("name").notNull(),
    definition: jsonb("definition").$type<Release>().notNull(),
    recordedAt: instant("recorded_at").notNull().defaultNow(),
    recordedBy: text("recorded_by").notNull(),
  },
  (table) => [uniqueIndex("release_service_name").on(table.service, table.name), index("release_recorded").on(table.service, table.recordedAt)],
);

/** Who runs a fleet's engine. The token only grows, so that an old holder's writes can be told and refused. */
export const lease = pgTable("lease", {
  fleetId: uuid("fleet_id")
    .primaryKey()
    .references(() => fleet.fleetId, { onDelete: "cascade" }),
  holder: text("holder").notNull(),
  token: bigint("token", { mode: "number" }).notNull(),
  expiresAt: instant("expires_at").notNull(),
});
