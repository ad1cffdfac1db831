import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** Who a process is: a process id alone is used again, so its start time goes with it. */

interface ProcessStat {
  readonly state: string;
  readonly group: number;
  readonly startTicks: string;
}

/** When a living process started, in the machine's own form; null when there is none (a zombie is none). */
export function startTimeOf(pid: number): string | null {
  if (process.platform === "linux") {
    const found = statOf(pid);
    return found === null || found.state === "Z" ? null : `${bootId()}/${found.startTicks}`;
  }
  try {
    const line = execFileSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], { encoding: "utf8", timeout: 2_000 }).trim();
    return line === "" || line.startsWith("Z") ? null : line.replace(/^\S+\s+/, "");
  } catch {
    return null;
  }
}

export function isSameProcess(pid: number, startTime: string): boolean {
  return startTimeOf(pid) === startTime;
}

/** Does anything but zombies live in this process group? */
export function isGroupAlive(group: number): boolean {
  try {
    process.kill(-group, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  if (process.platform !== "linux") return true;
  return pids().some((pid) => {
    const found = statOf(pid);
    return found !== null && found.group === group && found.state !== "Z";
  });
}

/**
 * Finds a child that was started but not yet written down when its runtime died: leader of its group, in the release's
 * directory, with the port that was chosen for it. Linux only; elsewhere null.
 */
export function findOrphan(port: number): number | null {
  if (process.platform !== "linux") return null;
  return pids().find((pid) => statOf(pid)?.group === pid && hasPort(pid, port)) ?? null;
}

function hasPort(pid: number, port: number): boolean {
  const environment = readText(`/proc/${pid}/environ`)?.split("\0");
  return environment !== undefined && [`PORT=${port}`, "HOST=127.0.0.1"].every((entry) => environment.includes(entry));
}

function pids(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function statOf(pid: number): ProcessStat | null {
  const text = readText(`/proc/${pid}/stat`);
  if (text === null) return null;
  // The program's name stands in parentheses and may hold anything, so fields are counted from its end.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return { state: fields[0] ?? "", group: Number(fields[2]), startTicks: fields[19] ?? "" };
}

let knownBootId: string | null = null;

function bootId(): string {
  knownBootId ??= readText("/proc/sys/kernel/random/boot_id")?.trim() ?? "";
  return knownBootId;
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
