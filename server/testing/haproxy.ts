import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { HaproxySettings } from "#domain/settings/haproxy.ts";
import { freePort } from "../../e2e/support/free-port.ts";
import { waitUntil } from "./local-runtime.ts";
import { readExample } from "./programs.ts";

/** A real HAProxy on loopback, by the configuration that docs/balancers.md gives. */
export interface TestHaproxy {
  readonly url: string;
  readonly settings: HaproxySettings;
  stop(): Promise<void>;
  /** Without a memory of what it had. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** `adminPort`: its runtime API over TCP in place of a socket file. */
export async function startHaproxy(program: string, adminPort: number | null = null): Promise<TestHaproxy> {
  const directory = await mkdtemp("/tmp/haproxy-bench-");
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const socket = join(directory, "admin.sock");
  const config = join(directory, "haproxy.cfg");
  const api = adminPort === null ? `unix@${socket} mode 600` : `ipv4@127.0.0.1:${adminPort}`;
  const places = { "unix@/run/haproxy/tideline.sock mode 600": api, "bind :80": `bind 127.0.0.1:${port}` };
  await writeFile(config, await readExample("haproxy", places));
  let child: ChildProcess | null = null;

  async function start(): Promise<void> {
    child = spawn(program, ["-db", "-f", config], { stdio: "ignore" });
    await waitUntil(async () => (await fetch(url).catch(() => null)) !== null, "HAProxy answers");
  }

  async function stop(): Promise<void> {
    const ending = child;
    child = null;
    if (!ending || ending.exitCode !== null) return;
    const ended = once(ending, "exit");
    ending.kill("SIGKILL");
    await ended;
  }

  await start();
  return {
    url,
    settings: HaproxySettings.parse({
      type: "haproxy",
      socket: adminPort === null ? `unix:${socket}` : `tcp://127.0.0.1:${adminPort}`,
      backend: "shop",
    }),
    start,
    stop,
    close: async () => {
      await stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
