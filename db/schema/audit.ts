import { index, jsonb, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";

/** Who did what, to what, and whether it was let through. Rows are only ever added. */
export const audit = pgTable(
  "audit",
  {
    id: uuid("id").primaryKey(),
    at: timestamp("at", { withTimezone: true, mode: "date" }).notNull().defaultNow(),
    /** null when nobody was signed in, or the engine acted. */
    actorId: text("actor_id"),
    actorName: text("actor_name").notNull(),
    action: text("action").notNull(),
    target: text("target").notNull(),
    detail: jsonb("detail").$type<Record<string, unknown>>().notNull(),
    outcome: text("outcome").$type<"done" | "refused">().notNull(),
  },
  (table) => [index("audit_at").on(table.at), index("audit_target").on(table.target, table.at)],
);
