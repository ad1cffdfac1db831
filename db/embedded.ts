import { Client } from "pg";
import { type Cluster, prepareCluster } from "./cluster.ts";
import { adoptPostmaster, isRunning, type Postmaster, startPostmaster, stopPostmaster } from "./postmaster.ts";

/** The PostgreSQL that Tideline brings along, running on a Unix socket of the data directory. */
export interface EmbeddedDatabase {
  readonly url: string;
  /** Process id of the server; changes when it had to be started again. */
  readonly pid: () => number;
  /** Ask before each connection: throws when the socket's directory could be a stranger's. */
  readonly verify: () => void;
  /** True when a server left by a killed Tideline was found and kept. */
  readonly adopted: boolean;
  stop(): Promise<void>;
}

const watchEveryMs = 1_000;

/**
 * Starts PostgreSQL below an absolute data directory, or adopts the one that a killed Tideline left there. Should it
 * end by itself, it is started again; `note` hears why. The caller makes sure that nobody else uses the directory.
 */
export async function startEmbedded(dataDirectory: string, note: (message: string) => void = () => {}): Promise<EmbeddedDatabase> {
  const cluster = await prepareCluster(dataDirectory);
  const left = await adoptPostmaster(cluster);
  let current = left ?? (await startPostmaster(cluster));
  await createDatabase(cluster);
  const watcher = watch(
    cluster,
    () => current,
    (next) => {
      current = next;
    },
    note,
  );
  return {
    url: cluster.url,
    pid: () => current.pid,
    verify: cluster.verify,
    adopted: left !== null,
    stop: async () => {
      await watcher.stop();
      await stopPostmaster(current);
    },
  };
}

/** Once a second: does it still run? Restarts are as frequent as that at most, for as long as we live. */
function watch(cluster: Cluster, current: () => Postmaster, replace: (next: Postmaster) => void, note: (message: string) => void) {
  let busy: Promise<void> | null = null;
  const timer = setInterval(() => {
    if (busy || isRunning(current())) return;
    note("The embedded PostgreSQL ended by itself and is started again.");
    busy = startPostmaster(cluster)
      .then(replace)
      .catch((error: unknown) => note(String(error)))
      .finally(() => {
        busy = null;
      });
  }, watchEveryMs);
  timer.unref();
  return {
    stop: async () => {
      clearInterval(timer);
      await busy;
    },
  };
}

async function createDatabase(cluster: Cluster): Promise<void> {
  const client = new Client({ connectionString: cluster.maintenanceUrl, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    const { rowCount } = await client.query("select 1 from pg_database where datname = 'tideline'");
    if (rowCount === 0) await client.query("create database tideline");
  } finally {
    await client.end();
  }
}
