import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Client } from "pg";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type EmbeddedDatabase, startEmbedded } from "./embedded.ts";
import { processStartedAt } from "./process-identity.ts";

const asRoot = process.getuid?.() === 0;
let directory: string;
const running: EmbeddedDatabase[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "tideline-embedded-"));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((database) => database.stop()));
  rmSync(directory, { recursive: true, force: true });
});

async function start(dataDirectory = directory): Promise<EmbeddedDatabase> {
  const database = await startEmbedded(dataDirectory);
  running.push(database);
  return database;
}

async function query(url: string, statement: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 3_000 });
  client.on("error", () => {});
  try {
    await client.connect();
    return (await client.query(statement)).rows;
  } finally {
    await client.end().catch(() => {});
  }
}

/** Another process that starts the database of `dataDirectory`, says its process id, and waits to be killed. */
async function startElsewhere(dataDirectory: string, identity: { uid?: number; gid?: number } = {}): Promise<{ child: ChildProcess; pid: number }> {
  const program = `
    import { startEmbedded } from ${JSON.stringify(new URL("./embedded.ts", import.meta.url).href)};
    const database = await startEmbedded(${JSON.stringify(dataDirectory)});
    process.stdout.write(database.pid() + "\\n");
    process.on("SIGTERM", () => database.stop().then(() => process.exit(0)));
    setInterval(() => {}, 1_000);
  `;
  const root = fileURLToPath(new URL("..", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", program], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    ...identity,
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  for await (const line of createInterface({ input: child.stdout })) return { child, pid: Number(line) };
  throw new Error(`It did not start: ${said}`);
}

function ended(child: ChildProcess): Promise<void> {
  return child.exitCode !== null || child.signalCode !== null ? Promise.resolve() : new Promise((resolve) => child.once("exit", () => resolve()));
}

describe("the embedded PostgreSQL", () => {
  test("starts on a socket of its own, keeps what was written, stops without a trace", async () => {
    const first = await start();
    await query(first.url, "create table kept as select 42 as answer");
    const pid = first.pid();
    await first.stop();
    running.length = 0;
    expect(processStartedAt(pid)).toBeNull();
    const second = await start();
    expect(second.adopted).toBe(false);
    expect(await query(second.url, "select answer from kept")).toEqual([{ answer: 42 }]);
  });

  test("is durable, listens on no network address and trusts nobody", async () => {
    const database = await start();
    const settings = await query(
      database.url,
      "select name, setting from pg_settings where name in ('fsync', 'listen_addresses', 'synchronous_commit') order by name",
    );
    expect(settings).toEqual([
      { name: "fsync", setting: "on" },
      { name: "listen_addresses", setting: "" },
      { name: "synchronous_commit", setting: "on" },
    ]);
    expect(readFileSync(join(directory, "postgres/cluster/pg_hba.conf"), "utf8")).not.toMatch(/^[^#].*\btrust\b/m);
    const wrong = new URL(database.url);
    wrong.password = "wrong";
    await expect(query(wrong.href, "select 1")).rejects.toThrow(/password authentication failed/);
  });

  test("keeps password, socket and cluster from everyone else", async () => {
    await start();
    const mode = (path: string) => (statSync(join(directory, "postgres", path)).mode & 0o777).toString(8);
    expect(["password", "server.log", "socket", "cluster"].map(mode)).toEqual(["600", "600", "700", "700"]);
  });

  test("an orphan of a killed server is adopted, not doubled", async () => {
    const { child, pid } = await startElsewhere(directory);
    child.kill("SIGKILL");
    await ended(child);
    expect(processStartedAt(pid)).not.toBeNull();
    const adopted = await start();
    expect(adopted.adopted).toBe(true);
    expect(adopted.pid()).toBe(pid);
    expect(await query(adopted.url, "select 1 as one")).toEqual([{ one: 1 }]);
  });

  test("recovers what was committed when it is killed itself, and is started again by itself", async () => {
    const database = await start();
    await query(database.url, "create table kept as select 1 as answer");
    const killed = database.pid();
    process.kill(killed, "SIGKILL");
    await vi.waitUntil(() => database.pid() !== killed, { timeout: 20_000, interval: 50 });
    expect(await query(database.url, "select answer from kept")).toEqual([{ answer: 1 }]);
  });

  test("starts although its lock names a process that is a stranger", async () => {
    const database = await start();
    await database.stop();
    running.length = 0;
    writeFileSync(join(directory, "postgres/cluster/postmaster.pid"), `${process.pid}\n${directory}\n1\n5432\n\n\n\nready\n`);
    expect((await start()).adopted).toBe(false);
  });

  test("throws away half of an interrupted creation", async () => {
    const half = join(directory, "postgres/cluster.new");
    mkdirSync(half, { recursive: true });
    writeFileSync(join(half, "PG_VERSION"), "18\n");
    const database = await start();
    expect(await query(database.url, "select 1 as one")).toEqual([{ one: 1 }]);
    expect(readdirSync(join(directory, "postgres"))).not.toContain("cluster.new");
  });

  test("below a long path its socket lies elsewhere, and a foreign directory there is not trusted", async () => {
    const long = join(directory, "a".repeat(60), "b".repeat(60));
    mkdirSync(long, { recursive: true });
    const database = await start(long);
    const socketDirectory = readFileSync(join(long, "postgres/socket-directory"), "utf8");
    expect(socketDirectory.startsWith(long)).toBe(false);
    expect(await query(database.url, "select 1 as one")).toEqual([{ one: 1 }]);
    chmodSync(socketDirectory, 0o777);
    expect(database.verify).toThrow(/others may open it/);
    chmodSync(socketDirectory, 0o700);
    expect(database.verify).not.toThrow();
    rmSync(socketDirectory, { recursive: true });
  });

  test.runIf(asRoot)("runs for an ordinary user too, and root then runs it as that user", async () => {
    const user = { uid: 65_534, gid: 65_534 };
    chownSync(directory, user.uid, user.gid);
    const { child, pid } = await startElsewhere(directory, user);
    expect(statSync(`/proc/${pid}`).uid).toBe(user.uid);
    child.kill("SIGTERM");
    await ended(child);
    await vi.waitUntil(() => processStartedAt(pid) === null, { timeout: 30_000, interval: 50 });
    chmodSync(directory, 0o755);
    const database = await start();
    expect(statSync(`/proc/${database.pid()}`).uid).toBe(user.uid);
  });
});
