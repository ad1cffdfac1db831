import { and, asc, eq, or } from "drizzle-orm";
import type { Queryable } from "#db/client.ts";
import { user } from "#db/schema/accounts.ts";
import { elsewhere, personPermission, personRole } from "#db/schema/people.ts";
import type { Access, Role } from "#domain/role.ts";

/** So many names are enough to know whom to ask. */
const grantorsMax = 3;

export interface PersonAccess {
  readonly access: Access;
  readonly grantors: readonly string[];
}

/** What a person was given, and who can give more. Read at every request: a role that is taken away is gone at once. */
export async function readAccess(db: Queryable, userId: string): Promise<PersonAccess> {
  const canGrant = and(eq(personRole.environment, elsewhere), eq(personRole.role, "admin"));
  const [rows, granted] = await Promise.all([
    db
      .select({ userId: personRole.userId, environment: personRole.environment, role: personRole.role, name: user.name })
      .from(personRole)
      .innerJoin(user, eq(user.id, personRole.userId))
      .where(or(eq(personRole.userId, userId), canGrant))
      .orderBy(asc(user.createdAt)),
    db
      .select({ permission: personPermission.permission })
      .from(personPermission)
      .where(eq(personPermission.userId, userId))
      .orderBy(asc(personPermission.permission)),
  ]);
  const grantors = rows.filter(({ environment, role }) => environment === elsewhere && role === "admin").map(({ name }) => name);
  const own = rows.filter((row) => row.userId === userId);
  return { access: toAccess(own, granted), grantors: grantors.slice(0, grantorsMax) };
}

export function toAccess(
  rows: readonly { readonly environment: string; readonly role: Role | null }[],
  granted: readonly { readonly permission: Access["granted"][number] }[],
): Access {
  const named = rows.filter(({ environment }) => environment !== elsewhere);
  return {
    defaultRole: rows.find(({ environment }) => environment === elsewhere)?.role ?? null,
    roles: Object.fromEntries(named.map(({ environment, role }) => [environment, role])),
    granted: granted.map(({ permission }) => permission),
  };
}

/** Puts what a person may do in place of what they might before. */
export async function writeAccess(tx: Queryable, userId: string, { defaultRole, roles, granted }: Access): Promise<void> {
  await tx.delete(personRole).where(eq(personRole.userId, userId));
  await tx.delete(personPermission).where(eq(personPermission.userId, userId));
  const named = Object.entries(roles).map(([environment, role]) => ({ userId, environment, role }));
  await tx.insert(personRole).values([{ userId, environment: elsewhere, role: defaultRole }, ...named]);
  if (granted.length > 0) await tx.insert(personPermission).values(granted.map((permission) => ({ userId, permission })));
}
