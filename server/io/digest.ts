import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { lstat, readdir, readlink } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "#domain/failure.ts";

const entriesMax = 20_000;
const bytesMax = 512 * 1024 * 1024;

/** One thing below a directory, as far as its meaning goes: owner, times and most mode bits are the machine's business. */
export interface DirectoryEntry {
  /** Relative, with forward slashes. */
  readonly path: string;
  readonly type: "file" | "directory" | "link";
  readonly executable: boolean;
  /** All permission bits, for who must know whether another user could read it. Not part of the digest. */
  readonly mode: number;
  readonly size: number;
}

/**
 * sha256 over sorted relative paths, types, the executable bit and contents, as 64 hex digits. A symbolic link counts by
 * its target's text and is never followed. Throws Failure("invalid") when the directory cannot be read, holds more than
 * 20,000 entries or 512 MB, or something that is neither file, directory nor link.
 */
export async function digestDirectory(directory: string): Promise<string> {
  const hash = createHash("sha256");
  for (const entry of await listDirectory(directory)) {
    hash.update(JSON.stringify([entry.path, entry.type, entry.executable, entry.type === "file" ? entry.size : 0]));
    hash.update("\n");
    await guard(directory, () => addContent(hash, join(directory, entry.path), entry));
  }
  return hash.digest("hex");
}

/** Everything below a directory, sorted by path. The same limits and failures as the digest. */
export async function listDirectory(directory: string): Promise<DirectoryEntry[]> {
  const entries: DirectoryEntry[] = [];
  let bytes = 0;
  const waiting = [""];
  while (waiting.length > 0) {
    const parent = waiting.pop() ?? "";
    for (const name of await guard(directory, () => readdir(join(directory, parent)))) {
      const entry = await guard(directory, () => describe(directory, parent === "" ? name : `${parent}/${name}`));
      if (entry.type === "directory") waiting.push(entry.path);
      bytes += entry.type === "file" ? entry.size : 0;
      entries.push(entry);
      if (entries.length > entriesMax)
        refuse(`${directory} holds more than ${entriesMax.toLocaleString("en")} files. Release a directory with less in it.`);
      if (bytes > bytesMax) refuse(`${directory} holds more than ${bytesMax / 1024 / 1024} MB. Release a directory with less in it.`);
    }
  }
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function describe(directory: string, path: string): Promise<DirectoryEntry> {
  const found = await lstat(join(directory, path));
  const { mode, size } = found;
  if (found.isSymbolicLink()) return { path, type: "link", executable: false, mode, size };
  if (found.isDirectory()) return { path, type: "directory", executable: false, mode, size: 0 };
  if (found.isFile()) return { path, type: "file", executable: (mode & 0o100) !== 0, mode, size };
  return refuse(`${join(directory, path)} is neither a file nor a directory nor a link. Remove it from the release's directory.`);
}

async function addContent(hash: Hash, path: string, entry: DirectoryEntry): Promise<void> {
  if (entry.type === "link") hash.update(await readlink(path));
  if (entry.type !== "file") return;
  let bytes = 0;
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk as Buffer);
    bytes += (chunk as Buffer).length;
    if (bytes > entry.size) break;
  }
  if (bytes !== entry.size) refuse(`${path} changed while it was read. Try again when nothing writes to the directory.`);
}

async function guard<Value>(directory: string, read: () => Promise<Value>): Promise<Value> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Failure) throw error;
    const { code, path } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" && path === directory) return refuse(`There is no directory ${directory} on this machine.`);
    return refuse(`${path ?? directory} cannot be read (${code ?? "unknown error"}).`);
  }
}

function refuse(message: string): never {
  throw new Failure("invalid", message, [{ field: "directory", message }]);
}
