import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { inject } from "vitest";
import { connectDatabase, type Database } from "./client.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Provided by db/testing-setup.ts for the whole run: the server, with the template's name as its database. */
    testTemplateUrl: string;
  }
}

export interface TestDatabase {
  readonly db: Database;
  readonly url: string;
  close(): Promise<void>;
}

/** A migrated, empty database of one's own: call it in beforeAll, `close` it in afterAll. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const templateUrl = inject("testTemplateUrl");
  if (!templateUrl) throw new Error('No test database: run this file in the vitest project "db" or "process".');
  const name = `test_${randomBytes(6).toString("hex")}`;
  await runOnServer(templateUrl, `CREATE DATABASE ${name} TEMPLATE ${databaseOf(templateUrl)}`);
  const url = withDatabase(templateUrl, name);
  const db = connectDatabase(url);
  return {
    db,
    url,
    close: async () => {
      await db.$client.end();
      await runOnServer(templateUrl, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

/** Runs one statement in the server's maintenance database. */
export async function runOnServer(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: withDatabase(url, "postgres") });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

export function withDatabase(url: string, name: string): string {
  const parts = new URL(url);
  parts.pathname = `/${name}`;
  return parts.href;
}

function databaseOf(url: string): string {
  return new URL(url).pathname.slice(1);
}
