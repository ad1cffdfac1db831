import { desc } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { session, user } from "#db/schema/accounts.ts";
import { audit } from "#db/schema/audit.ts";
import { personRole } from "#db/schema/people.ts";
import { createTestDatabase, type TestDatabase } from "#db/testing.ts";
import { silentLog } from "#server/testing/fixtures.ts";
import { clientAddressHeader, createAuth } from "./auth.ts";
import { createDevices } from "./device.ts";
import { type AuthDoor, answerAuth } from "./handler.ts";
import { createFirstAccount } from "./setup.ts";
import { issueSetupToken } from "./setup-token.ts";
import { createSignInBrake } from "./sign-in-brake.ts";

const url = "http://127.0.0.1:22010";
const secret = "s".repeat(40);
const account = { name: "Ada", email: "ada@example.org", password: "correct horse battery" };
let database: TestDatabase;
let door: AuthDoor;

beforeAll(async () => {
  database = await createTestDatabase();
  const auth = createAuth({ db: database.db, secret, url, origins: [url], log: silentLog });
  door = { db: database.db, passwords: "everyone", auth, devices: createDevices({ secret, secure: false }), brake: createSignInBrake(() => 0) };
  const token = (await issueSetupToken(database.db)) ?? "";
  await createFirstAccount({ db: database.db, auth }, { token, ...account }, new Headers());
});
afterAll(() => database.close());
beforeEach(() => {
  door = { ...door, brake: createSignInBrake(() => 0) };
});

async function signIn(password: string, { address = "203.0.113.7", cookie = "", email = account.email } = {}): Promise<Response> {
  const headers = { "content-type": "application/json", origin: url, cookie, [clientAddressHeader]: address };
  return answerAuth(door, new Request(`${url}/api/auth/sign-in/email`, { method: "POST", headers, body: JSON.stringify({ email, password }) }));
}

const deviceOf = (answer: Response) =>
  answer.headers
    .getSetCookie()
    .find((cookie) => cookie.startsWith("tideline.device="))
    ?.split(";")[0] ?? "";

test("after five wrong tries of strangers another must wait, and the right password does not help them", async () => {
  const answers = await Promise.all(Array.from({ length: 5 }, (_, index) => signIn("wrong", { address: `203.0.113.${index}` })));
  expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(401));
  const refused = await signIn(account.password);
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "1"]);
  expect(refused.headers.getSetCookie()).toEqual([]);
});

test("the owner's own browser signs in all the while", async () => {
  const cookie = deviceOf(await signIn(account.password));
  for (let index = 0; index < 8; index += 1) await signIn("wrong", { address: `203.0.113.${index}` });
  expect((await signIn(account.password)).status).toBe(429);
  const owner = await signIn(account.password, { cookie });
  expect(owner.status).toBe(200);
  // It is known already: the cookie stays as it is.
  expect(deviceOf(owner)).toBe("");
});

test("each sign-in is in the audit, with where it was", async () => {
  await signIn(account.password, { address: "203.0.113.77" });
  const [row] = await database.db.select().from(audit).orderBy(desc(audit.seq)).limit(1);
  expect(row).toMatchObject({ action: "session.begin", actorName: "Ada", outcome: "done", detail: { by: "password", address: "203.0.113.77" } });
});

test("where only admins have passwords an admin gets in, and nobody else has a session", async () => {
  door = { ...door, passwords: "admins" };
  expect((await signIn(account.password)).status).toBe(200);
  const before = await database.db.$count(session);
  await database.db.update(personRole).set({ role: "approver" });
  const refused = await signIn(account.password);
  expect([refused.status, refused.headers.getSetCookie()]).toEqual([403, []]);
  expect(await database.db.$count(session)).toBe(before);
  const [row] = await database.db.select().from(audit).orderBy(desc(audit.seq)).limit(1);
  expect(row).toMatchObject({ action: "session.begin", outcome: "refused" });
  await database.db.update(personRole).set({ role: "admin" });
});

test("another spelling of the address is the same account, and one that does not exist is slowed down alike", async () => {
  for (const email of ["ADA@example.org", " ada@example.org", "Ada@Example.org", "ada@example.org", "ada@EXAMPLE.org"])
    await signIn("wrong", { email });
  expect((await signIn("wrong")).status).toBe(429);
  const statuses = [];
  for (let index = 0; index < 6; index += 1)
    statuses.push((await signIn("wrong", { email: "nobody@example.org", address: `192.0.2.${index}` })).status);
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
  expect(await database.db.$count(user)).toBe(1);
});
