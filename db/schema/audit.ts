import { sql } from "drizzle-orm";
import { bigint, boolean, check, index, jsonb, pgTable, text, timestamp, uniqueIndex, uuid } from "drizzle-orm/pg-core";

/**
 * Who did what, to what, and whether it was let through. Rows are only ever added: a trigger refuses everything else, and
 * numbers and hashes each row as it is inserted (migration 0005). A column that is added here has to go into `audit_hash`
 * there and into server/audit/verify.ts, or a change to it is not seen.
 */
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
    /** 1, 2, 3 … without a gap. Given by the trigger, like both hashes. */
    seq: bigint("seq", { mode: "number" }).notNull().default(0),
    /** sha256 of the row before, hexadecimal. */
    previousHash: text("previous_hash").notNull().default(""),
    /** sha256 of this row's content and of `previousHash`. */
    hash: text("hash").notNull().default(""),
  },
  (table) => [index("audit_at").on(table.at), index("audit_target").on(table.target, table.at), uniqueIndex("audit_seq").on(table.seq)],
);

/** One row: the last of the audit. Whoever adds to the audit queues for it, and a row that is taken off the end is missed. */
export const auditHead = pgTable(
  "audit_head",
  {
    only: boolean("only").primaryKey().default(true),
    seq: bigint("seq", { mode: "number" }).notNull(),
    hash: text("hash").notNull(),
  },
  (table) => [check("audit_head_only_one", sql`${table.only}`)],
);
