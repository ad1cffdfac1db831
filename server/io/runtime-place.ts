import { randomBytes } from "node:crypto";
import { chmod, lstat, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Failure } from "#domain/failure.ts";

/** A Unix socket's path holds 107 bytes on Linux and 103 on macOS; longer ones live in a directory of their own. */
const socketPathBytesMax = 100;
const socketName = "runtime.sock";

/** Where things of the runtime lie below a data directory. */
export function placeOf(dataDirectory: string) {
  const directory = join(dataDirectory, "runtime");
  return {
    directory,
    state: join(directory, "state"),
    logs: join(directory, "logs"),
    lock: join(directory, "lock"),
    token: join(directory, "token"),
    output: join(directory, "runtime.log"),
    /** Exists while a person wants the runtime stopped: nobody starts it again but a new start of Tideline. */
    stopped: join(directory, "stopped"),
    socketDirectoryFile: join(directory, "socket-directory"),
  };
}

export type RuntimePlace = ReturnType<typeof placeOf>;

/** Creates what is missing, for its owner only. */
export async function createPlace(dataDirectory: string): Promise<RuntimePlace> {
  const place = placeOf(dataDirectory);
  for (const directory of [place.directory, place.state, place.logs]) {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await chmod(directory, 0o700);
  }
  return place;
}

/** The socket's path for who listens: makes a short directory when the data directory's path is too long. */
export async function createSocketPath(place: RuntimePlace): Promise<string> {
  const here = join(place.directory, socketName);
  if (Buffer.byteLength(here) <= socketPathBytesMax) return here;
  const known = await findSocketPath(place).catch(() => null);
  if (known) return known;
  const directory = await mkdtemp(join(Buffer.byteLength(tmpdir()) > 60 ? "/tmp" : tmpdir(), "tideline-"));
  await writeAtomically(place.socketDirectoryFile, directory);
  return join(directory, socketName);
}

/** The socket's path for who connects. A directory outside the data directory must be ours alone. */
export async function findSocketPath(place: RuntimePlace): Promise<string> {
  const here = join(place.directory, socketName);
  if (Buffer.byteLength(here) <= socketPathBytesMax) return here;
  const directory = (await readFile(place.socketDirectoryFile, "utf8")).trim();
  const found = await lstat(directory);
  const isOurs = found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o777) === 0o700;
  if (isOurs) return join(directory, socketName);
  throw new Failure(
    "unavailable",
    `The runtime's socket directory ${directory} belongs to someone else or is open to others. Remove it and start again.`,
  );
}

export async function readToken(place: RuntimePlace): Promise<string> {
  return (await readFile(place.token, "utf8")).trim();
}

/** The token that both sides know; made once. */
export async function createToken(place: RuntimePlace): Promise<string> {
  const known = await readToken(place).catch(() => "");
  if (known.length >= 64) return known;
  const token = randomBytes(32).toString("hex");
  await writeAtomically(place.token, token);
  return token;
}

async function writeAtomically(path: string, text: string): Promise<void> {
  const draft = `${path}.${process.pid}`;
  await rm(draft, { force: true });
  await writeFile(draft, text, { mode: 0o600, flag: "wx" });
  await rename(draft, path);
}
