import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "./free-port.ts";
import { endProcess, findProcesses } from "./processes.ts";
import { until } from "./until.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const startTimeoutMs = 60_000;
const stopTimeoutMs = 20_000;
const outputMax = 40_000;

/** A real, built Tideline with a data directory and a port of its own. */
export interface Console {
  readonly url: string;
  readonly dataDirectory: string;
  /** As it was printed with the last start; null once an account exists. */
  setupLink(): string | null;
  /** Process id of the server. */
  pid(): number;
  output(): string;
  start(): Promise<void>;
  /** kill -9, as a crash does it. */
  kill(): Promise<void>;
  /** kill -STOP, as a machine that is suspended does it; `thaw` lets it go on and it knows nothing of the time between. */
  freeze(): void;
  thaw(): void;
  /** Ends the server, the runtime with its instances and the database, deletes the data, and says what would not end. */
  close(): Promise<void>;
}

/** `settings` are variables besides its data directory; without a PORT it takes a free one. */
export async function startConsole(settings: Readonly<Record<string, string>> = {}): Promise<Console> {
  const port = Number(settings["PORT"] ?? (await freePort()));
  const dataDirectory = await mkdtemp(join(tmpdir(), "tideline-e2e-"));
  const url = `http://127.0.0.1:${port}`;
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    PORT: String(port),
    HOST: "127.0.0.1",
    TIDELINE_DATA: dataDirectory,
    LOG_LEVEL: "warn",
    ...settings,
  };
  let child: ChildProcess | null = null;
  let output = "";

  async function start(): Promise<void> {
    output = "";
    const started = spawn(process.execPath, ["scripts/start.mjs"], { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
    child = started;
    for (const stream of [started.stdout, started.stderr])
      stream.on("data", (chunk) => {
        output = (output + String(chunk)).slice(-outputMax);
      });
    await until(
      async () => {
        if (started.exitCode !== null) throw new Error(`The server ended with ${started.exitCode}:\n${output}`);
        return (await isReady(url)) && output.includes(url);
      },
      `The server at ${url} was not ready in time.`,
      startTimeoutMs,
    ).catch((error) => {
      throw new Error(`${error instanceof Error ? error.message : String(error)}\n${output}`);
    });
  }

  function pid(): number {
    const id = child?.pid;
    if (id === undefined) throw new Error("The server is not running.");
    return id;
  }

  async function kill(): Promise<void> {
    await endProcess(pid(), "SIGKILL", stopTimeoutMs);
  }

  async function close(): Promise<void> {
    if (child && child.exitCode === null && child.signalCode === null) {
      // A frozen one would not hear the end.
      process.kill(pid(), "SIGCONT");
      await endProcess(pid(), "SIGTERM", stopTimeoutMs);
    }
    await stopLocal(env);
    const left = await findProcesses(dataDirectory);
    for (const { pid: id } of left) await endProcess(id, "SIGKILL", stopTimeoutMs);
    await rm(dataDirectory, { recursive: true, force: true });
    if (left.length > 0) throw new Error(`Still running after the end: ${left.map(({ pid: id, command }) => `${id} ${command}`).join("; ")}`);
  }

  try {
    await start();
  } catch (error) {
    await close().catch(() => {});
    throw error;
  }
  return {
    url,
    dataDirectory,
    setupLink: () => /http:\/\/\S+\/setup#token=[\w-]+/.exec(output)?.[0] ?? null,
    pid,
    output: () => output,
    start,
    kill,
    freeze: () => process.kill(pid(), "SIGSTOP"),
    thaw: () => process.kill(pid(), "SIGCONT"),
    close,
  };
}

async function stopLocal(env: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn(process.execPath, ["scripts/stop-local.mjs"], { cwd: root, env, stdio: "ignore", timeout: stopTimeoutMs });
  await new Promise((resolve) => child.on("close", resolve));
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`)).ok;
  } catch {
    return false;
  }
}
