import { drizzle } from "drizzle-orm/node-postgres";
import { migrate } from "drizzle-orm/node-postgres/migrator";
import { Client } from "pg";
import type { Database } from "./client.ts";

/** Any number that no other user of the same database takes. */
const lockKey = 7_443_001_204;
const serverVersionMin = 150_000;

/** Brings the schema up to date. Of several servers starting at once, one does it and the others wait for it. */
export async function migrateDatabase(url: string, migrationsFolder: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000, lock_timeout: 60_000 });
  await client.connect();
  try {
    const { rows } = await client.query<{ server_version_num: string }>("show server_version_num");
    if (Number(rows[0]?.server_version_num) < serverVersionMin) throw new Error("it is older than PostgreSQL 15");
    await client.query("select pg_advisory_lock($1)", [lockKey]);
    await migrate(drizzle(client), { migrationsFolder, migrationsSchema: "drizzle" });
  } finally {
    // The lock goes with the connection.
    await client.end();
  }
}

/** Throws when the database does not answer within its connection time-out. */
export async function pingDatabase(db: Database): Promise<void> {
  await db.$client.query("select 1");
}
