import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "../e2e/support/free-port.ts";
import { until } from "../e2e/support/until.ts";
import { type LoadResult, startLoad } from "./load.ts";

const pm2Version = "7.0.4";
const greeter = fileURLToPath(new URL("../examples/greeter", import.meta.url));
const commandTimeoutMs = 180_000;
const settleMs = 1_500;

export interface PeerRun {
  readonly load: LoadResult;
  readonly reloadMs: readonly number[];
}

/** The same service under `pm2 reload` with `workers` of its cluster: 1.0 → 1.1 → 1.0 under the same load. */
export async function runPm2(workers: number): Promise<PeerRun> {
  const folder = await mkdtemp(join(tmpdir(), "tideline-pm2-"));
  const port = await freePort();
  const env: NodeJS.ProcessEnv = { ...process.env, PM2_HOME: join(folder, "home"), PM2_DISABLE_VERSION_CHECK: "true", PM2_KILL_SIGNAL: "SIGTERM" };
  const pm2 = (...args: string[]) => run(process.execPath, [join(folder, "node_modules", "pm2", "bin", "pm2"), ...args], folder, env);
  try {
    await mkdir(join(folder, "home"));
    await writeFile(join(folder, "package.json"), "{}");
    await run("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", folder, `pm2@${pm2Version}`], folder, process.env);
    const config = (release: string) => writeFile(join(folder, "ecosystem.config.json"), JSON.stringify(ecosystem(release, workers, port)));
    await config("1.0");
    await pm2("start", "ecosystem.config.json");
    const url = `http://127.0.0.1:${port}`;
    await until(
      () =>
        fetch(url)
          .then(({ ok }) => ok)
          .catch(() => false),
      "pm2 did not bring the service up.",
      30_000,
    );
    const load = startLoad(url);
    const reloadMs: number[] = [];
    for (const release of ["1.1", "1.0"]) {
      await config(release);
      await pause(settleMs);
      const startedAt = performance.now();
      await pm2("reload", "ecosystem.config.json", "--update-env");
      reloadMs.push(performance.now() - startedAt);
    }
    await pause(settleMs);
    return { load: await load.stop(), reloadMs };
  } finally {
    await pm2("kill").catch(() => "");
    await rm(folder, { recursive: true, force: true });
  }
}

function ecosystem(release: string, workers: number, port: number) {
  return {
    apps: [
      {
        name: "greeter",
        script: join(greeter, "server.mjs"),
        cwd: greeter,
        exec_mode: "cluster",
        instances: workers,
        wait_ready: false,
        kill_timeout: 5_000,
        env: { PORT: String(port), GREETER_VERSION: release },
      },
    ],
  };
}

async function run(program: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], timeout: commandTimeoutMs });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => {
      output = (output + String(chunk)).slice(-4_000);
    });
  const code = await new Promise((resolve) => child.on("close", resolve));
  if (code !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${code}:\n${output}`);
  return output;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
