import { stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { listDirectory } from "#server/io/digest.ts";

/** What a user who owns nothing may reach. Judged by the permission bits for others: an instance's user is in no group. */

export function allowsOthers(mode: number, bits: number): boolean {
  return (mode & bits) === bits;
}

/** May anyone pass through every directory down to this one? */
export async function isPathOpen(directory: string): Promise<boolean> {
  for (let path = resolve(directory); ; path = dirname(path)) {
    if (!allowsOthers((await stat(path)).mode, 0o1)) return false;
    if (path === dirname(path)) return true;
  }
}

/** May anyone read all that is in this directory? */
export async function isTreeReadable(directory: string): Promise<boolean> {
  if (!(await isPathOpen(directory)) || !allowsOthers((await stat(directory)).mode, 0o5)) return false;
  return (await listDirectory(directory)).every(({ type, mode }) => type === "link" || allowsOthers(mode, type === "directory" ? 0o5 : 0o4));
}
