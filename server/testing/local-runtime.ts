import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { pino } from "pino";
import { v7 as uuid } from "uuid";
import { createInstances, Fleet } from "#domain/fleet.ts";
import type { Release } from "#domain/release.ts";
import type { Balancer } from "#server/balancers/balancer.ts";
import { createEmbeddedBalancer } from "#server/balancers/embedded/balancer.ts";
import type { Driver } from "#server/drivers/driver.ts";
import { createProcessDriver } from "#server/drivers/process/driver.ts";
import { digestDirectory } from "#server/io/digest.ts";
import { connectRuntime, type RuntimeClient } from "#server/io/runtime-client.ts";
import type { SecretsInput } from "#server/io/secrets.ts";
import { createEmbeddedSource } from "#server/metrics/embedded/source.ts";
import type { MetricsSource } from "#server/metrics/source.ts";

/** A real local runtime on a data directory of its own, and a service to run on it. */
export interface LocalBench {
  readonly dataDirectory: string;
  /** A copy of the test service that a test may change. */
  readonly serviceDirectory: string;
  readonly client: RuntimeClient;
  readonly driver: Driver;
  readonly balancer: Balancer;
  readonly source: MetricsSource;
  /** Another client of the same runtime, as a control plane that was started again. */
  connect(secrets?: SecretsInput): RuntimeClient;
  close(): Promise<void>;
}

const source = fileURLToPath(new URL("../runtime/main.ts", import.meta.url));
const service = fileURLToPath(new URL("./service.mjs", import.meta.url));
const fence = { token: 1 };
/** To a balancer that sees by itself. */
export const nothingTold = { units: null, fence: null };

/** `folder` lies below the data directory's parent, to make its path longer. */
export async function startLocalBench(folder = "data", secrets: SecretsInput = { env: {}, directories: [] }): Promise<LocalBench> {
  const parent = await mkdtemp("/tmp/rt-bench-");
  const dataDirectory = join(parent, folder);
  const serviceDirectory = join(parent, "service");
  await cp(service, join(serviceDirectory, "service.mjs"));
  const entry = [process.execPath, await buildRuntime(parent)];
  const connect = (told = secrets) => connectRuntime({ dataDirectory, entry, secrets: told, log: pino({ level: "silent" }) });
  const client = connect();
  return {
    dataDirectory,
    serviceDirectory,
    client,
    driver: createProcessDriver(client),
    balancer: createEmbeddedBalancer(client),
    source: createEmbeddedSource(client),
    connect,
    close: async () => {
      await client.local.stop();
      for (const name of ["stage-directory", "socket-directory"]) {
        const directory = await readFile(join(dataDirectory, "runtime", name), "utf8").catch(() => "");
        if (/^\/(var\/)?tmp\/tideline-/.test(directory)) await rm(directory, { recursive: true, force: true });
      }
      await rm(parent, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** In one file, as it is shipped: starts in a tenth of the time that a compiler at its side would need. */
async function buildRuntime(directory: string): Promise<string> {
  const outfile = join(directory, "runtime.mjs");
  const banner = { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' };
  await build({ entryPoints: [source], outfile, bundle: true, platform: "node", target: "node20", format: "esm", banner, logLevel: "error" });
  return outfile;
}

export function createTestFleet(overrides: Partial<Fleet> & { count?: number } = {}): Fleet {
  const { count = 1, ...rest } = overrides;
  return Fleet.parse({
    fleetId: uuid(),
    name: "shop",
    service: "service",
    environment: "test",
    driver: { type: "process" },
    balancer: { type: "embedded", port: 0 },
    instances: createInstances(count, ["a", "b"]),
    readiness: { path: "/healthz", interval: "200ms", failure: 2 },
    liveness: null,
    initialReleaseId: uuid(),
    provenReleaseId: null,
    ...rest,
  });
}

export async function createTestRelease(
  directory: string,
  overrides: Partial<Pick<Release, "name" | "env">> & { command?: string[] } = {},
): Promise<Release> {
  const { command = ["node", "service.mjs"], name = "1.0", env = {} } = overrides;
  const digest = await digestDirectory(directory);
  const artifact = { type: "process", command, directory } as const;
  return { releaseId: uuid(), service: "service", name, artifact, digest, env: { NAME: name, ...env }, recordedAt: Date.now() };
}

/** The fleet's instances on one release, ready and in rotation; resolves with the address of its traffic. */
export async function bringUp(bench: LocalBench, fleet: Fleet, release: Release): Promise<string> {
  const signal = AbortSignal.timeout(30_000);
  await bench.driver.ensureFleet(fleet, fence, signal);
  await Promise.all(fleet.instances.map(({ id }) => bench.driver.replace(fleet, id, release, `up/${id}`, fence, signal)));
  for (const { id } of fleet.instances) {
    await waitUntil(async () => (await bench.driver.observe(fleet, signal))[id]?.ready === true, `${id} is ready`);
    await bench.balancer.restore(fleet, { instanceId: id, target: "unit", key: `up/${id}`, seen: null }, fence, signal);
  }
  return addressOf(bench, fleet);
}

export async function addressOf(bench: LocalBench, fleet: Fleet): Promise<string> {
  const { fleets } = await bench.client.local.status();
  return `http://127.0.0.1:${fleets.find(({ fleetId }) => fleetId === fleet.fleetId)?.port}`;
}

const pollMs = 25;

/** Waits for a state, not for a change. */
export async function waitUntil(isSo: () => Promise<boolean> | boolean, what: string, withinMs = 15_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`It did not happen within ${withinMs} ms: ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
