import { createServer, type Server } from "node:http";
import { desc, eq } from "drizzle-orm";
import { v7 as createId } from "uuid";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { account, session, user, verification } from "#db/schema/accounts.ts";
import { audit } from "#db/schema/audit.ts";
import { invitation } from "#db/schema/people.ts";
import { createTestDatabase, type TestDatabase } from "#db/testing.ts";
import { type Access, noAccess } from "#domain/role.ts";
import type { SsoSettings } from "#domain/settings/sso.ts";
import { createSecrets } from "#server/io/secrets.ts";
import type { Services } from "#server/services.ts";
import { emptyAudit, silentLog } from "#server/testing/fixtures.ts";
import { goThroughProvider, settingsFor, startTestProvider, type TestProvider, testClient } from "#server/testing/oidc-provider.ts";
import { readAccess, writeAccess } from "../access.ts";
import { type Auth, createAuth } from "../auth.ts";
import { createContext, type SessionContext } from "../context.ts";
import { createSignInBrake } from "../sign-in-brake.ts";
import { createFlowCookies } from "./flow-cookie.ts";
import { answerSso } from "./handler.ts";
import { createSsoProvider } from "./provider.ts";
import { readSsoTest } from "./tests.ts";

const port = 22_012;
const consoleUrl = `http://127.0.0.1:${port}`;
const secret = "s".repeat(40);
const grace = { email: "grace@example.org", email_verified: true, name: "Grace O'Hara", groups: ["shop"] };
let database: TestDatabase;
let provider: TestProvider;
let auth: Auth;
let server: Server;
let services: Services;

beforeAll(async () => {
  database = await createTestDatabase();
  provider = await startTestProvider({ redirectUri: `${consoleUrl}/api/auth/sso/callback`, people: {} });
  auth = createAuth({ db: database.db, secret, url: consoleUrl, origins: [consoleUrl], log: silentLog });
  server = createServer((req, res) => void answerSso(services, req, res, new URL(req.url ?? "/", consoleUrl)));
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await provider.close();
  await database.close();
});
beforeEach(async () => {
  Object.assign(provider.people, { grace });
  await setUp();
});
afterEach(async () => {
  provider.lie({});
  for (const table of [user, invitation, verification]) await database.db.delete(table);
  await emptyAudit(database.db);
});

async function setUp(change: Partial<SsoSettings> = {}): Promise<void> {
  const settings = settingsFor(provider, change);
  const secrets = createSecrets({ env: { OIDC_CLIENT_SECRET: testClient.secret }, directories: [] });
  const sso = {
    settings,
    flows: createFlowCookies({ secret, secure: false }),
    provider: createSsoProvider({ settings, secrets, allowPrivateUrls: [] }),
  };
  services = { db: database.db, auth, sso, consoleUrl, brake: createSignInBrake(), log: silentLog } as unknown as Services;
}

interface Landed {
  readonly to: string;
  readonly cookie: string;
}

async function open(url: string, cookie = ""): Promise<Landed> {
  const answer = await fetch(url, { redirect: "manual", headers: { cookie, "user-agent": "Firefox" } });
  const set = answer.headers.getSetCookie().map((each) => each.split(";")[0]);
  return { to: answer.headers.get("location") ?? "", cookie: set.join("; ") };
}

/** As a browser does it: to the provider, through it, and back. */
async function signIn(sub = "grace", { query = "", cookie = "" } = {}): Promise<Landed> {
  const began = await open(`${consoleUrl}/api/auth/sso/start${query}`, cookie);
  if (!began.to.startsWith(provider.issuer)) return began;
  return open((await goThroughProvider(began.to, sub)).href, `${cookie}; ${began.cookie}`);
}

const contextOf = async ({ cookie }: Landed) => (await createContext(services, { headers: { cookie } })) as SessionContext | null;

async function lastAudit() {
  const [row] = await database.db.select().from(audit).orderBy(desc(audit.seq)).limit(1);
  return row;
}

/** An account as an invitation makes it. */
async function insertLocal(email: string, access: Access): Promise<string> {
  const userId = createId();
  await database.db.insert(user).values({ id: userId, name: "Ada", email });
  await database.db.insert(account).values({ id: createId(), accountId: userId, providerId: "credential", userId, password: "hash" });
  await writeAccess(database.db, userId, access);
  return userId;
}

describe("a person whom the provider knows", () => {
  test("is signed in, has an account without a role, and both are in the audit", async () => {
    const landed = await signIn("grace", { query: "?next=%2Fplans" });
    expect(landed.to).toBe("/plans");
    const ctx = await contextOf(landed);
    expect(ctx).toMatchObject({ access: noAccess, session: { name: "Grace OHara", email: "grace@example.org" } });
    const rows = await database.db.select().from(audit).orderBy(audit.seq);
    expect(rows.map(({ action, actorName, outcome, detail }) => [action, actorName, outcome, detail["by"]])).toEqual([
      ["account.create", "Grace OHara", "done", "Keyring"],
      ["session.begin", "Grace OHara", "done", "Keyring"],
    ]);
    expect(JSON.stringify(rows)).not.toContain(testClient.secret);
  });

  test("has one account however often they come", async () => {
    const one = await contextOf(await signIn());
    const two = await contextOf(await signIn());
    expect(two?.userId).toBe(one?.userId);
    expect(await database.db.$count(user)).toBe(1);
    expect(await database.db.$count(session)).toBe(2);
  });

  test("nothing of the provider's tokens is kept", async () => {
    await signIn();
    const [row] = await database.db.select().from(account);
    expect(row).toMatchObject({ providerId: provider.issuer, accountId: "grace", accessToken: null, refreshToken: null, idToken: null });
  });

  test("is a newcomer as configured, and not led to another site", async () => {
    await setUp({ newcomers: "viewer" });
    const landed = await signIn("grace", { query: "?next=https://elsewhere.example" });
    expect(landed.to).toBe("/");
    expect((await contextOf(landed))?.access).toEqual({ ...noAccess, defaultRole: "viewer" });
  });

  test("has what the invitation says, and uses it up", async () => {
    const access: Access = { ...noAccess, roles: { staging: "operator" } };
    const row = {
      invitationId: createId(),
      hash: "h",
      email: "grace@example.org",
      access,
      invitedBy: "Ada",
      expiresAt: new Date(Date.now() + 60_000),
    };
    await database.db.insert(invitation).values(row);
    expect((await contextOf(await signIn()))?.access).toEqual(access);
    expect(await database.db.$count(invitation)).toBe(0);
  });

  test("whose address is not confirmed has nothing of an invitation", async () => {
    provider.people["grace"] = { ...grace, email_verified: false };
    const row = { invitationId: createId(), hash: "h", email: grace.email, invitedBy: "Ada", expiresAt: new Date(Date.now() + 60_000) };
    await database.db.insert(invitation).values({ ...row, access: { ...noAccess, defaultRole: "admin" } });
    expect((await contextOf(await signIn()))?.access).toEqual(noAccess);
    expect(await database.db.$count(invitation)).toBe(1);
  });
});

describe("where groups mean something", () => {
  beforeEach(() => setUp({ groupRoles: { shop: { staging: "operator" }, admins: "admin" } }));

  test("they give the roles, at each sign-in", async () => {
    const one = await contextOf(await signIn());
    expect(one?.access).toEqual({ ...noAccess, roles: { staging: "operator" } });
    provider.people["grace"] = { ...grace, groups: ["admins"] };
    expect((await contextOf(await signIn()))?.access).toEqual({ ...noAccess, defaultRole: "admin" });
    provider.people["grace"] = { ...grace, groups: [] };
    expect((await contextOf(await signIn()))?.access).toEqual(noAccess);
    const changes = await database.db.select().from(audit).where(eq(audit.action, "person.change"));
    expect(changes.map(({ actorName, detail }) => [actorName, detail["by"]])).toEqual(Array(3).fill(["Tideline", "groups at Keyring"]));
  });

  test("a claim that is missing takes nobody's roles away", async () => {
    const one = await contextOf(await signIn());
    const { groups: _, ...without } = grace;
    provider.people["grace"] = without;
    expect((await signIn()).to).toBe("/login?problem=no-groups");
    expect((await readAccess(database.db, one?.userId ?? "")).access).toEqual({ ...noAccess, roles: { staging: "operator" } });
  });

  test("an account with a password keeps the roles that it was given here", async () => {
    const userId = await insertLocal("grace@example.org", { ...noAccess, defaultRole: "admin" });
    const ctx = await contextOf(await signIn());
    expect(ctx).toMatchObject({ userId, access: { defaultRole: "admin" } });
    const actions = await database.db.select({ action: audit.action }).from(audit).orderBy(audit.seq);
    expect(actions.map(({ action }) => action)).toEqual(["account.link", "session.begin"]);
  });
});

describe("nobody gets in", () => {
  test("to an account by an address that the provider does not confirm", async () => {
    await insertLocal("grace@example.org", { ...noAccess, defaultRole: "admin" });
    provider.people["grace"] = { ...grace, email_verified: false };
    expect((await signIn()).to).toBe("/login?problem=not-confirmed");
    expect(await database.db.$count(session)).toBe(0);
    expect(await lastAudit()).toMatchObject({ action: "session.begin", outcome: "refused", target: "email:grace@example.org" });
  });

  test("to the account of somebody who had the address before", async () => {
    await signIn();
    provider.people["eve"] = grace;
    expect((await signIn("eve")).to).toBe("/login?problem=other-person");
  });

  test("without an address, or when the provider refuses", async () => {
    provider.people["grace"] = { name: "Grace" };
    expect((await signIn("grace", { query: "?next=%2Fplans" })).to).toBe("/login?problem=no-email&next=%2Fplans");
    expect((await signIn("")).to).toBe("/login?problem=refused");
    expect(await database.db.$count(user)).toBe(0);
  });

  test("with a token that is not so", async () => {
    provider.lie({ change: (claims) => ({ ...claims, aud: "other" }) });
    const landed = await signIn();
    expect(landed.to).toBe("/login?problem=not-proven");
    expect(await contextOf(landed)).toBeNull();
  });

  test("in another browser than the one that began, or twice with one answer", async () => {
    const began = await open(`${consoleUrl}/api/auth/sso/start`);
    const back = (await goThroughProvider(began.to, "grace")).href;
    expect((await open(back)).to).toBe("/login?problem=lost");
    expect((await open(back, (await open(`${consoleUrl}/api/auth/sso/start`)).cookie)).to).toBe("/login?problem=lost");
    expect((await open(back, began.cookie.replace(/.$/, "x"))).to).toBe("/login?problem=lost");
    expect((await open(back, began.cookie)).to).toBe("/");
    expect((await open(back, began.cookie)).to).toBe("/login?problem=lost");
  });

  test("for guessing faster than a password would be", async () => {
    const answers = [];
    for (let tries = 0; tries < 6; tries += 1) {
      const { to, cookie } = await open(`${consoleUrl}/api/auth/sso/start`);
      const state = new URL(to).searchParams.get("state");
      answers.push((await open(`${consoleUrl}/api/auth/sso/callback?state=${state}&code=guess`, cookie)).to);
    }
    expect(answers).toEqual([...Array(5).fill("/login?problem=lost"), "/login?problem=too-many"]);
  });

  test("while the provider is down: the sign-in page says so at once", async () => {
    await setUp({ endpoints: { ...provider.endpoints, keys: `${provider.issuer}/nowhere` } });
    expect((await signIn("grace", { query: "?next=%2Fplans" })).to).toBe("/login?problem=down&next=%2Fplans");
  });
});

test("by another name of this machine one is led to the console's own first", async () => {
  const { to, cookie } = await open(`http://localhost:${port}/api/auth/sso/start?next=%2Fplans`);
  expect([to, cookie]).toEqual([`${consoleUrl}/api/auth/sso/start?next=%2Fplans`, ""]);
});

describe("a try", () => {
  async function signedIn(access: Access): Promise<string> {
    const userId = await insertLocal("ada@example.org", access);
    const { headers } = await auth.api.signInProven({ body: { userId }, headers: new Headers(), returnHeaders: true });
    return headers.getSetCookie()[0]?.split(";")[0] ?? "";
  }
  const tests = async (cookie: string) => {
    const ctx = (await createContext(services, { headers: { cookie } })) as SessionContext;
    return readSsoTest(ctx);
  };

  test("by an admin shows the claims and what they would give, and signs nobody in", async () => {
    await setUp({ groupRoles: { shop: "operator" } });
    const cookie = await signedIn({ ...noAccess, defaultRole: "admin" });
    const landed = await signIn("grace", { query: "?test", cookie });
    expect(landed.to).toBe("/settings/sign-on");
    expect(await tests(cookie)).toMatchObject({
      claims: { sub: "grace", ...grace, iss: provider.issuer, aud: testClient.id },
      access: { defaultRole: "operator" },
      problem: null,
    });
    expect(await database.db.$count(user)).toBe(1);
    expect(await database.db.$count(session)).toBe(1);
    expect(await lastAudit()).toMatchObject({ action: "sso.test", actorName: "Ada", detail: { problem: null } });
  });

  test("that fails shows what the provider said", async () => {
    const cookie = await signedIn({ ...noAccess, defaultRole: "admin" });
    provider.lie({ change: (claims) => ({ ...claims, aud: "other" }) });
    await signIn("grace", { query: "?test", cookie });
    expect(await tests(cookie)).toMatchObject({ claims: null, problem: { code: "not-proven", message: expect.stringContaining("aud") } });
  });

  test("is for admins, and what it showed for the session that made it", async () => {
    const cookie = await signedIn({ ...noAccess, defaultRole: "approver" });
    expect((await open(`${consoleUrl}/api/auth/sso/start?test`, cookie)).to).toBe("/settings/sign-on");
    expect((await open(`${consoleUrl}/api/auth/sso/start?test`)).to).toBe("/settings/sign-on");
    await expect(tests(cookie)).rejects.toMatchObject({ code: "not-allowed" });
  });
});
