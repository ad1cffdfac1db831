import { and, asc, count, eq, lt, sql } from "drizzle-orm";
import { v7 as createId } from "uuid";
import type { Database, Transaction } from "#db/client.ts";
import { user } from "#db/schema/accounts.ts";
import { apiToken } from "#db/schema/people.ts";
import { Failure } from "#domain/failure.ts";
import type { Access } from "#domain/role.ts";
import { type ApiToken, type CreateToken, type ListTokens, limitAccess, type OneToken, whyBeyond } from "#domain/token.ts";
import { readAccess } from "./access.ts";
import { writeAudit } from "./audit.ts";
import { auditedOwn } from "./audited-own.ts";
import { authorize } from "./authorize.ts";
import type { SessionContext } from "./context.ts";
import { createLinkToken, hashLinkToken } from "./link-token.ts";
import { runVerb } from "./verb.ts";

/** Told apart from other programs' secrets, by people and by scanners. */
const prefix = "tideline_";
const tokensMax = 50;
const listedMax = 1_000;
/** One that has expired stays in the list for so long. */
const expiredKeptDays = 30;

/** Makes a token for programs of whoever asks. It is in this answer and nowhere else. Throws Failure at `access` for more than they may do themselves. */
export async function createToken(ctx: SessionContext, input: CreateToken): Promise<{ tokenId: string; token: string }> {
  const { name, access, days } = input;
  return auditedOwn(ctx, { action: "token.create", detail: { name, access } }, (userId) =>
    ctx.services.db.transaction(async (tx) => {
      const message = whyBeyond(ctx.access, access);
      if (message !== null) throw new Failure("not-allowed", message, [{ field: "access", message }]);
      await requireRoom(tx, userId);
      const token = prefix + createLinkToken();
      const tokenId = createId();
      const expiresAt = sql<Date>`now() + ${days}::int * interval '1 day'`;
      await tx.insert(apiToken).values({ tokenId, hash: hashLinkToken(token), userId, name, access, expiresAt });
      await writeAudit(tx, ctx, "token.create", `token:${tokenId}`, { name, access, days });
      return { tokenId, token };
    }),
  );
}

async function requireRoom(tx: Transaction, userId: string): Promise<void> {
  const ofPerson = eq(apiToken.userId, userId);
  await tx.delete(apiToken).where(and(ofPerson, lt(apiToken.expiresAt, sql`now() - ${expiredKeptDays}::int * interval '1 day'`)));
  const [found] = await tx.select({ tokens: count() }).from(apiToken).where(ofPerson);
  if ((found?.tokens ?? 0) >= tokensMax) throw new Failure("limit", `You have ${tokensMax} tokens. Revoke one that is not needed any more first.`);
}

/** One's own, or everybody's; by name. */
export async function listTokens(ctx: SessionContext, { everybody }: ListTokens): Promise<ApiToken[]> {
  if (everybody) authorize(ctx, "token.revoke");
  const rows = await ctx.services.db
    .select({ token: apiToken, ownerName: user.name })
    .from(apiToken)
    .innerJoin(user, eq(user.id, apiToken.userId))
    .where(everybody ? undefined : eq(apiToken.userId, ctx.session.userId))
    .orderBy(asc(apiToken.name), asc(apiToken.createdAt))
    .limit(listedMax);
  return rows.map(({ token, ownerName }) => ({
    tokenId: token.tokenId,
    name: token.name,
    access: token.access,
    ownerId: token.userId,
    ownerName,
    createdAt: token.createdAt.getTime(),
    expiresAt: token.expiresAt.getTime(),
    lastUsedAt: token.lastUsedAt?.getTime() ?? null,
  }));
}

/** Ends a token at once: one's own, or, for an admin, anybody's. Its sockets are cut within seconds. */
export async function revokeToken(ctx: SessionContext, { tokenId }: OneToken): Promise<{ ok: true }> {
  const [found] = await ctx.services.db.select({ userId: apiToken.userId }).from(apiToken).where(eq(apiToken.tokenId, tokenId));
  const target = `token:${tokenId}`;
  const revoke = async (tx: Transaction): Promise<{ ok: true }> => {
    const gone = await tx.delete(apiToken).where(eq(apiToken.tokenId, tokenId)).returning({ tokenId: apiToken.tokenId });
    if (gone.length === 0) throw new Failure("not-found", "There is no such token any more.");
    return { ok: true };
  };
  if (found?.userId !== ctx.userId) return runVerb(ctx, { permission: "token.revoke", target }, revoke);
  return auditedOwn(ctx, { action: "token.revoke" }, () =>
    ctx.services.db.transaction(async (tx) => {
      const revoked = await revoke(tx);
      await writeAudit(tx, ctx, "token.revoke", target, { own: true });
      return revoked;
    }),
  );
}

/** A token that was sent, and whose it is. */
export interface Bearer {
  readonly tokenId: string;
  readonly tokenName: string;
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  /** What it may do now. */
  readonly access: Access;
  readonly grantors: readonly string[];
}

/** null once it has expired, was revoked, or its owner is gone. */
export async function findBearer(db: Database, hash: string): Promise<Bearer | null> {
  const isIt = and(eq(apiToken.hash, hash), sql`${apiToken.expiresAt} > now()`);
  const [row] = await db
    .select({ token: apiToken, name: user.name, email: user.email })
    .from(apiToken)
    .innerJoin(user, eq(user.id, apiToken.userId))
    .where(isIt);
  if (!row) return null;
  const { tokenId, userId, name: tokenName, access: scope } = row.token;
  const { access, grantors } = await readAccess(db, userId);
  return { tokenId, tokenName, userId, name: row.name, email: row.email, access: limitAccess(access, scope), grantors };
}

/** To the minute: a program that asks without end writes once a minute. */
export async function markUsed(db: Database, tokenId: string): Promise<void> {
  const isOld = sql`(${apiToken.lastUsedAt} is null or ${apiToken.lastUsedAt} < now() - interval '1 minute')`;
  await db
    .update(apiToken)
    .set({ lastUsedAt: sql`now()` })
    .where(and(eq(apiToken.tokenId, tokenId), isOld));
}

export function isTokenForm(token: string): boolean {
  return /^tideline_[\w-]{43}$/.test(token);
}
