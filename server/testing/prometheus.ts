import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:fs";
import { access, mkdtemp, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { freePort } from "../../e2e/support/free-port.ts";
import { waitUntil } from "./local-runtime.ts";

/** A real Prometheus on loopback that scrapes once a second, with a directory of its own. */
export interface TestPrometheus {
  readonly url: string;
  /** `host:port` of what it scrapes, and below which path. */
  scrape(targets: readonly string[]): Promise<void>;
  /** SIGSTOP: it takes connections and answers nothing. */
  pause(): void;
  resume(): void;
  /** Ends it; what it knows stays. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** The first value of an instant query, now; null when there is none. Throws when it is refused. */
  query(promql: string): Promise<string | null>;
  close(): Promise<void>;
}

/** PROMETHEUS_PATH, or what is on the PATH; null when there is none. */
export async function findPrometheus(): Promise<string | null> {
  const { PROMETHEUS_PATH: chosen, PATH = "" } = process.env;
  for (const place of chosen ? [chosen] : PATH.split(delimiter).map((folder) => join(folder, "prometheus"))) {
    const isThere = await access(place, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return place;
  }
  return null;
}

export async function startPrometheus(program: string): Promise<TestPrometheus> {
  const directory = await mkdtemp("/tmp/prom-bench-");
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const targetsFile = join(directory, "targets.json");
  const scrapeConfig = { job_name: "bench", file_sd_configs: [{ files: [targetsFile], refresh_interval: "1s" }] };
  await writeFile(targetsFile, "[]");
  await writeFile(
    join(directory, "prometheus.yml"),
    JSON.stringify({ global: { scrape_interval: "1s", scrape_timeout: "1s" }, scrape_configs: [scrapeConfig] }),
  );
  const args = [
    `--config.file=${directory}/prometheus.yml`,
    `--storage.tsdb.path=${directory}/data`,
    `--web.listen-address=127.0.0.1:${port}`,
    "--log.level=error",
  ];
  let child: ChildProcess | null = null;

  async function start(): Promise<void> {
    child = spawn(program, args, { stdio: "ignore" });
    await waitUntil(async () => (await fetch(`${url}/-/ready`).catch(() => null))?.ok === true, "Prometheus is ready", 30_000);
  }

  async function stop(): Promise<void> {
    const ending = child;
    child = null;
    if (ending === null || ending.exitCode !== null) return;
    const ended = new Promise((resolve) => ending.once("exit", resolve));
    ending.kill("SIGCONT");
    ending.kill("SIGTERM");
    await ended;
  }

  await start();
  return {
    url,
    scrape: (targets) => writeFile(targetsFile, JSON.stringify([{ targets }])),
    pause: () => void child?.kill("SIGSTOP"),
    resume: () => void child?.kill("SIGCONT"),
    stop,
    start,
    query: async (promql) => {
      const answer = await (await fetch(`${url}/api/v1/query?${new URLSearchParams({ query: promql })}`)).json();
      if (answer.status !== "success") throw new Error(`Prometheus refuses ${promql}: ${answer.error}`);
      return answer.data.result[0]?.value[1] ?? null;
    },
    close: async () => {
      await stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
