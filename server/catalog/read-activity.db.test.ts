import { afterAll, beforeAll, expect, test } from "vitest";
import { eachActivity } from "#db/queries/activity.ts";
import { user } from "#db/schema/accounts.ts";
import { createTestDatabase, type TestDatabase } from "#db/testing.ts";
import { type Activity, activityPerPage, SearchActivity } from "#domain/activity.ts";
import type { Fleet } from "#domain/fleet.ts";
import { writeAudit } from "#server/auth/audit.ts";
import { ada, beginRollout, createTestContext, insertFleet, insertRelease } from "#server/testing/fixtures.ts";
import { readActivity, readChoices } from "./read-activity.ts";

const bob = { type: "person", userId: "bob", name: "Bob" } as const;
let database: TestDatabase;
let fleet: Fleet;
let rolloutId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  const { db } = database;
  const [old, next] = [await insertRelease(db, "1.0"), await insertRelease(db, "1.1")];
  fleet = await insertFleet(db, old, 2, "shop");
  await writeAudit(db, { actor: bob }, "plan.save", "plan:quick_50%", { version: 1 });
  ({ rolloutId } = await beginRollout(db, { fleet, release: next }));
  await writeAudit(db, { actor: bob }, "rollout.command", `rollout:${rolloutId}`, { type: "pause" }, "refused");
  await writeAudit(db, { actor: ada }, "fleet.remove", "fleet:not-an-identifier");
});
afterAll(() => database.close());

const context = () => createTestContext({ db: database.db });
const search = async (asked: object) => (await readActivity(context(), SearchActivity.parse(asked))).rows.map(({ seq }) => seq);

test("rows come newest first, with the name of what they are about", async () => {
  const { rows, total } = await readActivity(context(), SearchActivity.parse({}));
  expect(total).toBe(4);
  expect(rows.map(({ seq, targetName }) => [seq, targetName])).toEqual([
    [4, null],
    [3, "shop → 1.1"],
    [2, "shop"],
    [1, null],
  ]);
  expect(rows[1]).toMatchObject({ actorId: "bob", actorName: "Bob", outcome: "refused", detail: { type: "pause" } });
});

test.each([
  ["who", { who: "Bob" }, [3, 1]],
  ["action", { action: "rollout.start" }, [2]],
  ["outcome", { outcome: "refused" }, [3]],
  ["the kind of target", { target: "PLAN:" }, [1]],
  ["the name of the target", { target: "shop" }, [3, 2]],
  ["text that is no pattern", { target: "k_5" }, [1]],
  ["text of a pattern that fits nothing", { target: "q%5" }, []],
  ["a time that has not come", { since: Date.UTC(2100, 0) }, []],
  ["a time that is over", { until: Date.UTC(2020, 0) }, []],
  ["all that is given at once", { who: "Bob", outcome: "done" }, [1]],
])("it is narrowed by %s", async (_, asked, expected) => {
  expect(await search(asked)).toEqual(expected);
});

test("there is to choose who and what the audit has", async () => {
  expect(await readChoices(context())).toEqual({
    people: ["Ada", "Bob"],
    actions: ["fleet.remove", "plan.save", "rollout.command", "rollout.start"],
  });
});

test("it is shown to nobody without the permission", async () => {
  const viewer = createTestContext({ db: database.db }, "approver");
  await expect(readActivity(viewer, SearchActivity.parse({}))).rejects.toMatchObject({ code: "not-allowed" });
  await expect(readChoices(viewer)).rejects.toMatchObject({ code: "not-allowed" });
});

test("a long one has pages, and a file has all of it, oldest first", async () => {
  for (let more = 0; more < activityPerPage; more += 1) await writeAudit(database.db, { actor: ada }, "plan.save", `plan:${more}`);
  const all = activityPerPage + 4;
  expect(await search({ page: 2 })).toEqual([4, 3, 2, 1]);
  const rows: Activity[] = [];
  for await (const some of eachActivity(database.db, {})) rows.push(...some);
  expect(rows.map(({ seq }) => seq)).toEqual(Array.from({ length: all }, (_, index) => index + 1));
});

test("accounts and tokens are called by their names, also when they are gone", async () => {
  const { db } = database;
  await db.insert(user).values({ id: "grace", name: "Grace", email: "grace@example.org" });
  await writeAudit(db, { actor: ada }, "person.change", "user:grace");
  const eve = { type: "person", userId: "eve", name: "Eve" } as const;
  await writeAudit(db, { actor: eve }, "account.create", "user:eve");
  await writeAudit(db, { actor: ada }, "person.remove", "user:eve");
  await writeAudit(db, { actor: ada }, "token.create", "token:1", { name: "deploy-ci" });
  await writeAudit(db, { actor: { type: "person", userId: "ada", name: "Ada", token: "deploy-ci" } }, "token.revoke", "token:1");
  const { rows } = await readActivity(context(), SearchActivity.parse({}));
  expect(rows.slice(0, 5).map(({ action, actorName, targetName }) => [action, actorName, targetName])).toEqual([
    ["token.revoke", "Ada (token deploy-ci)", "deploy-ci"],
    ["token.create", "Ada", "deploy-ci"],
    ["person.remove", "Ada", "Eve"],
    ["account.create", "Eve", "Eve"],
    ["person.change", "Ada", "Grace"],
  ]);
  expect(await search({ target: "deploy" })).toHaveLength(2);
});
