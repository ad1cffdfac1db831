import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { until } from "./until.ts";

export interface RunningProcess {
  readonly pid: number;
  readonly parentPid: number;
  readonly command: string;
}

/**
 * Processes that have `text` in their command line or environment: everything that was started for one data directory.
 * Linux only; elsewhere nothing is found and nothing is claimed.
 */
export async function findProcesses(text: string): Promise<RunningProcess[]> {
  return (await listProcesses()).filter(({ command, environment }) => command.includes(text) || environment.includes(text));
}

/** The same, and everything that they started. */
export async function findFamily(text: string): Promise<RunningProcess[]> {
  const all = await listProcesses();
  const family = new Set((await findProcesses(text)).map(({ pid }) => pid));
  for (let before = -1; before !== family.size; ) {
    before = family.size;
    for (const { pid, parentPid } of all) if (family.has(parentPid)) family.add(pid);
  }
  return all.filter(({ pid }) => family.has(pid));
}

async function listProcesses(): Promise<(RunningProcess & { readonly environment: string })[]> {
  if (!existsSync("/proc/self/environ")) return [];
  const ids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const found = await Promise.all(ids.map((id) => readProcess(Number(id))));
  return found.filter((one) => one !== null);
}

async function readProcess(pid: number): Promise<(RunningProcess & { readonly environment: string }) | null> {
  try {
    const command = (await readFile(`/proc/${pid}/cmdline`, "utf8")).replaceAll("\0", " ").trim();
    const environment = await readFile(`/proc/${pid}/environ`, "utf8");
    const status = await readFile(`/proc/${pid}/status`, "utf8");
    const isGone = /^State:\s+Z/m.test(status);
    return isGone ? null : { pid, parentPid: Number(/^PPid:\s+(\d+)/m.exec(status)?.[1] ?? 0), command, environment };
  } catch {
    return null;
  }
}

/** Sends the signal and waits until the process is gone. */
export async function endProcess(pid: number, signal: NodeJS.Signals, timeoutMs: number): Promise<void> {
  if (!isRunning(pid)) return;
  process.kill(pid, signal);
  await until(() => !isRunning(pid), `Process ${pid} did not end after ${signal}.`, timeoutMs);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
