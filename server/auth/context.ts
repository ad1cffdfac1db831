import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { and, eq, sql } from "drizzle-orm";
import type { Database } from "#db/client.ts";
import { apiToken } from "#db/schema/people.ts";
import { Failure } from "#domain/failure.ts";
import type { Access } from "#domain/role.ts";
import { limitAccess } from "#domain/token.ts";
import type { Context } from "#server/context.ts";
import type { Services } from "#server/services.ts";
import { readAccess } from "./access.ts";
import { clientAddressHeader } from "./auth.ts";
import { bearerOf } from "./bearer.ts";
import { hashLinkToken } from "./link-token.ts";
import { isSessionAlive, type Session, sessionOf } from "./session.ts";
import { findBearer, isTokenForm, markUsed } from "./tokens.ts";

/** Who asks, and by what: a person at a browser, or a program with a token of theirs. */
export interface CallerContext extends Context {
  readonly userId: string;
  readonly email: string;
  /** null for a program. */
  readonly session: Session | null;
  /** null for a person at a browser. */
  readonly token: { readonly tokenId: string; readonly name: string } | null;
}

/** A signed-in person's context. */
export interface SessionContext extends CallerContext {
  readonly session: Session;
}

/**
 * Who sent the request, with what they may do; null for someone who is not signed in. With a token no cookie is looked at.
 * Throws Failure for a token that is wrong: `not-allowed`, or `limit` after too many.
 */
export async function createContext(services: Services, req: Pick<IncomingMessage, "headers">): Promise<CallerContext | null> {
  const requestId = req.headers["x-request-id"];
  const shared = { requestId: typeof requestId === "string" ? requestId : randomUUID(), services };
  const sent = bearerOf(req);
  if (sent !== null) return { ...(await callerByToken(services, sent, String(req.headers[clientAddressHeader] ?? ""))), ...shared };
  const session = await sessionOf(services.auth, req);
  if (!session) return null;
  const { userId, name, email } = session;
  return { actor: { type: "person", userId, name }, userId, email, ...(await readAccess(services.db, userId)), ...shared, session, token: null };
}

/** The same for a download, which has to say itself why nobody is let in. */
export async function requireCaller(
  services: Services,
  req: Pick<IncomingMessage, "headers">,
): Promise<CallerContext | { readonly status: 401 | 429; readonly message: string }> {
  try {
    return (await createContext(services, req)) ?? { status: 401, message: "Sign in first." };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { status: error.code === "limit" ? 429 : 401, message: error.message };
  }
}

async function callerByToken({ db, tokenBrake }: Services, token: string, address: string): Promise<Omit<CallerContext, "requestId" | "services">> {
  const hash = hashLinkToken(token);
  if (!tokenBrake.mayLookUp(hash, address)) throw new Failure("limit", "Too many wrong tokens from this address. Wait a minute.");
  const bearer = isTokenForm(token) ? await findBearer(db, hash) : null;
  if (!bearer) {
    tokenBrake.wrong(hash, address);
    throw new Failure("not-allowed", "This token is not valid: it has expired, was revoked, or never was. Make a new one in the settings.");
  }
  tokenBrake.right(hash);
  await markUsed(db, bearer.tokenId);
  const { tokenId, tokenName, userId, name, email, access, grantors } = bearer;
  return {
    actor: { type: "person", userId, name, token: tokenName },
    userId,
    email,
    access,
    grantors,
    session: null,
    token: { tokenId, name: tokenName },
  };
}

/** What the caller may do by now; null once their session or token has ended. Ask again for as long as a socket is open. */
export async function accessNow(db: Database, { userId, session, token }: CallerContext): Promise<Access | null> {
  if (session && !(await isSessionAlive(db, session.sessionId))) return null;
  const { access } = await readAccess(db, userId);
  if (!token) return access;
  const [row] = await db
    .select({ access: apiToken.access })
    .from(apiToken)
    .where(and(eq(apiToken.tokenId, token.tokenId), sql`${apiToken.expiresAt} > now()`));
  return row ? limitAccess(access, row.access) : null;
}
