import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Context } from "#server/context.ts";
import type { Services } from "#server/services.ts";
import { readAccess } from "./access.ts";
import { type Session, sessionOf } from "./session.ts";

/** A signed-in person's context, with the session that a socket has to watch. */
export interface SessionContext extends Context {
  readonly session: Session;
}

/** Who sent the request, with what they may do; null for someone who is not signed in. */
export async function createContext(services: Services, req: Pick<IncomingMessage, "headers">): Promise<SessionContext | null> {
  const session = await sessionOf(services.auth, req);
  if (!session) return null;
  const requestId = req.headers["x-request-id"];
  return {
    actor: { type: "person", userId: session.userId, name: session.name },
    userId: session.userId,
    ...(await readAccess(services.db, session.userId)),
    requestId: typeof requestId === "string" ? requestId : randomUUID(),
    services,
    session,
  };
}
