import { and, eq, gt, sql } from "drizzle-orm";
import type { Queryable } from "#db/client.ts";
import { setupToken, user } from "#db/schema/accounts.ts";
import { createLinkToken, hashLinkToken } from "./link-token.ts";

const validForMs = 3_600_000;

/** A new token for the first account, valid for one hour; the one before is void. null when there is an account. */
export async function issueSetupToken(db: Queryable): Promise<string | null> {
  if (await hasAccount(db)) {
    await db.delete(setupToken);
    return null;
  }
  const token = createLinkToken();
  const row = { hash: hashLinkToken(token), expiresAt: sql<Date>`now() + ${validForMs}::float8 * interval '1 millisecond'` };
  await db.insert(setupToken).values(row).onConflictDoUpdate({ target: setupToken.only, set: row });
  return token;
}

/** True while the token would be taken. */
export async function isSetupToken(db: Queryable, token: string): Promise<boolean> {
  return (await db.select({ hash: setupToken.hash }).from(setupToken).where(matches(token))).length > 0;
}

/** Takes the token, once: of two at the same moment the second waits for the first one's transaction and gets false. */
export async function takeSetupToken(tx: Queryable, token: string): Promise<boolean> {
  return (await tx.delete(setupToken).where(matches(token)).returning({ hash: setupToken.hash })).length > 0;
}

export async function hasAccount(db: Queryable): Promise<boolean> {
  return (await db.select({ id: user.id }).from(user).limit(1)).length > 0;
}

function matches(token: string) {
  return and(eq(setupToken.hash, hashLinkToken(token)), gt(setupToken.expiresAt, sql`now()`));
}
