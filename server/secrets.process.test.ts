import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client as Postgres } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "#db/testing.ts";
import { Plan } from "#domain/plan.ts";
import type { Environment } from "#domain/release.ts";
import { waitFor } from "#server/testing/fixtures.ts";
import { startWebhookReceiver, type WebhookReceiver } from "#server/testing/webhook-receiver.ts";
import { type Client, setUpAccount } from "../e2e/support/client.ts";
import { type Console, startConsole } from "../e2e/support/console.ts";

/** The first start may have to build. */
const readyTimeoutMs = 300_000;
const planted = ["planted-in-a-variable-1", "planted-in-a-file-2", "planted-in-an-address-3", "planted-as-a-key-4-long-enough"] as const;
const [variable, inFile, inAddress, asKey] = planted;

let database: TestDatabase;
let receiver: WebhookReceiver;
let directory: string;
let console: Console;
let client: Client;

beforeAll(async () => {
  [database, receiver, directory] = await Promise.all([createTestDatabase(), startWebhookReceiver(), mkdtemp(join(tmpdir(), "planted-"))]);
  await mkdir(join(directory, "secrets"));
  await writeFile(join(directory, "secrets", "key"), inFile);
  await cp(fileURLToPath(new URL("./testing/service.mjs", import.meta.url)), join(directory, "service", "service.mjs"));
  console = await startConsole({
    DATABASE_URL: database.url,
    LOG_LEVEL: "debug",
    TIDELINE_ALLOW_PRIVATE_URLS: "127.0.0.1",
    TIDELINE_SECRET_DIRECTORIES: join(directory, "secrets"),
    TIDELINE_SECRET_VARIABLE: variable,
    TIDELINE_SECRET_ADDRESS: receiver.url(`/services/${inAddress}`),
    TIDELINE_SECRET_KEY: asKey,
  });
  client = await setUpAccount(console);
}, readyTimeoutMs);
afterAll(async () => {
  await console?.close();
  await Promise.all([receiver.close(), database.close(), rm(directory, { recursive: true, force: true })]);
}, 60_000);

/** An answer as it comes over the wire, or the refusal with all that it carries. */
async function answered(asked: Promise<unknown>): Promise<string> {
  return asked.then(
    (answer) => JSON.stringify(answer),
    (error: Error & { data?: unknown }) => `${error.stack} ${JSON.stringify(error)} ${JSON.stringify(error.data)}`,
  );
}

const record = async (name: string, env: Environment) =>
  (await client.trpc.releases.record.mutate({ service: "shop", name, command: ["node", "service.mjs"], directory: join(directory, "service"), env }))
    .releaseId;

async function textBelow(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => readFile(join(entry.parentPath, entry.name), "latin1"));
  return (await Promise.all(files)).join("\n");
}

async function pageAt(path: string): Promise<string> {
  const page = await client.send(`${console.url}${path}`, { redirect: "manual" });
  expect([path, page.status]).toEqual([path, 200]);
  return page.text();
}

/** Every row of every table. */
async function dumpDatabase(): Promise<string> {
  const postgres = new Postgres({ connectionString: database.url });
  await postgres.connect();
  try {
    const tables = await postgres.query(
      "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')",
    );
    const dumps = [];
    for (const { name } of tables.rows) dumps.push(name, JSON.stringify((await postgres.query(`select to_jsonb(t) as row from ${name} t`)).rows));
    return dumps.join("\n");
  } finally {
    await postgres.end();
  }
}

test("what a release and a destination have as secrets is where it is used, and nowhere else", { timeout: 180_000 }, async () => {
  const { trpc } = client;
  const env: Environment = { NAME: "1.0", A: { secret: "env:TIDELINE_SECRET_VARIABLE" }, B: { secret: `file:${directory}/secrets/key` } };
  const releaseId = await record("1.0", env);
  const failing = await record("1.1", { ...env, NAME: "never-ready" });
  const common = { scope: { type: "environment", environment: "test" }, about: ["attention", "ends"] } as const;
  const slack = { kind: "slack", name: "team", url: "env:TIDELINE_SECRET_ADDRESS", scope: common.scope, about: [...common.about] } as const;
  const webhook = {
    kind: "webhook",
    name: "hook",
    url: receiver.url("/good"),
    key: "env:TIDELINE_SECRET_KEY",
    scope: common.scope,
    about: [...common.about],
  } as const;
  for (const destination of [slack, webhook])
    await trpc.notifications.save.mutate({ destinationId: null, destination: { ...destination, about: [...destination.about] } });

  const fleetInput = {
    name: "shop",
    service: "shop",
    environment: "test",
    port: 0,
    instances: 2,
    zones: ["a"],
    releaseId,
    readinessPath: "/healthz",
  };
  const { fleetId } = await trpc.fleets.create.mutate(fleetInput);
  await waitFor("the fleet is whole", async () => (await trpc.fleets.get.query({ fleetId })).ready === 2, 60_000);
  const { address } = await trpc.fleets.get.query({ fleetId });
  const given = await (await fetch(`${address}/process`)).json();
  expect(given.env).toMatchObject({ A: variable, B: inFile });

  const plan = Plan.parse({
    batches: [1],
    maxUnavailable: 1,
    minHealthyTime: "100ms",
    healthyDeadline: "2s",
    drainTimeout: "1s",
    soak: "1s",
    watch: "1s",
    retries: 0,
    metrics: false,
  });
  const start = { fleetId, plan, planName: "quick", acknowledged: true, confirm: "shop" };
  const { rolloutId } = await trpc.rollouts.start.mutate({ ...start, releaseId: failing, commandId: crypto.randomUUID() });
  const isBack = async () =>
    (await trpc.rollouts.list.query({})).some((rollout) => rollout.rolloutId === rolloutId && rollout.status === "rolled-back");
  await waitFor("the rollout is rolled back", isBack, 60_000);
  await waitFor("both destinations were told", () => new Set(receiver.received.map(({ path }) => path)).size === 2);

  // Another value by now: a start says so, and one that is not there any more refuses it.
  await writeFile(join(directory, "secrets", "key"), `${inFile}-renewed`);
  const check = await trpc.rollouts.check.query({ fleetId, releaseId: failing, plan });
  expect(check.findings.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^1\.1 starts with other values of B than it was recorded with/),
    expect.stringMatching(/^A rollback starts 1\.0 with other values of B/),
  ]);
  await rm(join(directory, "secrets", "key"));
  const refused = await answered(trpc.rollouts.start.mutate({ ...start, releaseId: failing, commandId: crypto.randomUUID() }));
  expect(refused).toMatch(/B: The server finds no file/);

  const pages = ["/", `/fleets/${fleetId}`, `/rollouts/${rolloutId}`, "/settings/notifications", "/activity", "/metrics", "/api/activity.jsonl"];
  const seen: Record<string, string> = {
    "the server's log": console.output(),
    "the data directory, with the runtime's state and log": await textBelow(console.dataDirectory),
    "the database": await dumpDatabase(),
    "refusals of starts": refused,
    "refusals of releases": await answered(record("1.2", { C: { secret: "env:TIDELINE_SECRET_NONE" } })),
    "a test of a destination": await answered(trpc.notifications.test.mutate({ destination: { ...slack, about: [...slack.about] } })),
    "what receivers got": JSON.stringify(receiver.received.map(({ headers, body }) => ({ headers, body }))),
    ...Object.fromEntries(await Promise.all(pages.map(async (path) => [path, await pageAt(path)] as const))),
    ...Object.fromEntries(
      await Promise.all(
        Object.entries({
          releases: trpc.releases.list.query({ service: "shop" }),
          fleet: trpc.fleets.get.query({ fleetId }),
          logs: trpc.fleets.logs.query({ fleetId, instanceId: "i0" }),
          rollout: trpc.rollouts.get.query({ rolloutId }),
          events: trpc.rollouts.events.query({ rolloutId }),
          destinations: trpc.notifications.list.query(),
          activity: trpc.activity.search.query({}),
        }).map(async ([name, asked]) => [name, await answered(asked)] as const),
      ),
    ),
  };
  expect(seen["the database"]).toContain("env:TIDELINE_SECRET_VARIABLE");
  expect(seen["the data directory, with the runtime's state and log"]).toContain("env:TIDELINE_SECRET_VARIABLE");
  expect(seen["a test of a destination"]).toContain("[redacted]");
  const found = Object.entries(seen).flatMap(([where, text]) =>
    planted.flatMap((secret) => formsOf(secret).flatMap((form) => (text.includes(form) ? [`${secret} is in ${where}`] : []))),
  );
  expect(found).toEqual([]);
});

/** As it is, and as somebody might have written it otherwise. */
function formsOf(secret: string): string[] {
  return [secret, Buffer.from(secret).toString("base64").replace(/=+$/, ""), Buffer.from(secret).toString("hex")];
}
