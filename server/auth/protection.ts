import { asc } from "drizzle-orm";
import { z } from "zod";
import type { Queryable } from "#db/client.ts";
import { listEnvironments } from "#db/queries/environments.ts";
import { user } from "#db/schema/accounts.ts";
import { environment as environmentTable, personPermission, personRole } from "#db/schema/people.ts";
import { Failure } from "#domain/failure.ts";
import { Slug } from "#domain/names.ts";
import { approversMin, isProtected, type Protection } from "#domain/protection.ts";
import { can } from "#domain/role.ts";
import type { Context } from "#server/context.ts";
import { toAccess } from "./access.ts";
import { visible } from "./authorize.ts";
import { runVerb } from "./verb.ts";

export const ProtectEnvironment = z.object({ environment: Slug, isProtected: z.boolean() });
export type ProtectEnvironment = z.infer<typeof ProtectEnvironment>;

/** Of the environments that the caller sees, by name. */
export async function listProtections(ctx: Context): Promise<Protection[]> {
  const { db } = ctx.services;
  const read = await createReader(db);
  return visible(ctx, await listEnvironments(db)).map(read);
}

export async function readProtection(db: Queryable, environment: string): Promise<Protection> {
  return (await createReader(db))(environment);
}

/** Says that starts in an environment need a second person, or that they do not. Refused where nobody could be the second. */
export async function protectEnvironment(ctx: Context, input: ProtectEnvironment): Promise<{ ok: true }> {
  const { environment, isProtected: wanted } = input;
  const attempt = { permission: "environment.protect", environment, target: `environment:${environment}`, detail: { isProtected: wanted } } as const;
  return runVerb(ctx, attempt, async (tx) => {
    const { approvers } = await readProtection(tx, environment);
    if (wanted && approvers.length < approversMin)
      throw new Failure(
        "conflict",
        `Nobody could approve what the other started: make at least ${approversMin} people approvers in ${environment} first.`,
      );
    const row = { name: environment, isProtected: wanted };
    await tx.insert(environmentTable).values(row).onConflictDoUpdate({ target: environmentTable.name, set: row });
    return { ok: true };
  });
}

async function createReader(db: Queryable): Promise<(environment: string) => Protection> {
  // One after the other: a transaction has one connection.
  const people = await db.select({ userId: user.id, name: user.name }).from(user).orderBy(asc(user.createdAt));
  const roles = await db.select().from(personRole);
  const granted = await db.select().from(personPermission);
  const set = await db.select().from(environmentTable);
  const known = people.map((person) => {
    const isTheirs = ({ userId }: { readonly userId: string }) => userId === person.userId;
    return { person, access: toAccess(roles.filter(isTheirs), granted.filter(isTheirs)) };
  });
  return (environment) => {
    const approvers = known.filter(({ access }) => can(access, "rollout.approve", environment)).map(({ person }) => person);
    const own = set.find(({ name }) => name === environment)?.isProtected ?? null;
    return { environment, isProtected: isProtected(environment, own, approvers.length), isSet: own !== null, approvers };
  };
}
