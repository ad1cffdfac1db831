import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { isSameProcess, startTimeOf } from "./identity.ts";

const attemptsMax = 5;
const Holder = z.object({ pid: z.number().int().positive(), startTime: z.string() });
type Holder = z.infer<typeof Holder>;

export type Lock = { readonly taken: true; isHeld(): boolean; release(): void } | { readonly taken: false; readonly pid: number };

/** One runtime per data directory. A holder that no longer lives, by process id and start time, holds nothing. */
export function takeLock(path: string): Lock {
  const mine = JSON.stringify({ pid: process.pid, startTime: startTimeOf(process.pid) ?? "" });
  const draft = `${path}.${process.pid}`;
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    writeFileSync(draft, mine, { mode: 0o600 });
    try {
      linkSync(draft, path);
      return { taken: true, isHeld: () => readLock(path) === mine, release: () => releaseLock(path, mine) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    } finally {
      rmSync(draft, { force: true });
    }
    const seen = readLock(path);
    const holder = parseHolder(seen);
    if (holder && isSameProcess(holder.pid, holder.startTime)) return { taken: false, pid: holder.pid };
    if (seen !== null) removeStale(path, seen);
  }
  throw new Error(`The lock ${path} could not be taken.`);
}

/** Moves the stale lock aside; if another process was quicker and this is already its lock, puts it back. */
function removeStale(path: string, seen: string): void {
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
    if (readLock(aside) !== seen) linkSync(aside, path);
  } catch (error) {
    if (!["ENOENT", "EEXIST"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function releaseLock(path: string, mine: string): void {
  if (readLock(path) === mine) rmSync(path, { force: true });
}

function readLock(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

function parseHolder(text: string | null): Holder | null {
  try {
    return Holder.parse(JSON.parse(text ?? ""));
  } catch {
    return null;
  }
}
