import { and, asc, eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Transaction } from "#db/client.ts";
import { user } from "#db/schema/accounts.ts";
import { elsewhere, personPermission, personRole } from "#db/schema/people.ts";
import { Access } from "#domain/access.ts";
import { Failure } from "#domain/failure.ts";
import type { Context } from "#server/context.ts";
import { toAccess, writeAccess } from "./access.ts";
import { authorize } from "./authorize.ts";
import { runVerb } from "./verb.ts";

/** Somebody with an account. */
export interface Person {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly access: Access;
  readonly createdAt: number;
}

const UserId = z.string().min(1).max(64);
export const ChangeAccess = z.object({ userId: UserId, access: Access });
export type ChangeAccess = z.infer<typeof ChangeAccess>;
export const OnePerson = z.object({ userId: UserId });
export type OnePerson = z.infer<typeof OnePerson>;

/** Everybody with an account, who came first before who came last. */
export async function listPeople(ctx: Context): Promise<Person[]> {
  authorize(ctx, "person.read");
  const { db } = ctx.services;
  const [people, roles, granted] = await Promise.all([
    db.select().from(user).orderBy(asc(user.createdAt), asc(user.id)),
    db.select().from(personRole).orderBy(asc(personRole.environment)),
    db.select().from(personPermission).orderBy(asc(personPermission.permission)),
  ]);
  return people.map(({ id, name, email, createdAt }) => {
    const isTheirs = ({ userId }: { readonly userId: string }) => userId === id;
    return { userId: id, name, email, access: toAccess(roles.filter(isTheirs), granted.filter(isTheirs)), createdAt: createdAt.getTime() };
  });
}

/** Puts other roles in place of those that a person has. Refused for the last admin. */
export async function changeAccess(ctx: Context, { userId, access }: ChangeAccess): Promise<{ ok: true }> {
  return runVerb(ctx, { permission: "person.change", target: `user:${userId}`, detail: { access } }, async (tx) => {
    const name = await lockPerson(tx, userId);
    await writeAccess(tx, userId, access);
    await requireAdmin(tx, name);
    return { ok: true };
  });
}

/** Ends an account with all its sessions. What the person did stays on record under their name. Refused for the last admin. */
export async function removePerson(ctx: Context, { userId }: OnePerson): Promise<{ ok: true }> {
  return runVerb(ctx, { permission: "person.remove", target: `user:${userId}` }, async (tx) => {
    const name = await lockPerson(tx, userId);
    await tx.delete(user).where(eq(user.id, userId));
    await requireAdmin(tx, name);
    return { ok: true };
  });
}

/** Of two admins who take each other's role at once the second sees what the first did. */
async function lockPerson(tx: Transaction, userId: string): Promise<string> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('tideline.people'))`);
  const [row] = await tx.select({ name: user.name }).from(user).where(eq(user.id, userId));
  if (!row) throw new Failure("not-found", "There is no person with this identifier. The account may have been removed.");
  return row.name;
}

async function requireAdmin(tx: Transaction, name: string): Promise<void> {
  const isAdmin = and(eq(personRole.environment, elsewhere), eq(personRole.role, "admin"));
  if ((await tx.$count(personRole, isAdmin)) > 0) return;
  throw new Failure("conflict", `${name} is the last admin of all environments. Make somebody else an admin there first.`);
}
