import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Account, giveTo } from "./postgres-account.ts";

/** A socket's path may hold 107 bytes on Linux and 103 on macOS; PostgreSQL adds "/.s.PGSQL.5432" and a lock. */
const pathBytesMax = 84;

/**
 * The directory of PostgreSQL's socket: below `workDirectory`, or, where that path is too long for a socket, a
 * directory of its own whose path is kept there.
 */
export function prepareSocketDirectory(workDirectory: string, account: Account): string {
  const near = join(workDirectory, "socket");
  if (Buffer.byteLength(near) <= pathBytesMax) {
    mkdirSync(near, { recursive: true, mode: 0o700 });
    return own(near, account);
  }
  const note = join(workDirectory, "socket-directory");
  const kept = readNote(note);
  if (kept !== null && whyUnsafe(kept, account.uid) === null) return kept;
  const made = mkdtempSync(join(Buffer.byteLength(tmpdir()) <= pathBytesMax - 20 ? tmpdir() : "/tmp", "tideline-"));
  writeFileSync(note, made, { mode: 0o600 });
  return own(made, account);
}

/** Throws unless only the account can have made what is in the directory. */
export function verifySocketDirectory(directory: string, ownerUid: number): void {
  const why = whyUnsafe(directory, ownerUid);
  if (why !== null) throw new Error(`The database's socket directory ${directory} is not trusted: ${why}. Stop Tideline, remove it, start again.`);
}

function whyUnsafe(directory: string, ownerUid: number): string | null {
  const entry = lstatSync(directory, { throwIfNoEntry: false });
  if (!entry?.isDirectory()) return "it is not a directory";
  if (entry.uid !== ownerUid) return `it belongs to user ${entry.uid} instead of ${ownerUid}`;
  return (entry.mode & 0o077) === 0 ? null : "others may open it";
}

function own(directory: string, account: Account): string {
  chmodSync(directory, 0o700);
  giveTo(account, directory);
  verifySocketDirectory(directory, account.uid);
  return directory;
}

function readNote(path: string): string | null {
  try {
    return readFileSync(path, "utf8").trim() || null;
  } catch {
    return null;
  }
}
