import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "../../e2e/support/free-port.ts";
import type { Committed, LiveServer } from "./server.ts";

const startTimeoutMs = 90_000;
const stopTimeoutMs = 15_000;

export interface Started {
  readonly server: LiveServer;
  /** By the number of an event: when its commit was known. Of several in one commit only the last is there. */
  readonly commits: ReadonlyMap<number, number>;
  readonly pid: number;
  close(): Promise<void>;
}

/** The server of bench/live/server.ts in a process of its own, with a data directory that is gone afterwards. */
export async function startLiveServer(size: number, requestsPerSecond: number): Promise<Started> {
  const dataDirectory = await mkdtemp(join(tmpdir(), "tideline-live-"));
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    NODE_ENV: "production",
    PORT: String(await freePort()),
    HOST: "127.0.0.1",
    TIDELINE_DATA: dataDirectory,
    LOG_LEVEL: "warn",
    TIDELINE_BENCH_INSTANCES: String(size),
    TIDELINE_BENCH_REQUESTS: String(requestsPerSecond),
  };
  const child = startProgram("./server.ts", env);
  const close = async () => {
    await endProgram(child);
    await rm(dataDirectory, { recursive: true, force: true });
  };
  try {
    const [server] = (await once(child, "message", { signal: AbortSignal.timeout(startTimeoutMs) })) as [LiveServer];
    const commits = new Map<number, number>();
    child.on("message", ({ committed, at }: Committed) => commits.set(committed, at));
    return { server, commits, pid: child.pid ?? 0, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Another program of this folder, with a line to it. It ends when the line does. */
export function startProgram(file: string, env: NodeJS.ProcessEnv = process.env): ChildProcess {
  return fork(fileURLToPath(new URL(file, import.meta.url)), { env, execArgv: ["--import", "tsx"], stdio: ["ignore", "inherit", "inherit", "ipc"] });
}

export async function endProgram(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.disconnect();
  const timer = setTimeout(() => child.kill("SIGKILL"), stopTimeoutMs);
  await ended;
  clearTimeout(timer);
}
