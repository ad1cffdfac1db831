import type { IncomingMessage, ServerResponse } from "node:http";
import { toNodeHandler } from "better-auth/node";
import { z } from "zod";
import type { Database } from "#db/client.ts";
import type { Config } from "#server/config.ts";
import { type Auth, clientAddressHeader } from "./auth.ts";
import type { Devices } from "./device.ts";
import { beginWithPassword } from "./password-sign-in.ts";
import type { SignInBrake, SignInTry } from "./sign-in-brake.ts";

const signInPath = "/api/auth/sign-in/email";

/** What a browser may ask of better-auth; everything else of it does not exist here. */
const openPaths = new Map([
  [signInPath, "POST"],
  ["/api/auth/sign-out", "POST"],
]);

/** True when better-auth may answer this request. */
export function isAuthPath(method: string | undefined, pathname: string): boolean {
  return openPaths.get(pathname) === method;
}

export interface AuthDoor {
  readonly db: Database;
  readonly auth: Pick<Auth, "handler">;
  readonly brake: SignInBrake;
  readonly devices: Devices;
  readonly passwords: Config["passwords"];
}

/** better-auth for node, with answers that hold no token: the session travels in its HttpOnly cookie only. */
export function createAuthHandler(door: AuthDoor): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  return toNodeHandler((request: Request) => answerAuth(door, request));
}

export async function answerAuth(door: AuthDoor, request: Request): Promise<Response> {
  const { auth, brake, devices } = door;
  if (new URL(request.url).pathname !== signInPath) return withoutBody(await auth.handler(request));
  const tried = await tryOf(devices, request.clone());
  if (!tried) return withoutBody(await auth.handler(request));
  const waitMs = brake.begin(tried);
  if (waitMs > 0) return tooSoon(waitMs);
  const answer = await auth.handler(request);
  if (!answer.ok) return withoutBody(answer);
  brake.succeeded(tried);
  if (!(await beginWithPassword(door, await answer.clone().json(), tried.address))) return new Response(JSON.stringify({ ok: false }), forbidden);
  return withoutBody(answer, tried.device === null ? [devices.remember(tried.email)] : []);
}

const SignIn = z.object({ email: z.string().trim().toLowerCase().max(254) });

/** null when it names no account: better-auth then refuses it before it looks at a password. */
async function tryOf(devices: Devices, request: Request): Promise<SignInTry | null> {
  const body = SignIn.safeParse(await request.json().catch(() => null));
  if (!body.success) return null;
  const { email } = body.data;
  return { email, address: request.headers.get(clientAddressHeader) ?? "", device: devices.find(request.headers.get("cookie"), email) };
}

const forbidden = { status: 403, headers: { "content-type": "application/json" } };

function tooSoon(waitMs: number): Response {
  const headers = { "content-type": "application/json", "retry-after": String(Math.ceil(waitMs / 1_000)) };
  return new Response(JSON.stringify({ ok: false }), { status: 429, headers });
}

function withoutBody(answer: Response, moreCookies: readonly string[] = []): Response {
  const headers = new Headers({ "content-type": "application/json" });
  for (const cookie of [...answer.headers.getSetCookie(), ...moreCookies]) headers.append("set-cookie", cookie);
  return new Response(JSON.stringify({ ok: answer.ok }), { status: answer.status, headers });
}
