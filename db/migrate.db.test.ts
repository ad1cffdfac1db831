import { fileURLToPath } from "node:url";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { migrateDatabase } from "./migrate.ts";
import { createTestDatabase, type TestDatabase } from "./testing.ts";

const migrations = fileURLToPath(new URL("./migrations", import.meta.url));
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

async function appliedMigrations(): Promise<number> {
  const { rows } = await database.db.execute<{ count: string }>(sql`select count(*) from drizzle.__drizzle_migrations`);
  return Number(rows[0]?.count);
}

test("a migrated database stays as it is", async () => {
  const before = await appliedMigrations();
  await migrateDatabase(database.url, migrations);
  expect(before).toBeGreaterThan(0);
  expect(await appliedMigrations()).toBe(before);
});

test("several servers starting at once on an empty database migrate it once", async () => {
  const before = await appliedMigrations();
  await database.db.execute(sql`drop schema public cascade`);
  await database.db.execute(sql`drop schema drizzle cascade`);
  await database.db.execute(sql`create schema public`);
  await Promise.all([1, 2, 3].map(() => migrateDatabase(database.url, migrations)));
  expect(await appliedMigrations()).toBe(before);
});

test("a fleet can have one active rollout, and any number of ended ones", async () => {
  const fleetId = "0197a000-0000-7000-8000-000000000001";
  await database.db.execute(
    sql`insert into fleet (fleet_id, name, service, environment, definition) values (${fleetId}, 'web', 'web', 'test', '{}')`,
  );
  const insert = (rolloutId: string, endedAt: number | null) =>
    database.db.execute(
      sql`insert into rollout (rollout_id, fleet_id, status, kind, state, summary, seq, started_at, ended_at)
          values (${rolloutId}, ${fleetId}, 'running', 'rollout', '{}', '{}', 1, 1, ${endedAt})`,
    );
  await insert("0197a000-0000-7000-8000-000000000011", 5);
  await insert("0197a000-0000-7000-8000-000000000012", 6);
  await insert("0197a000-0000-7000-8000-000000000013", null);
  await expect(insert("0197a000-0000-7000-8000-000000000014", null)).rejects.toMatchObject({
    cause: { constraint: "rollout_one_active_per_fleet" },
  });
});
