import { spawn } from "node:child_process";
import { closeSync, fchmodSync, openSync, readFileSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { Client } from "pg";
import type { Cluster } from "./cluster.ts";
import { invocation } from "./postgres-account.ts";
import { processCommand, processStartedAt } from "./process-identity.ts";

/** A running PostgreSQL: its process, told from any later one with the same id. */
export interface Postmaster {
  readonly pid: number;
  readonly startedAt: string;
}

/** Small enough to share a machine with the fleet it rolls; durable in every respect. */
const settings = {
  listen_addresses: "",
  unix_socket_permissions: "0700",
  port: "5432",
  password_encryption: "scram-sha-256",
  fsync: "on",
  full_page_writes: "on",
  shared_buffers: "16MB",
  huge_pages: "off",
  jit: "off",
  max_connections: "30",
  max_wal_senders: "0",
  wal_level: "minimal",
  min_wal_size: "32MB",
  max_wal_size: "128MB",
  maintenance_work_mem: "16MB",
  io_method: "sync",
  max_worker_processes: "0",
  max_parallel_workers: "0",
  max_parallel_workers_per_gather: "0",
  max_logical_replication_workers: "0",
  autovacuum_max_workers: "1",
  autovacuum_worker_slots: "1",
  log_min_messages: "log",
  log_checkpoints: "off",
  timezone: "UTC",
} as const;

const logBytesMax = 1_000_000;
/** Recovery after a crash replays at most max_wal_size. */
const readyTimeoutMs = 60_000;
const adoptTimeoutMs = 30_000;
const stopTimeoutMs = 8_000;
const pollMs = 20;

/** The cluster's PostgreSQL if one already runs (left by a killed server), once it answers; else null. */
export async function adoptPostmaster(cluster: Cluster): Promise<Postmaster | null> {
  const running = findPostmaster(cluster);
  if (!running) return null;
  if (await answersInTime(cluster, running, adoptTimeoutMs)) return running;
  // Ours by its command line and deaf: with nobody else on this data directory, end it and start anew.
  if (isRunning(running)) await stopPostmaster(running);
  return null;
}

/** Starts PostgreSQL, apart from our process group, and waits until it answers. */
export async function startPostmaster(cluster: Cluster): Promise<Postmaster> {
  removeStaleLock(cluster);
  const given = Object.entries({ ...settings, unix_socket_directories: `"${cluster.socketDirectory}"` }).flatMap(([name, value]) => [
    "-c",
    `${name}=${value}`,
  ]);
  const { file, args, identity } = invocation(cluster.account, cluster.binaries.postgres, ["-D", cluster.path, ...given]);
  const log = openSync(cluster.logPath, isTooLong(cluster.logPath) ? "w" : "a", 0o600);
  fchmodSync(log, 0o600);
  const from = statSync(cluster.logPath).size;
  const child = spawn(file, [...args], {
    ...identity,
    env: { ...cluster.binaries.env },
    cwd: dirname(cluster.path),
    detached: true,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  const failed = new Promise<never>((_, reject) => child.once("error", reject));
  failed.catch(() => {});
  child.unref();
  const startedAt = child.pid === undefined ? null : processStartedAt(child.pid);
  if (child.pid === undefined || startedAt === null) return await failed.catch((error) => refuse(cluster, from, String(error)));
  const postmaster = { pid: child.pid, startedAt };
  if (await answersInTime(cluster, postmaster, readyTimeoutMs)) return postmaster;
  if (isRunning(postmaster)) await stopPostmaster(postmaster);
  return refuse(cluster, from, "it did not answer");
}

/** Lets running statements be cut and buffers be written; after a deadline, recovery at the next start does the rest. */
export async function stopPostmaster(postmaster: Postmaster): Promise<void> {
  for (const signal of ["SIGINT", "SIGQUIT", "SIGKILL"] as const) {
    if (!isRunning(postmaster)) return;
    process.kill(postmaster.pid, signal);
    if (await until(() => !isRunning(postmaster), stopTimeoutMs)) return;
  }
  throw new Error(`PostgreSQL (process ${postmaster.pid}) does not end.`);
}

export function isRunning(postmaster: Postmaster): boolean {
  return processStartedAt(postmaster.pid) === postmaster.startedAt;
}

function findPostmaster(cluster: Cluster): Postmaster | null {
  const pid = lockedBy(cluster);
  const startedAt = pid === null ? null : processStartedAt(pid);
  return pid !== null && startedAt !== null && isOurs(cluster, pid) ? { pid, startedAt } : null;
}

function lockedBy(cluster: Cluster): number | null {
  try {
    const pid = Number(readFileSync(join(cluster.path, "postmaster.pid"), "utf8").split("\n")[0]);
    return Number.isSafeInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null;
  }
}

function isOurs(cluster: Cluster, pid: number): boolean {
  const command = processCommand(pid);
  return command?.includes("postgres") === true && command.includes(`-D ${cluster.path}`);
}

/** After a reboot the number in PostgreSQL's lock may belong to a stranger, for whom PostgreSQL would not start. */
function removeStaleLock(cluster: Cluster): void {
  const pid = lockedBy(cluster);
  if (pid !== null && !isOurs(cluster, pid)) rmSync(join(cluster.path, "postmaster.pid"), { force: true });
}

async function answersInTime(cluster: Cluster, postmaster: Postmaster, timeoutMs: number): Promise<boolean> {
  let answered = false;
  await until(async () => {
    answered = await answers(cluster);
    return answered || !isRunning(postmaster);
  }, timeoutMs);
  return answered;
}

/** True when the server behind the socket knows our password and serves this very cluster. */
async function answers(cluster: Cluster): Promise<boolean> {
  if (!isReady(cluster)) return false;
  cluster.verify();
  const client = new Client({ connectionString: cluster.maintenanceUrl, connectionTimeoutMillis: 2_000, statement_timeout: 2_000 });
  client.on("error", () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ path: string }>("select current_setting('data_directory') as path");
    return rows[0]?.path === cluster.path;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

/** The last line of PostgreSQL's lock says how far it is. */
function isReady(cluster: Cluster): boolean {
  try {
    return readFileSync(join(cluster.path, "postmaster.pid"), "utf8").split("\n")[7]?.trim() === "ready";
  } catch {
    return false;
  }
}

function refuse(cluster: Cluster, from: number, why: string): never {
  const said = readFileSync(cluster.logPath).subarray(from).toString("utf8").trim().split("\n").slice(-5).join("\n");
  throw new Error(`The embedded PostgreSQL did not start: ${said || why}\nIts log is ${cluster.logPath}.`);
}

function isTooLong(path: string): boolean {
  return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > logBytesMax;
}

async function until(isSo: () => boolean | Promise<boolean>, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    if (await isSo()) return true;
    if (performance.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
