import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname } from "node:path";

/** Whom a user's own program runs as, and what of our environment it gets to see. */

const uidFirst = 61_184;
const uidCount = 4_336;
const nobody = 65_534;
const pathFallback = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

export interface ChildUser {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The user under which programs of one kind run, named by any text (a fleet's id): null unless we are root. Each has its own,
 * from the range that systemd also gives to transient users, so that one fleet cannot signal or inspect another; `nobody`
 * where that is not mapped.
 */
export function childUserOf(name: string): ChildUser | null {
  if (process.getuid?.() !== 0) return null;
  const uid = uidFirst + (createHash("sha256").update(name).digest().readUInt32BE(0) % uidCount);
  return isMapped(uid) ? { uid, gid: uid } : { uid: nobody, gid: nobody };
}

/** In a container only some user ids exist. */
function isMapped(uid: number): boolean {
  const map = readUidMap();
  if (map === null) return true;
  return map.split("\n").some((line) => {
    const [first = "", , count = ""] = line.trim().split(/\s+/);
    return uid >= Number(first) && uid < Number(first) + Number(count);
  });
}

function readUidMap(): string | null {
  try {
    return readFileSync("/proc/self/uid_map", "utf8");
  } catch {
    return null;
  }
}

/** Where programs are looked for, by us and by children. Our own Node comes last: one on the path goes before it. */
export function programPath(): string {
  return [process.env.PATH || pathFallback, dirname(process.execPath)].join(delimiter);
}

/** A child that is nobody's account has no home. */
export function homeOf(user: ChildUser | null): string {
  return user ? "/nonexistent" : homedir();
}
