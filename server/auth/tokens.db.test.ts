import { desc, eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { user } from "#db/schema/accounts.ts";
import { audit } from "#db/schema/audit.ts";
import { apiToken } from "#db/schema/people.ts";
import { createTestDatabase, type TestDatabase } from "#db/testing.ts";
import { type Access, noAccess } from "#domain/role.ts";
import type { Services } from "#server/services.ts";
import { emptyAudit, silentLog } from "#server/testing/fixtures.ts";
import { readAccess, writeAccess } from "./access.ts";
import { writeAudit } from "./audit.ts";
import { clientAddressHeader } from "./auth.ts";
import { accessNow, createContext, type SessionContext } from "./context.ts";
import { createTokenBrake } from "./token-brake.ts";
import { createToken, listTokens, revokeToken } from "./tokens.ts";

const own = { everybody: false };
const operator: Access = { ...noAccess, defaultRole: "viewer", roles: { staging: "operator" } };
let database: TestDatabase;
let services: Services;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.db.delete(user);
  await emptyAudit(database.db);
  services = { db: database.db, log: silentLog, tokenBrake: createTokenBrake() } as unknown as Services;
});

async function signedIn(id: string, access: Access): Promise<SessionContext> {
  const name = id === "ada" ? "Ada" : "Grace";
  await database.db
    .insert(user)
    .values({ id, name, email: `${id}@example.org` })
    .onConflictDoNothing();
  await writeAccess(database.db, id, access);
  const session = { sessionId: `of-${id}`, userId: id, name, email: `${id}@example.org` };
  const own = { actor: { type: "person", userId: id, name } as const, userId: id, email: session.email, session, token: null };
  return { ...own, ...(await readAccess(database.db, id)), requestId: "r-1", services };
}

const send = (token: string, address = "203.0.113.7") =>
  createContext(services, { headers: { authorization: `Bearer ${token}`, cookie: "tideline.session_token=x", [clientAddressHeader]: address } });

async function lastAudit() {
  const [row] = await database.db.select().from(audit).orderBy(desc(audit.seq)).limit(1);
  return row;
}

const notValid = { code: "not-allowed", message: expect.stringContaining("This token is not valid") };

describe("a token", () => {
  test("lets a program act as its owner, with what its scope leaves, and the audit names it", async () => {
    const ada = await signedIn("ada", { ...noAccess, defaultRole: "admin" });
    const { token } = await createToken(ada, { name: "deploy-ci", access: operator, days: 30 });
    expect(await lastAudit()).toMatchObject({ action: "token.create", actorName: "Ada", detail: { name: "deploy-ci", days: 30 } });
    const ctx = await send(token);
    expect(ctx).toMatchObject({ userId: "ada", access: operator, session: null, token: { name: "deploy-ci" } });
    if (!ctx) throw new Error("The token was taken for none.");
    await writeAudit(database.db, ctx, "plan.save", "plan:x");
    expect(await lastAudit()).toMatchObject({ actorId: "ada", actorName: "Ada (token deploy-ci)" });
  });

  test("is kept as a hash only", async () => {
    const { token } = await createToken(await signedIn("ada", operator), { name: "ci", access: noAccess, days: 1 });
    expect(token).toMatch(/^tideline_[\w-]{43}$/);
    expect(JSON.stringify([await database.db.select().from(apiToken), await database.db.select().from(audit)])).not.toContain(token.slice(9));
  });

  test("may never be more than its maker is, then or later", async () => {
    const ada = await signedIn("ada", operator);
    const beyond = createToken(ada, { name: "ci", access: { ...noAccess, defaultRole: "admin" }, days: 1 });
    await expect(beyond).rejects.toMatchObject({ code: "not-allowed", problems: [{ field: "access" }] });
    expect(await lastAudit()).toMatchObject({ action: "token.create", outcome: "refused" });
    const { token } = await createToken(ada, { name: "ci", access: operator, days: 1 });
    await signedIn("ada", { ...noAccess, roles: { staging: "viewer" } });
    expect((await send(token))?.access).toEqual({ ...noAccess, roles: { staging: "viewer" } });
  });

  test("tells when it was used last", async () => {
    const ada = await signedIn("ada", operator);
    const { token } = await createToken(ada, { name: "ci", access: noAccess, days: 1 });
    expect((await listTokens(ada, own))[0]).toMatchObject({ name: "ci", ownerName: "Ada", lastUsedAt: null });
    await send(token);
    expect((await listTokens(ada, own))[0]?.lastUsedAt).toBeGreaterThan(Date.now() - 60_000);
  });

  test.each<[string, (ada: SessionContext, tokenId: string) => Promise<unknown>]>([
    ["revoked", (ada, tokenId) => revokeToken(ada, { tokenId })],
    ["old", () => database.db.update(apiToken).set({ expiresAt: new Date(Date.now() - 1) })],
    ["of somebody whose account has ended", () => database.db.delete(user)],
  ])("that is %s is worth nothing at once, for requests and for sockets that are open", async (_, end) => {
    const ada = await signedIn("ada", operator);
    const { token, tokenId } = await createToken(ada, { name: "ci", access: operator, days: 1 });
    const open = await send(token);
    if (!open) throw new Error("The token was taken for none.");
    expect(await accessNow(database.db, open)).toEqual(operator);
    await end(ada, tokenId);
    await expect(send(token)).rejects.toMatchObject(notValid);
    expect(await accessNow(database.db, open)).toBeNull();
  });

  test("that is wrong is refused in words, and no cookie counts beside it", async () => {
    for (const token of ["", "x", `tideline_${"a".repeat(43)}`]) await expect(send(token)).rejects.toMatchObject(notValid);
  });

  test("is not looked up without end from one address, and a right one goes through", async () => {
    const { token } = await createToken(await signedIn("ada", operator), { name: "ci", access: noAccess, days: 1 });
    await send(token);
    for (let tries = 0; tries < 30; tries += 1) await expect(send(`tideline_${"a".repeat(43)}`)).rejects.toMatchObject(notValid);
    await expect(send(`tideline_${"b".repeat(43)}`)).rejects.toMatchObject({ code: "limit" });
    expect(await send(token)).not.toBeNull();
  });
});

describe("the tokens of others", () => {
  test("are seen and revoked by an admin, and by nobody else", async () => {
    const grace = await signedIn("grace", operator);
    const { tokenId } = await createToken(grace, { name: "hers", access: noAccess, days: 1 });
    const ada = await signedIn("ada", operator);
    expect(await listTokens(ada, own)).toEqual([]);
    await expect(revokeToken(ada, { tokenId })).rejects.toMatchObject({ code: "not-allowed" });
    const admin = await signedIn("ada", { ...noAccess, defaultRole: "admin" });
    await expect(listTokens(ada, { everybody: true })).rejects.toMatchObject({ code: "not-allowed" });
    expect((await listTokens(admin, { everybody: true })).map(({ ownerName }) => ownerName)).toEqual(["Grace"]);
    await revokeToken(admin, { tokenId });
    const [row] = await database.db.select().from(audit).where(eq(audit.outcome, "done")).orderBy(desc(audit.seq)).limit(1);
    expect(row).toMatchObject({ action: "token.revoke", actorName: "Ada", target: `token:${tokenId}` });
  });

  test("are at most fifty of one person", async () => {
    const ada = await signedIn("ada", operator);
    for (let count = 0; count < 50; count += 1) await createToken(ada, { name: `t${count}`, access: noAccess, days: 1 });
    await expect(createToken(ada, { name: "more", access: noAccess, days: 1 })).rejects.toMatchObject({ code: "limit" });
  });
});
