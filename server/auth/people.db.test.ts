import { desc, eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { account, session, user } from "#db/schema/accounts.ts";
import { audit } from "#db/schema/audit.ts";
import { invitation } from "#db/schema/people.ts";
import { createTestDatabase, type TestDatabase } from "#db/testing.ts";
import { type Access, noAccess, type Role } from "#domain/role.ts";
import { emptyAudit, silentLog } from "#server/testing/fixtures.ts";
import { readAccess } from "./access.ts";
import { type Auth, createAuth } from "./auth.ts";
import type { SessionContext } from "./context.ts";
import { acceptInvitation, invitePerson, listInvitations, readInvitation, withdrawInvitation } from "./invitations.ts";
import { changeAccess, listPeople, removePerson } from "./people.ts";
import { isSessionAlive, sessionOf } from "./session.ts";
import { changePassword, endSession, listSessions } from "./sessions.ts";
import { createFirstAccount } from "./setup.ts";
import { issueSetupToken } from "./setup-token.ts";
import { createSignInBrake } from "./sign-in-brake.ts";

const url = "http://127.0.0.1:22010";
const password = "correct horse battery";
let database: TestDatabase;
let auth: Auth;
let ada: SessionContext;

beforeAll(async () => {
  database = await createTestDatabase();
  auth = createAuth({ db: database.db, secret: "s".repeat(40), url, origins: [url], log: silentLog });
});
afterAll(() => database.close());
beforeEach(async () => {
  for (const table of [user, invitation]) await database.db.delete(table);
  await emptyAudit(database.db);
  const token = (await issueSetupToken(database.db)) ?? "";
  ada = await contextOf(
    await createFirstAccount({ db: database.db, auth }, { token, name: "Ada", email: "ada@example.org", password }, new Headers()),
  );
});

/** As createContext makes it of a request with these cookies. */
async function contextOf(cookies: readonly string[]): Promise<SessionContext> {
  const found = await sessionOf(auth, { headers: { cookie: cookies.map((cookie) => cookie.split(";")[0]).join("; ") } });
  if (!found) throw new Error("These cookies are nobody's.");
  const services = {
    db: database.db,
    auth,
    config: { passwords: "everyone", sso: null },
    log: silentLog,
    brake: createSignInBrake(),
  } as unknown as SessionContext["services"];
  const actor = { type: "person", userId: found.userId, name: found.name } as const;
  return {
    actor,
    userId: found.userId,
    ...(await readAccess(database.db, found.userId)),
    email: found.email,
    requestId: "r-1",
    services,
    session: found,
    token: null,
  };
}

async function invite(access: Access, email = "grace@example.org"): Promise<string> {
  return (await invitePerson(ada, { email, access })).token;
}

async function join(defaultRole: Role | null, name = "Grace"): Promise<SessionContext> {
  const token = await invite({ ...noAccess, defaultRole }, `${name.toLowerCase()}@example.org`);
  return contextOf((await acceptInvitation(ada.services, { token, name, password }, new Headers())).cookies);
}

async function signIn(email: string): Promise<SessionContext> {
  const headers = { "content-type": "application/json", origin: url, "user-agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0" };
  const answer = await auth.handler(
    new Request(`${url}/api/auth/sign-in/email`, { method: "POST", headers, body: JSON.stringify({ email, password }) }),
  );
  return contextOf(answer.headers.getSetCookie());
}

async function lastAudit() {
  const [row] = await database.db.select().from(audit).orderBy(desc(audit.at), desc(audit.id)).limit(1);
  return row;
}

describe("an invitation", () => {
  test("makes one account with the roles in it, signed in, and is gone then", async () => {
    const access: Access = { defaultRole: "viewer", roles: { production: null, staging: "approver" }, granted: ["freeze.override"] };
    const token = await invite(access);
    expect(await readInvitation(ada.services, token)).toEqual({ email: "grace@example.org", invitedBy: "Ada" });
    const { cookies } = await acceptInvitation(ada.services, { token, name: "Grace", password }, new Headers());
    expect(await contextOf(cookies)).toMatchObject({ access, grantors: ["Ada"], session: { name: "Grace", email: "grace@example.org" } });
    expect(await lastAudit()).toMatchObject({ action: "account.create", actorName: "Grace", detail: { invitedBy: "Ada" } });
    expect(await listInvitations(ada)).toEqual([]);
    await expect(acceptInvitation(ada.services, { token, name: "Eve", password }, new Headers())).rejects.toMatchObject({ code: "not-allowed" });
  });

  test("followed twice at once makes one account", async () => {
    const token = await invite(noAccess);
    const accept = (name: string) => acceptInvitation(ada.services, { token, name, password }, new Headers());
    const outcomes = await Promise.allSettled([accept("Grace"), accept("Eve")]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(await database.db.$count(user)).toBe(2);
  });

  test("is stored as a hash only, and nothing of it is in the audit", async () => {
    const token = await invite(noAccess);
    expect(JSON.stringify([await database.db.select().from(invitation), await database.db.select().from(audit)])).not.toContain(token);
    expect(await lastAudit()).toMatchObject({ action: "person.invite", target: "email:grace@example.org", outcome: "done" });
  });

  test.each<[string, (token: string) => Promise<unknown>]>([
    ["withdrawn", async () => withdrawInvitation(ada, { invitationId: (await listInvitations(ada))[0]?.invitationId ?? "" })],
    ["made anew", () => invite(noAccess)],
    ["older than a week", () => database.db.update(invitation).set({ expiresAt: new Date(Date.now() - 1) })],
  ])("that was %s is not valid any more", async (_, spoil) => {
    const token = await invite(noAccess);
    await spoil(token);
    expect(await readInvitation(ada.services, token)).toBeNull();
    await expect(acceptInvitation(ada.services, { token, name: "Grace", password }, new Headers())).rejects.toThrow(/not valid any more/);
  });

  test("is valid for seven days", async () => {
    await invite(noAccess);
    const [open] = await listInvitations(ada);
    expect((open?.expiresAt ?? 0) - Date.now()).toBeGreaterThan(7 * 86_400_000 - 60_000);
    expect((open?.expiresAt ?? 0) - Date.now()).toBeLessThanOrEqual(7 * 86_400_000 + 60_000);
  });

  test("of somebody who is no admin sets no password where only admins have them", async () => {
    const config = { passwords: "admins", sso: { name: "Keyring" } } as SessionContext["services"]["config"];
    const follow = async (defaultRole: Role) => {
      const token = await invite({ ...noAccess, defaultRole });
      return acceptInvitation({ ...ada.services, config }, { token, name: "Grace", password }, new Headers());
    };
    await expect(follow("approver")).rejects.toThrow("Only admins have passwords here. Sign in with Keyring: your invitation counts then.");
    expect((await follow("admin")).email).toBe("grace@example.org");
  });

  test("is refused for an address that has an account, and a guessable password at its field", async () => {
    await expect(invite(noAccess, "ada@example.org")).rejects.toMatchObject({ code: "conflict", problems: [{ field: "email" }] });
    const token = await invite(noAccess);
    const accepted = acceptInvitation(ada.services, { token, name: "Grace", password: "grace is amazing" }, new Headers());
    await expect(accepted).rejects.toMatchObject({ code: "invalid", problems: [{ field: "password" }] });
    expect(await readInvitation(ada.services, token)).not.toBeNull();
  });
});

describe("roles", () => {
  test("are changed by an admin, count from the next request on, and are audited", async () => {
    const grace = await join("viewer");
    await changeAccess(ada, { userId: grace.session.userId, access: { ...noAccess, roles: { staging: "operator" } } });
    expect((await readAccess(database.db, grace.session.userId)).access).toEqual({ ...noAccess, roles: { staging: "operator" } });
    expect(await lastAudit()).toMatchObject({ action: "person.change", outcome: "done", detail: { access: { roles: { staging: "operator" } } } });
    expect((await listPeople(ada)).map(({ name, access }) => [name, access.defaultRole])).toEqual([
      ["Ada", "admin"],
      ["Grace", null],
    ]);
  });

  test("are not changed by others, least of all their own", async () => {
    const grace = await join("approver");
    const access: Access = { ...noAccess, defaultRole: "admin" };
    await expect(changeAccess(grace, { userId: grace.session.userId, access })).rejects.toMatchObject({ code: "not-allowed" });
    expect(await lastAudit()).toMatchObject({ action: "person.change", outcome: "refused", actorName: "Grace" });
    await expect(listPeople(grace)).rejects.toThrow("This needs the role admin in all environments; you are approver. Ask Ada.");
  });

  test("of the last admin stay, and the account too", async () => {
    const userId = ada.session.userId;
    await expect(changeAccess(ada, { userId, access: { ...noAccess, defaultRole: "approver" } })).rejects.toThrow(/Ada is the last admin/);
    await expect(removePerson(ada, { userId })).rejects.toThrow(/Ada is the last admin/);
    expect((await readAccess(database.db, userId)).access.defaultRole).toBe("admin");
  });

  test("of two admins who remove each other at once, one stays", async () => {
    const grace = await join("admin");
    const outcomes = await Promise.allSettled([
      removePerson(ada, { userId: grace.session.userId }),
      removePerson(grace, { userId: ada.session.userId }),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(await database.db.$count(user)).toBe(1);
  });

  test("go with the account, and its sessions with them", async () => {
    const grace = await join("operator");
    await removePerson(ada, { userId: grace.session.userId });
    expect(await isSessionAlive(database.db, grace.session.sessionId)).toBe(false);
    expect((await listPeople(ada)).map(({ name }) => name)).toEqual(["Ada"]);
  });
});

describe("sessions", () => {
  test("are listed with where they are, and this one is marked", async () => {
    const elsewhere = await signIn("ada@example.org");
    const listed = await listSessions(ada, {});
    expect(listed.map(({ isThis }) => isThis)).toEqual([false, true]);
    expect(listed[0]).toMatchObject({ sessionId: elsewhere.session.sessionId, userAgent: expect.stringContaining("Firefox/140.0") });
  });

  test("are ended by their owner and by an admin, and by nobody else", async () => {
    const grace = await join("operator");
    await expect(endSession(grace, { sessionId: ada.session.sessionId })).rejects.toMatchObject({ code: "not-allowed" });
    await expect(listSessions(grace, { userId: ada.session.userId })).rejects.toMatchObject({ code: "not-allowed" });
    await endSession(ada, { sessionId: grace.session.sessionId });
    expect(await isSessionAlive(database.db, grace.session.sessionId)).toBe(false);
    const other = await signIn("grace@example.org");
    await endSession(other, { sessionId: other.session.sessionId });
    expect(await lastAudit()).toMatchObject({ action: "session.end", actorName: "Grace", outcome: "done" });
    await expect(endSession(ada, { sessionId: other.session.sessionId })).rejects.toMatchObject({ code: "not-found" });
  });
});

describe("changing one's password", () => {
  const newPassword = "another horse battery";

  test("asks for the current one, and ends the other sessions", async () => {
    const elsewhere = await signIn("ada@example.org");
    const wrong = changePassword(ada, { password: "wrong", newPassword });
    await expect(wrong).rejects.toMatchObject({ code: "invalid", problems: [{ field: "password" }] });
    expect(await lastAudit()).toMatchObject({ action: "password.change", outcome: "refused" });
    expect(await changePassword(ada, { password, newPassword })).toEqual({ ended: 1 });
    expect(await isSessionAlive(database.db, elsewhere.session.sessionId)).toBe(false);
    expect(await isSessionAlive(database.db, ada.session.sessionId)).toBe(true);
    await expect(signIn("ada@example.org")).rejects.toThrow();
  });

  test("refuses a guessable one at its field, and slows guessing of the current one down", async () => {
    const [before] = await database.db.select({ hash: account.password }).from(account).where(eq(account.userId, ada.session.userId));
    await expect(changePassword(ada, { password, newPassword: "tideline-tideline" })).rejects.toMatchObject({ problems: [{ field: "newPassword" }] });
    for (let index = 0; index < 5; index += 1) await expect(changePassword(ada, { password: "wrong", newPassword })).rejects.toThrow();
    await expect(changePassword(ada, { password, newPassword })).rejects.toMatchObject({ code: "limit" });
    const [after] = await database.db.select({ hash: account.password }).from(account).where(eq(account.userId, ada.session.userId));
    expect(after).toEqual(before);
    expect(await database.db.$count(session)).toBe(1);
  });
});
