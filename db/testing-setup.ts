import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startEmbedded } from "./embedded.ts";
import { migrateDatabase } from "./migrate.ts";
import { runOnServer, testDatabaseVariable, withDatabase } from "./testing.ts";

/** vitest's global setup: one server for the run, with a migrated database that every test file copies. */
export default async function setUp(): Promise<() => Promise<void>> {
  const given = process.env.TIDELINE_TEST_DATABASE_URL;
  const server = given ? { url: given, stop: async () => {} } : await startThrowaway();
  const name = `tideline_template_${randomBytes(4).toString("hex")}`;
  await runOnServer(server.url, `CREATE DATABASE ${name}`);
  const templateUrl = withDatabase(server.url, name);
  await migrateDatabase(templateUrl, fileURLToPath(new URL("./migrations", import.meta.url)));
  process.env[testDatabaseVariable] = templateUrl;
  return async () => {
    await runOnServer(server.url, `DROP DATABASE ${name} WITH (FORCE)`);
    await server.stop();
  };
}

async function startThrowaway(): Promise<{ url: string; stop(): Promise<void> }> {
  const directory = mkdtempSync(join(tmpdir(), "tideline-test-"));
  const embedded = await startEmbedded(directory);
  return {
    url: embedded.url,
    stop: async () => {
      await embedded.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
