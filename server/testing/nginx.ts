import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { NginxSettings } from "#domain/settings/nginx.ts";
import { freePort } from "../../e2e/support/free-port.ts";
import { waitUntil } from "./local-runtime.ts";
import { readExample } from "./programs.ts";

/** A real NGINX on loopback, by the configuration that docs/balancers.md gives. */
export interface TestNginx {
  readonly url: string;
  readonly settings: NginxSettings;
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

export async function startNginx(program: string): Promise<TestNginx> {
  const directory = await mkdtemp("/tmp/nginx-bench-");
  // Its workers are another account's, and look for their temporary folders here.
  await chmod(directory, 0o755);
  const [port, statusPort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const status = `127.0.0.1:${statusPort}`;
  const config = join(directory, "nginx.conf");
  const upstreamFile = join(directory, "tideline", "shop.conf");
  await mkdir(join(directory, "tideline"));
  await writeFile(
    config,
    await readExample("nginx", {
      "/run/nginx.pid": join(directory, "nginx.pid"),
      "/var/log/nginx/error.log": join(directory, "error.log"),
      "/var/log/nginx/access.log": join(directory, "access.log"),
      "/etc/nginx/tideline": join(directory, "tideline"),
      "listen 80": `listen 127.0.0.1:${port}`,
    }),
  );
  await writeFile(upstreamFile, await readExample("nginx-first", { "127.0.0.1:8081": status }));
  const command = [program, "-p", directory, "-c", config, "-e", join(directory, "error.log")];
  let child: ChildProcess | null = null;

  async function start(): Promise<void> {
    child = spawn(program, [...command.slice(1), "-g", "daemon off;"], { stdio: "ignore" });
    await waitUntil(async () => (await fetch(url).catch(() => null)) !== null, "NGINX answers");
  }

  async function stop(): Promise<void> {
    const ending = child;
    child = null;
    if (!ending || ending.exitCode !== null) return;
    const ended = once(ending, "exit");
    ending.kill("SIGTERM");
    await ended;
  }

  await start();
  return {
    url,
    settings: NginxSettings.parse({ type: "nginx", upstreamFile, upstream: "shop", status: `http://${status}`, command }),
    start,
    stop,
    close: async () => {
      await stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
