import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "#db/testing.ts";
import { writeAudit } from "#server/auth/audit.ts";
import { applyCommand } from "#server/engine/apply.ts";
import { ada, asAda, beginRollout, insertFleet, insertRelease } from "#server/testing/fixtures.ts";
import { verifyAudit } from "./verify.ts";

const migrations = fileURLToPath(new URL("../../db/migrations", import.meta.url));
let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.close());

const write = (target: string, detail: Record<string, unknown> = {}) => writeAudit(database.db, { actor: ada }, "plan.save", target, detail);

/** As somebody with the database's password would: past the trigger. */
async function tamper(statement: ReturnType<typeof sql>): Promise<void> {
  await database.db.execute(sql`alter table audit disable trigger audit_refuse`);
  await database.db.execute(statement);
  await database.db.execute(sql`alter table audit enable trigger audit_refuse`);
}

async function broken() {
  const verdict = await verifyAudit(database.db);
  if (verdict.intact) throw new Error("It was found intact.");
  return verdict.broken;
}

describe("an audit that nobody touched", () => {
  test("is intact when it is empty, and its head moves with each row", async () => {
    expect(await verifyAudit(database.db)).toEqual({ intact: true, head: { rows: 0, hash: "0".repeat(64) } });
    await write("plan:1");
    const one = await verifyAudit(database.db);
    await write("plan:2");
    const two = await verifyAudit(database.db);
    expect(one).toMatchObject({ intact: true, head: { rows: 1 } });
    expect(two).toMatchObject({ intact: true, head: { rows: 2 } });
    expect(two).not.toMatchObject({ head: { hash: (one as { head: { hash: string } }).head.hash } });
  });

  test("is intact whatever was written: other scripts, numbers, nested detail, nobody as actor", async () => {
    await write("plan:größe", { name: "Größe „Ω“ 😀", sizes: [1, 1.5e-7, 1e21], nested: { z: null, a: [true, { b: "\n\t\\" }] } });
    await writeAudit(database.db, { actor: { type: "engine" } }, "x", "y:z:", {}, "refused");
    expect(await verifyAudit(database.db)).toMatchObject({ intact: true, head: { rows: 2 } });
  });

  test("has no fork and no gap when many write at once", async () => {
    await Promise.all(
      Array.from({ length: 40 }, (_, index) => database.db.transaction((tx) => writeAudit(tx, { actor: ada }, "plan.save", `plan:${index}`))),
    );
    expect(await verifyAudit(database.db)).toMatchObject({ intact: true, head: { rows: 40 } });
  });

  test("keeps no number for what was rolled back", async () => {
    await write("plan:1");
    const failing = database.db.transaction(async (tx) => {
      await writeAudit(tx, { actor: ada }, "plan.save", "plan:2");
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    await write("plan:3");
    expect(await verifyAudit(database.db)).toMatchObject({ intact: true, head: { rows: 2 } });
  });
});

test("rows from before the chain are chained in the order in which they came, and later ones follow", async () => {
  const { db } = database;
  for (const statement of ["drop schema public cascade", "create schema public"]) await db.execute(sql.raw(statement));
  const files = readdirSync(migrations)
    .filter((name) => name.endsWith(".sql"))
    .sort();
  const chain = files.findIndex((name) => name.includes("audit_chain"));
  const run = async (names: readonly string[]) => {
    for (const name of names)
      for (const statement of readFileSync(`${migrations}/${name}`, "utf8").split("--> statement-breakpoint")) await db.execute(sql.raw(statement));
  };
  await run(files.slice(0, chain));
  for (const second of [3, 1, 2])
    await db.execute(
      sql`insert into audit (id, at, actor_name, action, target, detail, outcome)
          values (gen_random_uuid(), timestamptz '2026-01-01 00:00:00.123456Z' + ${second} * interval '1 second', 'Ada', 'plan.save', ${`plan:${second}`}, '{}', 'done')`,
    );
  await run(files.slice(chain));
  await write("plan:4");
  expect(await verifyAudit(db)).toMatchObject({ intact: true, head: { rows: 4 } });
  const { rows } = await db.execute<{ target: string }>(sql`select target from audit order by audit.seq`);
  expect(rows.map(({ target }) => target)).toEqual(["plan:1", "plan:2", "plan:3", "plan:4"]);
});

test.each([sql`update audit set target = 'plan:9'`, sql`delete from audit`, sql`truncate audit`])(
  "the database itself refuses change %#",
  async (statement) => {
    await write("plan:1");
    await expect(database.db.execute(statement)).rejects.toMatchObject({ cause: { message: expect.stringContaining("The audit is only added to") } });
    expect(await verifyAudit(database.db)).toMatchObject({ intact: true, head: { rows: 1 } });
  },
);

describe("past the trigger", () => {
  beforeEach(async () => {
    for (const number of [1, 2, 3]) await write(`plan:${number}`, { version: number });
  });

  test.each([
    ["a name", sql`update audit set actor_name = 'Bob' where seq = 2`],
    ["a detail", sql`update audit set detail = '{"version": 5}' where seq = 2`],
    ["a time", sql`update audit set at = at + interval '1 microsecond' where seq = 2`],
    ["who it was", sql`update audit set actor_id = null where seq = 2`],
    ["a letter moved to the next field", sql`update audit set action = 'plan.save', target = 'plan:22' where seq = 2`],
  ])("a changed row is found: %s", async (_, statement) => {
    await tamper(statement);
    expect(await broken()).toMatchObject({ seq: 2, why: expect.stringContaining("not what was written") });
  });

  test("a changed row whose own hash was computed again is found at the next one", async () => {
    await tamper(sql`update audit set actor_name = 'Bob' where seq = 2`);
    await tamper(sql`update audit set hash = audit_hash(audit) where seq = 2`);
    expect(await broken()).toMatchObject({ seq: 3, why: expect.stringContaining("does not follow") });
  });

  test("a row that is gone is found, in the middle and at the end", async () => {
    await tamper(sql`delete from audit where seq = 3`);
    expect(await broken()).toMatchObject({ seq: 3, why: expect.stringContaining("the last 1 are gone") });
    await tamper(sql`delete from audit where seq = 1`);
    expect(await broken()).toMatchObject({ seq: 1, why: expect.stringContaining("missing") });
  });

  test("a chain that was computed again to its end is only found by a head that was written down elsewhere", async () => {
    const before = await verifyAudit(database.db);
    if (!before.intact) throw new Error("Nobody has touched it yet.");
    await tamper(sql`update audit set actor_name = 'Bob' where seq = 3`);
    await tamper(sql`update audit set hash = audit_hash(audit) where seq = 3`);
    await tamper(sql`update audit_head set hash = (select hash from audit where seq = 3)`);
    expect(await verifyAudit(database.db)).toMatchObject({ intact: true });
    expect(await verifyAudit(database.db, before.head)).toMatchObject({ intact: false, broken: { seq: 3 } });
    expect(await verifyAudit(database.db, { rows: 9, hash: "x" })).toMatchObject({ intact: false, broken: { seq: 4 } });
  });

  test("all rows gone are found", async () => {
    await tamper(sql`delete from audit`);
    expect(await broken()).toMatchObject({ seq: 1, why: expect.stringContaining("the last 3 are gone") });
  });
});

test("commands on two fleets, an audit row each, and the writes of an engine on one of them do not lock each other out", async () => {
  const { db } = database;
  const [old, next] = [await insertRelease(db, "1.0"), await insertRelease(db, "1.1")];
  const fleets = await Promise.all([insertFleet(db, old), insertFleet(db, old)]);
  const rollouts = await Promise.all(fleets.map((fleet) => beginRollout(db, { fleet, release: next })));
  const command = (rolloutId: string, type: "pause" | "resume") =>
    applyCommand(db, asAda({ type, rolloutId, commandId: crypto.randomUUID() } as never));
  for (let round = 0; round < 5; round += 1)
    for (const type of ["pause", "resume"] as const) {
      const asked = rollouts.map(({ rolloutId }) => command(rolloutId, type));
      // What the engine does first: it holds the fleet's row and never asks for the audit.
      const held = fleets.map(({ fleetId }) =>
        db.transaction(async (tx) => {
          await tx.execute(sql`select 1 from fleet where fleet_id = ${fleetId} for no key update`);
          await tx.execute(sql`select pg_sleep(0.01)`);
        }),
      );
      await Promise.all([...asked, ...held]);
    }
  expect(await verifyAudit(db)).toMatchObject({ intact: true, head: { rows: 22 } });
});
