import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Plan } from "#domain/plan.ts";
import { migrateDatabase } from "./migrate.ts";
import { findRollout } from "./queries/rollouts.ts";
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

test("a rollout that an older version wrote is folded from its own events, and old plans are plans", async () => {
  const old = await createTestDatabase();
  try {
    for (const statement of ["drop schema public cascade", "drop schema drizzle cascade", "create schema public"])
      await old.db.execute(sql.raw(statement));
    await runMigration(old, "0000_initial.sql");
    const whole = Plan.parse({ batches: [1] });
    if (whole.metrics === false) throw new Error("A plan judges unless it says otherwise.");
    const { hooks: _hooks, windows: _windows, supersede: _supersede, ...kept } = whole;
    const { latency: _latency, custom: _custom, ...metrics } = whole.metrics;
    const plan = { ...kept, metrics };
    const [fleetId, releaseId, rolloutId] = [1, 2, 3].map((number) => `0197a000-0000-7000-8000-00000000000${number}`);
    const instances = ["i1", "i0"].map((instanceId, index) => ({
      instanceId,
      zone: "a",
      labels: {},
      releaseId: index === 0 ? releaseId : fleetId,
      wayBackId: fleetId,
      wasUnhealthy: false,
    }));
    const started = { type: "rollout.started", kind: "rollout", fleetId, fleetName: "web", service: "web", environment: "test" };
    const facts = [
      { ...started, releaseId, releaseNames: {}, planName: "old", plan, instances },
      { type: "rollout.prepared" },
      { type: "batch.opened", batch: 1, instanceIds: ["i0"] },
      { type: "update.started", instanceId: "i0", batch: 1, attempt: 1, direction: "forward", releaseId },
    ];
    await old.db.execute(sql`insert into fleet (fleet_id, name, service, environment, definition) values (${fleetId}, 'web', 'web', 'test', '{}')`);
    await old.db.execute(
      sql`insert into rollout (rollout_id, fleet_id, status, kind, state, summary, seq, started_at, ended_at)
          values (${rolloutId}, ${fleetId}, 'running', 'rollout', '{"old": true}', '{}', ${facts.length}, 1, null)`,
    );
    for (const [index, fact] of facts.entries())
      await old.db.execute(
        sql`insert into event (stream, seq, at, type, actor, data)
            values (${`rollout:${rolloutId}`}, ${index + 1}, 1, ${fact.type}, '{"type":"engine"}', ${JSON.stringify(fact)}::jsonb)`,
      );
    await old.db.execute(sql`insert into plan (plan_id, name, version) values (${fleetId}, 'old', 1)`);
    await old.db.execute(
      sql`insert into plan_version (plan_id, version, plan, saved_by) values (${fleetId}, 1, ${JSON.stringify(plan)}::jsonb, 'Ada')`,
    );
    await runMigration(old, "0001_whole_engine.sql");
    await runMigration(old, "0002_evidence.sql");
    const rollout = await findRollout(old.db, rolloutId ?? "");
    expect(rollout?.updates.values().map(({ instanceId, phase }) => [instanceId, phase])).toEqual([
      ["i1", "updated"],
      ["i0", "draining"],
    ]);
    expect(rollout?.plan).toEqual(Plan.parse({ batches: [1], metrics: { latency: [] } }));
    const { rows } = await old.db.execute<{ plan: unknown }>(sql`select plan from plan_version`);
    expect(Plan.parse(rows[0]?.plan)).toEqual(rows[0]?.plan);
  } finally {
    await old.close();
  }
});

test("an account from before there were roles is an admin everywhere", async () => {
  const old = await createTestDatabase();
  try {
    for (const table of ["person_role", "person_permission", "invitation", "environment"]) await old.db.execute(sql.raw(`drop table "${table}"`));
    await old.db.execute(sql`insert into "user" (id, name, email) values ('u1', 'Ada', 'ada@example.org')`);
    await runMigration(old, "0006_people.sql");
    const { rows } = await old.db.execute(sql`select user_id, environment, role from person_role`);
    expect(rows).toEqual([{ user_id: "u1", environment: "*", role: "admin" }]);
  } finally {
    await old.close();
  }
});

async function runMigration({ db }: TestDatabase, name: string): Promise<void> {
  for (const statement of readFileSync(`${migrations}/${name}`, "utf8").split("--> statement-breakpoint")) await db.execute(sql.raw(statement));
}
