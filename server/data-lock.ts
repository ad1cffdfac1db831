import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { processStartedAt } from "#db/process-identity.ts";

const Holder = z.object({
  pid: z.number().int().positive(),
  /** Tells the process from a later one with the same id. */
  startedAt: z.string(),
  /** ISO time. */
  since: z.string(),
  url: z.string(),
});
type Holder = z.infer<typeof Holder>;

/** Another Tideline works on the directory. The message names it. */
export class DataDirectoryInUse extends Error {
  override readonly name = "DataDirectoryInUse";
}

const attemptsMax = 5;

/**
 * Makes the data directory (0700) and holds it for this process, so that no second server works on it. A lock whose
 * process has gone, or whose number now belongs to another process, is taken over. Returns its release.
 */
export function holdDataDirectory(directory: string, url: string): () => void {
  prepareDirectory(directory);
  const path = join(directory, "server.lock");
  const startedAt = processStartedAt(process.pid) ?? "unknown";
  const mine: Holder = { pid: process.pid, startedAt, since: new Date().toISOString(), url };
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(mine), { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
      if (link(draft, path)) return () => releaseLock(path, mine);
      takeOverStale(path, directory);
    }
  } finally {
    rmSync(draft, { force: true });
  }
  throw new DataDirectoryInUse(`The data directory ${directory} could not be locked: others try the same at this moment. Try again.`);
}

function prepareDirectory(directory: string): void {
  try {
    makeDirectory(directory);
    const { uid, mode } = statSync(directory);
    if (uid !== process.getuid?.() && process.getuid?.() !== 0)
      throw new Error(`it belongs to user ${uid}. Start Tideline as that user, or name another directory in TIDELINE_DATA`);
    if ((mode & 0o066) !== 0) chmodSync(directory, 0o700);
  } catch (error) {
    throw new Error(`The data directory ${directory} cannot be used: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

/** Not by Node's own `recursive`, which never ends where the system refuses with ENOENT, as it does below /proc. */
function makeDirectory(path: string): void {
  if (!existsSync(dirname(path))) makeDirectory(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST" || !statSync(path).isDirectory()) throw error;
  }
}

/** A hard link appears whole or not at all, and never over an existing file. */
function link(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function takeOverStale(path: string, directory: string): void {
  const holder = readHolder(path);
  if (holder && processStartedAt(holder.pid) === holder.startedAt) {
    throw new DataDirectoryInUse(
      `Tideline already runs on the data directory ${directory}: process ${holder.pid}, since ${holder.since}, at ${holder.url}. ` +
        "Open that address, stop that process, or name another directory in TIDELINE_DATA.",
    );
  }
  // Between two that take over at once, the slower must not remove the faster one's new lock.
  const now = readHolder(path);
  if (now?.pid === holder?.pid && now?.startedAt === holder?.startedAt) rmSync(path, { force: true });
}

function releaseLock(path: string, mine: Holder): void {
  const holder = readHolder(path);
  if (holder?.pid === mine.pid && holder.startedAt === mine.startedAt) rmSync(path, { force: true });
}

function readHolder(path: string): Holder | null {
  try {
    return Holder.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return null;
  }
}
