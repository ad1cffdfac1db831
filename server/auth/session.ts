import type { IncomingMessage } from "node:http";
import { fromNodeHeaders } from "better-auth/node";
import { and, eq, gt } from "drizzle-orm";
import type { Database } from "#db/client.ts";
import { session } from "#db/schema/accounts.ts";
import type { Auth } from "./auth.ts";

/** Someone signed in. */
export interface Session {
  readonly sessionId: string;
  readonly userId: string;
  readonly name: string;
  readonly email: string;
}

/** The session a request's cookie names; null when there is none, or it ended. Reads the database at each call. */
export async function sessionOf(auth: Auth, req: Pick<IncomingMessage, "headers">): Promise<Session | null> {
  if (!req.headers.cookie) return null;
  const found = await auth.api.getSession({
    headers: fromNodeHeaders(req.headers),
    query: { disableCookieCache: true, disableRefresh: true },
  });
  if (!found) return null;
  return { sessionId: found.session.id, userId: found.user.id, name: found.user.name, email: found.user.email };
}

/** False once the person signed out, the session expired or the account is gone. Ask again for as long as a socket is open. */
export async function isSessionAlive(db: Database, sessionId: string): Promise<boolean> {
  const rows = await db
    .select({ id: session.id })
    .from(session)
    .where(and(eq(session.id, sessionId), gt(session.expiresAt, new Date())));
  return rows.length > 0;
}
