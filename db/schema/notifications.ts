import { index, integer, jsonb, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";
import type { Notice } from "#domain/notice.ts";
import type { Destination } from "#domain/notification.ts";
import { fleet } from "./fleets.ts";

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

/** Where notifications go, and how that has gone so far. Who sends for one moves `dueAt` on first, so that nobody else does. */
export const notificationDestination = pgTable(
  "notification_destination",
  {
    destinationId: uuid("destination_id").primaryKey(),
    environment: text("environment").notNull(),
    /** null: of every fleet in the environment. */
    fleetId: uuid("fleet_id").references(() => fleet.fleetId, { onDelete: "cascade" }),
    /** Names secrets, holds none. */
    definition: jsonb("definition").$type<Destination>().notNull(),
    createdAt: instant("created_at").notNull().defaultNow(),
    /** The next try, or until when one may be under way. */
    dueAt: instant("due_at").notNull().defaultNow(),
    /** In a row. */
    failures: integer("failures").notNull().default(0),
    failingSince: instant("failing_since"),
    lastError: text("last_error"),
    lastDeliveredAt: instant("last_delivered_at"),
    /** Notifications that nobody will get. */
    lost: integer("lost").notNull().default(0),
  },
  (table) => [index("notification_destination_environment").on(table.environment)],
);

/** What is still to be delivered, written in the transaction of the event that it tells of. Gone when it is delivered. */
export const notification = pgTable(
  "notification",
  {
    /** Grows with time, and so is the order of delivery. A receiver drops by it what comes twice. */
    notificationId: uuid("notification_id").primaryKey(),
    destinationId: uuid("destination_id")
      .notNull()
      .references(() => notificationDestination.destinationId, { onDelete: "cascade" }),
    notice: jsonb("notice").$type<Notice>().notNull(),
    createdAt: instant("created_at").notNull().defaultNow(),
    /** Answers that refused this one for good. */
    refusals: integer("refusals").notNull().default(0),
  },
  (table) => [index("notification_destination_order").on(table.destinationId, table.notificationId)],
);
