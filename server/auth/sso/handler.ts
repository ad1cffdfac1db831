import type { IncomingMessage, ServerResponse } from "node:http";
import { fromNodeHeaders } from "better-auth/node";
import { engineActor } from "#domain/actor.ts";
import { paths } from "#domain/paths.ts";
import { can } from "#domain/role.ts";
import { safeNext } from "#domain/safe-next.ts";
import { accessOfGroups, type SsoSettings } from "#domain/settings/sso.ts";
import type { SsoTest } from "#domain/sso.ts";
import type { Services } from "#server/services.ts";
import { writeAudit } from "../audit.ts";
import { auditedOwn } from "../audited-own.ts";
import { clientAddressHeader } from "../auth.ts";
import { createContext, type SessionContext } from "../context.ts";
import { isSame } from "../signature.ts";
import { admitPerson } from "./admit.ts";
import type { Flow, FlowCookies } from "./flow-cookie.ts";
import { readIdentity } from "./identity.ts";
import type { SsoProvider } from "./provider.ts";
import { SsoRefusal } from "./refusal.ts";
import { keepSsoTest, ssoCallbackPath } from "./tests.ts";

/** Signing in through a provider: two addresses that a browser opens, each of which sends it on. */
export interface SsoDoor {
  readonly settings: SsoSettings;
  readonly provider: SsoProvider;
  readonly flows: FlowCookies;
}

const startPath = "/api/auth/sso/start";

export function isSsoPath(method: string | undefined, pathname: string): boolean {
  return method === "GET" && (pathname === startPath || pathname === ssoCallbackPath);
}

type Answer = { readonly to: string; readonly cookies?: readonly string[] };

export async function answerSso(services: Services, req: IncomingMessage, res: ServerResponse, url: URL): Promise<void> {
  const { to, cookies = [] } = await decide(services, req, url);
  for (const cookie of cookies) res.appendHeader("set-cookie", cookie);
  res.writeHead(302, { location: to, "cache-control": "no-store" }).end();
}

async function decide(services: Services, req: IncomingMessage, url: URL): Promise<Answer> {
  const door = services.sso;
  if (!door) return { to: paths.loginAfter("not-set-up") };
  if (url.pathname === ssoCallbackPath) return comeBack(services, door, req, url);
  // The provider sends people back to one address, and the cookie has to be there then.
  if (req.headers.host !== new URL(services.consoleUrl).host) return { to: services.consoleUrl + url.pathname + url.search };
  return start(services, door, req, url);
}

async function start(services: Services, door: SsoDoor, req: IncomingMessage, url: URL): Promise<Answer> {
  const next = safeNext(url.searchParams.get("next"));
  const isTest = url.searchParams.has("test");
  const tester = isTest ? await findTester(services, req) : null;
  if (isTest && !tester) return { to: paths.sso() };
  try {
    const { url: to, secrets } = await door.provider.begin(services.consoleUrl + ssoCallbackPath);
    return { to, cookies: [door.flows.write({ ...secrets, next, testedBy: tester?.session.sessionId ?? null })] };
  } catch (error) {
    const refusal = refusalOf(services, error);
    return tester ? reportTest(tester, { claims: null, access: null, problem: problemOf(refusal) }) : { to: paths.loginAfter(refusal.code, next) };
  }
}

async function comeBack(services: Services, door: SsoDoor, req: IncomingMessage, url: URL): Promise<Answer> {
  const flow = door.flows.read(req.headers.cookie);
  const cookies = [door.flows.clear()];
  // Begun in another browser, or long ago, or twice.
  if (!flow || !isSame(flow.state, url.searchParams.get("state") ?? "")) return { to: paths.loginAfter("lost"), cookies };
  const answer = flow.testedBy === null ? await signIn(services, door, { flow, req, url }) : await test(services, door, { flow, req, url });
  return { ...answer, cookies: [...cookies, ...(answer.cookies ?? [])] };
}

interface CameBack {
  readonly flow: Flow;
  readonly req: IncomingMessage;
  readonly url: URL;
}

async function signIn(services: Services, door: SsoDoor, cameBack: CameBack): Promise<Answer> {
  const { auth, brake, db } = services;
  const { flow, req } = cameBack;
  const address = String(req.headers[clientAddressHeader] ?? "");
  const tried = { email: `sso ${address}`, address, device: null };
  if (brake.begin(tried) > 0) return { to: paths.loginAfter("too-many", flow.next) };
  let target = "user:unknown";
  try {
    const identity = readIdentity(door.settings, await finish(services, door, cameBack));
    target = `email:${identity.email}`;
    const { userId, name } = await admitPerson(db, door.settings, identity);
    const signedIn = await auth.api.signInProven({ body: { userId }, headers: fromNodeHeaders(req.headers), returnHeaders: true });
    const actor = { type: "person", userId, name } as const;
    await writeAudit(db, { actor }, "session.begin", `user:${userId}`, { by: door.settings.name, address });
    brake.succeeded(tried);
    return { to: flow.next, cookies: signedIn.headers.getSetCookie() };
  } catch (error) {
    const refusal = refusalOf(services, error);
    const detail = { by: door.settings.name, address, refusal: refusal.code };
    await writeAudit(db, { actor: engineActor }, "session.begin", target, detail, "refused");
    return { to: paths.loginAfter(refusal.code, flow.next) };
  }
}

/** Says what the provider sends of the admin who tries it, and signs nobody in. */
async function test(services: Services, door: SsoDoor, cameBack: CameBack): Promise<Answer> {
  const tester = await findTester(services, cameBack.req);
  // The session from which it was begun, or what it shows would be somebody else's.
  if (tester?.session.sessionId !== cameBack.flow.testedBy) return { to: paths.sso() };
  let claims: SsoTest["claims"] = null;
  try {
    const found = await finish(services, door, cameBack);
    claims = found;
    const { groups } = readIdentity(door.settings, found);
    return await reportTest(tester, { claims, access: accessOfGroups(door.settings, groups), problem: null });
  } catch (error) {
    return reportTest(tester, { claims, access: null, problem: problemOf(refusalOf(services, error)) });
  }
}

/** An admin at a browser; null for anybody else. */
async function findTester(services: Services, { headers: { cookie } }: IncomingMessage): Promise<SessionContext | null> {
  const ctx = await createContext(services, { headers: { cookie } });
  if (!ctx?.session || !can(ctx.access, "sso.test", null)) return null;
  return { ...ctx, session: ctx.session };
}

async function reportTest(ctx: SessionContext, test: Omit<SsoTest, "at">): Promise<Answer> {
  const { db } = ctx.services;
  await auditedOwn(ctx, { action: "sso.test" }, async (userId) => {
    await keepSsoTest(db, ctx.session.sessionId, { ...test, at: Date.now() });
    await writeAudit(db, ctx, "sso.test", `user:${userId}`, { problem: test.problem?.code ?? null });
  });
  return { to: paths.sso() };
}

function finish({ consoleUrl }: Services, { provider }: SsoDoor, { flow, url }: CameBack) {
  return provider.finish(new URL(url.pathname + url.search, consoleUrl), flow);
}

/** What is not a refusal is for the log, and stands for a server that cannot do it now. */
function refusalOf({ log }: Services, error: unknown): SsoRefusal {
  if (error instanceof SsoRefusal) {
    log.warn({ code: error.code, reason: error.message }, "A sign-in through the provider was refused.");
    return error;
  }
  log.error({ err: error }, "A sign-in through the provider failed.");
  return new SsoRefusal("failed", "It failed on our side: look into the server's log.");
}

function problemOf({ code, message }: SsoRefusal): NonNullable<SsoTest["problem"]> {
  return { code, message };
}
