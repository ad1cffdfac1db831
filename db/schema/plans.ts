import { integer, jsonb, pgTable, primaryKey, text, timestamp, uuid } from "drizzle-orm/pg-core";
import type { Plan } from "#domain/plan.ts";

export const plan = pgTable("plan", {
  planId: uuid("plan_id").primaryKey(),
  name: text("name").notNull().unique(),
  /** The newest version. */
  version: integer("version").notNull(),
});

export const planVersion = pgTable(
  "plan_version",
  {
    planId: uuid("plan_id")
      .notNull()
      .references(() => plan.planId, { onDelete: "cascade" }),
    version: integer("version").notNull(),
    plan: jsonb("plan").$type<Plan>().notNull(),
    savedAt: timestamp("saved_at", { withTimezone: true, mode: "date" }).notNull().defaultNow(),
    savedBy: text("saved_by").notNull(),
  },
  (table) => [primaryKey({ columns: [table.planId, table.version] })],
);
