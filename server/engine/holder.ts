import { randomUUID } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { processStartedAt } from "#db/process-identity.ts";

/**
 * Names this process for ever: where its process id means something, the id, when that process started, and a number of
 * its own. A successor in the same place can tell from it that its predecessor is dead, and need not wait for the lease.
 */
export function createHolder(): string {
  return [placeOfProcesses(), process.pid, processStartedAt(process.pid) ?? "", randomUUID()].join("|");
}

/** True only when the holder certainly lives no more; what cannot be told counts as alive. */
export function isHolderGone(holder: string): boolean {
  const [place, pidText, start] = holder.split("|");
  const pid = Number(pidText);
  if (place !== placeOfProcesses() || !Number.isInteger(pid) || pid <= 0) return false;
  if (pid === process.pid) return start !== (processStartedAt(pid) ?? "");
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
  const startNow = processStartedAt(pid);
  return startNow !== null && start !== "" && startNow !== start;
}

/** Two containers may share a host name but never both boot and process namespace. */
function placeOfProcesses(): string {
  try {
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()}/${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return hostname();
  }
}
