import type { IncomingMessage, ServerResponse } from "node:http";
import { toNodeHandler } from "better-auth/node";
import type { Auth } from "./auth.ts";

/** What a browser may ask of better-auth; everything else of it does not exist here. */
const openPaths = new Map([
  ["/api/auth/sign-in/email", "POST"],
  ["/api/auth/sign-out", "POST"],
]);

/** True when better-auth may answer this request. */
export function isAuthPath(method: string | undefined, pathname: string): boolean {
  return openPaths.get(pathname) === method;
}

/** better-auth for node, with answers that hold no token: the session travels in its HttpOnly cookie only. */
export function createAuthHandler(auth: Pick<Auth, "handler">): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  return toNodeHandler(async (request: Request) => withoutBody(await auth.handler(request)));
}

function withoutBody(answer: Response): Response {
  const headers = new Headers({ "content-type": "application/json" });
  for (const cookie of answer.headers.getSetCookie()) headers.append("set-cookie", cookie);
  const retryAfter = answer.headers.get("x-retry-after");
  if (retryAfter) headers.set("retry-after", retryAfter);
  return new Response(JSON.stringify({ ok: answer.ok }), { status: answer.status, headers });
}
