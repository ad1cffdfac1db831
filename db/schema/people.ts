import { boolean, index, jsonb, pgTable, primaryKey, text, timestamp, uuid } from "drizzle-orm/pg-core";
import type { Access, GrantablePermission, Role } from "#domain/role.ts";
import { user } from "./accounts.ts";

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });
const ofUser = () =>
  text("user_id")
    .notNull()
    .references(() => user.id, { onDelete: "cascade" });

/** Stands for every environment that has no row of its own. No environment can be called so. */
export const elsewhere = "*";

/** What a person may do in an environment; null: nothing there, whatever they may do elsewhere. */
export const personRole = pgTable(
  "person_role",
  { userId: ofUser(), environment: text("environment").notNull(), role: text("role").$type<Role>() },
  (table) => [primaryKey({ columns: [table.userId, table.environment] })],
);

/** Permissions given to a person beside the roles. */
export const personPermission = pgTable(
  "person_permission",
  { userId: ofUser(), permission: text("permission").$type<GrantablePermission>().notNull() },
  (table) => [primaryKey({ columns: [table.userId, table.permission] })],
);

/** A link by which one person makes their account, once. Gone when it is used. */
export const invitation = pgTable("invitation", {
  invitationId: uuid("invitation_id").primaryKey(),
  /** sha256 of the link's token, hexadecimal. */
  hash: text("hash").notNull().unique(),
  email: text("email").notNull(),
  access: jsonb("access").$type<Access>().notNull(),
  invitedBy: text("invited_by").notNull(),
  createdAt: instant("created_at").notNull().defaultNow(),
  expiresAt: instant("expires_at").notNull(),
});

/** By which programs act for a person. */
export const apiToken = pgTable(
  "api_token",
  {
    tokenId: uuid("token_id").primaryKey(),
    /** sha256 of the token, hexadecimal. */
    hash: text("hash").notNull().unique(),
    userId: ofUser(),
    name: text("name").notNull(),
    /** The most that it may do. */
    access: jsonb("access").$type<Access>().notNull(),
    createdAt: instant("created_at").notNull().defaultNow(),
    expiresAt: instant("expires_at").notNull(),
    lastUsedAt: instant("last_used_at"),
  },
  (table) => [index("api_token_user_id").on(table.userId)],
);

/** What an admin has set for an environment; without a row what follows from its name. */
export const environment = pgTable("environment", {
  name: text("name").primaryKey(),
  isProtected: boolean("is_protected").notNull(),
});
