import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { until } from "./until.ts";

export interface RunningProcess {
  readonly pid: number;
  readonly command: string;
}

/**
 * Processes that have `text` in their command line or environment: everything that was started for one data directory.
 * Linux only; elsewhere nothing is found and nothing is claimed.
 */
export async function findProcesses(text: string): Promise<RunningProcess[]> {
  if (!existsSync("/proc/self/environ")) return [];
  const ids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const found = await Promise.all(ids.map((id) => readProcess(Number(id), text)));
  return found.filter((one) => one !== null);
}

async function readProcess(pid: number, text: string): Promise<RunningProcess | null> {
  try {
    const command = (await readFile(`/proc/${pid}/cmdline`, "utf8")).replaceAll("\0", " ").trim();
    const environment = await readFile(`/proc/${pid}/environ`, "utf8");
    const state = /^State:\s+(\w)/m.exec(await readFile(`/proc/${pid}/status`, "utf8"))?.[1];
    return state !== "Z" && (command.includes(text) || environment.includes(text)) ? { pid, command: `${pid} ${command}` } : null;
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
