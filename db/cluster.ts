import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { type Account, chooseAccount, giveTo, invocation } from "./postgres-account.ts";
import { type Binaries, findBinaries } from "./postgres-binaries.ts";
import { prepareSocketDirectory, verifySocketDirectory } from "./socket-directory.ts";

/** A database cluster on disk, ready to be started. */
export interface Cluster {
  readonly path: string;
  readonly logPath: string;
  readonly socketDirectory: string;
  readonly account: Account;
  readonly binaries: Binaries;
  readonly url: string;
  /** The same server's database that always exists. */
  readonly maintenanceUrl: string;
  /** Throws when the socket's directory is not ours alone. */
  verify(): void;
}

const run = promisify(execFile);
const initTimeoutMs = 60_000;

/** Makes `<dataDirectory>/postgres` at the first start; half of an interrupted one is thrown away. */
export async function prepareCluster(dataDirectory: string): Promise<Cluster> {
  const work = join(dataDirectory, "postgres");
  const path = join(work, "cluster");
  mkdirSync(work, { recursive: true, mode: 0o700 });
  const binaries = findBinaries(work);
  const account = chooseAccount(path, binaries.postgres);
  chmodSync(work, 0o700);
  giveTo(account, work);
  // Under another uid PostgreSQL must pass through the data directory, and through nothing else in it.
  if (account.type === "other") chmodSync(dataDirectory, 0o711);
  const password = preparePassword(work, account);
  if (!existsSync(path)) await createCluster(path, account, binaries);
  refuseOtherVersion(path, binaries);
  const socketDirectory = prepareSocketDirectory(work, account);
  const address = (database: string) => `postgres://tideline:${password}@localhost/${database}?host=${encodeURIComponent(socketDirectory)}`;
  return {
    path,
    logPath: join(work, "server.log"),
    socketDirectory,
    account,
    binaries,
    url: address("tideline"),
    maintenanceUrl: address("postgres"),
    verify: () => verifySocketDirectory(socketDirectory, account.uid),
  };
}

function preparePassword(work: string, account: Account): string {
  const path = join(work, "password");
  if (!existsSync(path)) {
    writeFileSync(`${path}.new`, randomBytes(32).toString("base64url"), { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }
  giveTo(account, path);
  return readFileSync(path, "utf8").trim();
}

async function createCluster(path: string, account: Account, binaries: Binaries): Promise<void> {
  const unfinished = `${path}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  const args = [
    `--pgdata=${unfinished}`,
    "--username=tideline",
    `--pwfile=${join(dirname(path), "password")}`,
    "--auth-local=scram-sha-256",
    "--auth-host=reject",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
  ];
  const { file, args: all, identity } = invocation(account, binaries.initdb, args);
  try {
    await run(file, [...all], { ...identity, env: { ...binaries.env }, cwd: dirname(path), timeout: initTimeoutMs });
  } catch (error) {
    const said = String((error as { stderr?: string }).stderr ?? error).trim();
    throw new Error(`The embedded database could not be created in ${path}: ${said}`);
  }
  renameSync(unfinished, path);
}

function refuseOtherVersion(path: string, binaries: Binaries): void {
  const made = readFileSync(join(path, "PG_VERSION"), "utf8").trim();
  if (made === binaries.major) return;
  throw new Error(
    `The database in ${path} was made by PostgreSQL ${made}, this Tideline brings ${binaries.major}. ` +
      "Move it over with pg_upgrade, or start the Tideline it was made with.",
  );
}
