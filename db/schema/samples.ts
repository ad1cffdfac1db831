import { bigint, integer, jsonb, pgTable, primaryKey, uuid } from "drizzle-orm/pg-core";
import type { StoredPart } from "#domain/evidence/history.ts";
import type { UsageTotals } from "#domain/evidence/usage.ts";
import { fleet } from "./fleets.ts";
import { rollout } from "./rollouts.ts";

/** What the evidence on a rollout was computed from, interval by interval, so that a verdict can be computed again. */
export const evidenceInterval = pgTable(
  "evidence_interval",
  {
    rolloutId: uuid("rollout_id")
      .notNull()
      .references(() => rollout.rolloutId, { onDelete: "cascade" }),
    number: integer("number").notNull(),
    /** Milliseconds since 1970, engine time. */
    at: bigint("at", { mode: "number" }).notNull(),
    data: jsonb("data").notNull(),
  },
  (table) => [primaryKey({ columns: [table.rolloutId, table.number] })],
);

/** One release's traffic in one bucket of time. Histograms merge by addition; percentiles are never stored. */
export const sample = pgTable(
  "sample",
  {
    fleetId: uuid("fleet_id")
      .notNull()
      .references(() => fleet.fleetId, { onDelete: "cascade" }),
    /** Start of the bucket, milliseconds since 1970, engine time. */
    at: bigint("at", { mode: "number" }).notNull(),
    widthMs: integer("width_ms").notNull(),
    releaseId: uuid("release_id").notNull(),
    requests: integer("requests").notNull(),
    failed: integer("failed").notNull(),
    cut: integer("cut").notNull(),
    /** Sparse log-linear bins: see domain/evidence/histogram.ts. */
    bins: jsonb("bins").$type<readonly (readonly [bin: number, count: number])[]>().notNull(),
    /** Sums that add up: see domain/evidence/usage.ts. Null where no source knew. */
    usage: jsonb("usage").$type<UsageTotals>(),
  },
  (table) => [primaryKey({ columns: [table.fleetId, table.widthMs, table.at, table.releaseId] })],
);

/** What each instance did in five minutes: tells hosts apart before a rollout begins. Kept for an hour. */
export const instanceHistory = pgTable(
  "instance_history",
  {
    fleetId: uuid("fleet_id")
      .notNull()
      .references(() => fleet.fleetId, { onDelete: "cascade" }),
    /** Start of the part, milliseconds since 1970, engine time. */
    at: bigint("at", { mode: "number" }).notNull(),
    hosts: jsonb("hosts").$type<StoredPart["hosts"]>().notNull(),
    lengths: jsonb("lengths").$type<StoredPart["lengths"]>().notNull().default({}),
  },
  (table) => [primaryKey({ columns: [table.fleetId, table.at] })],
);
