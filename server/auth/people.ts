import { and, asc, eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Transaction } from "#db/client.ts";
import { account, user } from "#db/schema/accounts.ts";
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
  /** Signs in with a password too. Who does not comes from the provider only, and has the roles of their groups where those mean something. */
  readonly hasPassword: boolean;
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
  const [people, roles, granted, passwords] = await Promise.all([
    db.select().from(user).orderBy(asc(user.createdAt), asc(user.id)),
    db.select().from(personRole).orderBy(asc(personRole.environment)),
    db.select().from(personPermission).orderBy(asc(personPermission.permission)),
    db.select({ userId: account.userId }).from(account).where(eq(account.providerId, "credential")),
  ]);
  return people.map(({ id, name, email, createdAt }) => {
    const isTheirs = ({ userId }: { readonly userId: string }) => userId === id;
    const access = toAccess(roles.filter(isTheirs), granted.filter(isTheirs));
    return { userId: id, name, email, access, hasPassword: passwords.some(isTheirs), createdAt: createdAt.getTime() };
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

/** One who has a password: with the others nobody could get in while the provider is down. */
async function requireAdmin(tx: Transaction, name: string): Promise<void> {
  const admins = await tx
    .select({ userId: personRole.userId })
    .from(personRole)
    .innerJoin(account, and(eq(account.userId, personRole.userId), eq(account.providerId, "credential")))
    .where(and(eq(personRole.environment, elsewhere), eq(personRole.role, "admin")));
  if (admins.length > 0) return;
  throw new Failure(
    "conflict",
    `${name} is the last admin of all environments who has a password. Make somebody else with one an admin there first.`,
  );
}
