import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";
import { startEmbedded } from "./embedded.ts";
import { migrateDatabase } from "./migrate.ts";
import { runOnServer, withDatabase } from "./testing.ts";

/** The projects' setups share this process: the first one's server serves them all. */
const templateVariable = "TIDELINE_TEST_TEMPLATE_URL";

/** vitest's global setup: one server for the run, with a migrated database that every test file copies. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const shared = process.env[templateVariable];
  if (shared) {
    project.provide("testTemplateUrl", shared);
    return async () => {};
  }
  const given = process.env.TIDELINE_TEST_DATABASE_URL;
  const server = given ? { url: given, stop: async () => {} } : await startThrowaway();
  const name = `tideline_template_${randomBytes(4).toString("hex")}`;
  await runOnServer(server.url, `CREATE DATABASE ${name}`);
  const templateUrl = withDatabase(server.url, name);
  await migrateDatabase(templateUrl, fileURLToPath(new URL("./migrations", import.meta.url)));
  process.env[templateVariable] = templateUrl;
  project.provide("testTemplateUrl", templateUrl);
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
