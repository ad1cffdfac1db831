import { eq, sql } from "drizzle-orm";
import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { account, session, setupToken, user } from "#db/schema/accounts.ts";
import { audit } from "#db/schema/audit.ts";
import { createTestDatabase, type TestDatabase } from "#db/testing.ts";
import { emptyAudit } from "#server/testing/fixtures.ts";
import { type Auth, createAuth } from "./auth.ts";
import { isSessionAlive, sessionOf } from "./session.ts";
import { CreateFirstAccount, createFirstAccount, isSetupNeeded } from "./setup.ts";
import { issueSetupToken } from "./setup-token.ts";

const url = "http://127.0.0.1:22010";
let database: TestDatabase;
let auth: Auth;

beforeAll(async () => {
  database = await createTestDatabase();
  auth = createAuth({ db: database.db, secret: "s".repeat(40), url, origins: [url], log: pino({ level: "silent" }) });
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.db.delete(user);
  await emptyAudit(database.db);
});

async function issue(): Promise<string> {
  const token = await issueSetupToken(database.db);
  if (!token) throw new Error("There is an account already.");
  return token;
}

function create(token: string, email = "ada@example.com"): Promise<readonly string[]> {
  const input = CreateFirstAccount.parse({ token, name: "Ada", email, password: "correct horse" });
  return createFirstAccount({ db: database.db, auth }, input, new Headers());
}

function countUsers(): Promise<number> {
  return database.db.$count(user);
}

/** Cookies as a browser sends them back. */
function asCookieHeader(cookies: readonly string[]): { headers: { cookie: string } } {
  return { headers: { cookie: cookies.map((cookie) => cookie.split(";")[0]).join("; ") } };
}

describe("the first account", () => {
  test("is made with the printed token, signed in, and audited", async () => {
    const token = await issue();
    expect(await isSetupNeeded({ db: database.db })).toBe(true);
    const cookies = await create(token);
    expect(await isSetupNeeded({ db: database.db })).toBe(false);
    expect(cookies.join()).toMatch(/^tideline\.session_token=.*HttpOnly.*SameSite=Lax/i);
    expect(await sessionOf(auth, asCookieHeader(cookies))).toMatchObject({ name: "Ada", email: "ada@example.com" });
    expect(await database.db.select({ action: audit.action, actorName: audit.actorName }).from(audit)).toEqual([
      { action: "account.create", actorName: "Ada" },
    ]);
  });

  test("a token works once", async () => {
    const token = await issue();
    await create(token);
    await expect(create(token, "eve@example.com")).rejects.toThrow(/has its first account already/);
    await database.db.delete(user);
    await expect(create(token, "eve@example.com")).rejects.toThrow(/not valid any more/);
    expect(await countUsers()).toBe(0);
  });

  test("of two at once, one wins", async () => {
    const token = await issue();
    const outcomes = await Promise.allSettled([create(token, "ada@example.com"), create(token, "eve@example.com")]);
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(await countUsers()).toBe(1);
  });

  test("rejects a wrong token, an old one and one of an earlier start", async () => {
    const earlier = await issue();
    const token = await issue();
    await expect(create("wrong")).rejects.toMatchObject({ code: "not-allowed", problems: [{ field: "token" }] });
    await expect(create(earlier)).rejects.toMatchObject({ code: "not-allowed" });
    await database.db.update(setupToken).set({ expiresAt: sql`now() - interval '1 second'` });
    await expect(create(token)).rejects.toMatchObject({ code: "not-allowed" });
    expect(await countUsers()).toBe(0);
    expect(await database.db.$count(audit)).toBe(0);
  });

  test("there is no token once there is an account, and the token itself is stored nowhere", async () => {
    const token = await issue();
    expect(JSON.stringify(await database.db.select().from(setupToken))).not.toContain(token);
    await create(token);
    expect(await issueSetupToken(database.db)).toBeNull();
  });

  test.each([
    [{ email: "ada" }, /not an email/],
    [{ password: "short" }, /at least 12/],
    [{ password: "x".repeat(129) }, /at most 128/],
    [{ name: "<script>" }, /Start with a letter/],
    [{ name: "x".repeat(10_000) }, /at most 64/],
  ])("refuses %o", (wrong, message) => {
    const input = { token: "t", name: "Ada", email: "ada@example.com", password: "correct horse", ...wrong };
    expect(() => CreateFirstAccount.parse(input)).toThrow(message);
  });
});

describe("signing in", () => {
  const signIn = (password: string) =>
    auth.handler(
      new Request(`${url}/api/auth/sign-in/email`, {
        method: "POST",
        headers: { "content-type": "application/json", origin: url },
        body: JSON.stringify({ email: "ada@example.com", password }),
      }),
    );

  test("needs the password, and its session ends with sign-out or its time", async () => {
    await create(await issue());
    expect((await signIn("another horse")).status).toBe(401);
    const answer = await signIn("correct horse");
    expect(answer.status).toBe(200);
    const req = asCookieHeader(answer.headers.getSetCookie());
    const found = await sessionOf(auth, req);
    const sessionId = found?.sessionId ?? "";
    expect(await isSessionAlive(database.db, sessionId)).toBe(true);
    await database.db
      .update(session)
      .set({ expiresAt: new Date(0) })
      .where(eq(session.id, sessionId));
    expect(await isSessionAlive(database.db, sessionId)).toBe(false);
    expect(await sessionOf(auth, req)).toBeNull();
  });

  test("sign-out ends the session at once", async () => {
    const req = asCookieHeader(await create(await issue()));
    const found = await sessionOf(auth, req);
    await auth.handler(new Request(`${url}/api/auth/sign-out`, { method: "POST", headers: { ...req.headers, origin: url } }));
    expect(await isSessionAlive(database.db, found?.sessionId ?? "")).toBe(false);
    expect(await sessionOf(auth, req)).toBeNull();
  });

  test("nobody signs up by themselves, and a forged cookie is nobody", async () => {
    const answer = await auth.handler(
      new Request(`${url}/api/auth/sign-up/email`, {
        method: "POST",
        headers: { "content-type": "application/json", origin: url },
        body: JSON.stringify({ name: "Eve", email: "eve@example.com", password: "correct horse" }),
      }),
    );
    expect(answer.status).toBe(400);
    expect(await countUsers()).toBe(0);
    expect(await sessionOf(auth, { headers: { cookie: "tideline.session_token=abc.def" } })).toBeNull();
  });

  test("passwords are stored as hashes", async () => {
    await create(await issue());
    const [row] = await database.db.select({ password: account.password }).from(account);
    expect(row?.password).toMatch(/^[0-9a-f]{32}:[0-9a-f]{128}$/);
  });
});
