import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { Failure } from "#domain/failure.ts";
import type { ChildUser } from "#server/io/child-user.ts";
import type { Launch } from "./artifact.ts";
import { isGroupAlive, isSameProcess, startTimeOf } from "./identity.ts";

const pollMs = 25;
const adoptedPollMs = 250;
const killWaitMsMax = 3_000;

/** A started program and all its descendants. It outlives this runtime, so it may have been started by an earlier one. */
export interface ProcessGroup {
  readonly pid: number;
  readonly startTime: string;
  /** "exited with code 1"; resolves when the leader has ended. */
  readonly exited: Promise<string>;
  /** SIGTERM to all, and at the deadline SIGKILL. Resolves when none is left. */
  stop(deadlineMs: number): Promise<void>;
}

export interface StartOptions {
  readonly launch: Launch;
  readonly env: Readonly<Record<string, string>>;
  readonly user: ChildUser | null;
  /** Descriptors for standard output and error. */
  readonly output: readonly [out: number, err: number];
}

/** Throws Failure("invalid") with the system's words when the program cannot be started. */
export async function startGroup({ launch, env, user, output }: StartOptions): Promise<ProcessGroup> {
  const child = spawn(launch.program, launch.args, {
    cwd: launch.directory,
    env: { ...env } as NodeJS.ProcessEnv,
    stdio: ["ignore", output[0], output[1]],
    detached: true,
    ...(user ? { uid: user.uid, gid: user.gid } : {}),
  });
  const exited = new Promise<string>((resolve) => child.once("exit", (code, signal) => resolve(wordsOf(code, signal))));
  await spawned(child, launch);
  const pid = child.pid ?? 0;
  return createGroup(pid, startTimeOf(pid) ?? "", exited);
}

/** A group that an earlier runtime started; null when its leader no longer lives. */
export function adoptGroup(pid: number, startTime: string): ProcessGroup | null {
  if (!isSameProcess(pid, startTime)) return null;
  const exited = new Promise<string>((resolve) => {
    const timer = setInterval(() => {
      if (isSameProcess(pid, startTime)) return;
      clearInterval(timer);
      resolve("ended");
    }, adoptedPollMs);
  });
  return createGroup(pid, startTime, exited);
}

function createGroup(pid: number, startTime: string, exited: Promise<string>): ProcessGroup {
  let hasExited = false;
  void exited.then(() => {
    hasExited = true;
  });
  return { pid, startTime, exited, stop: (deadlineMs) => stopGroup(pid, deadlineMs, () => hasExited || !isSameProcess(pid, startTime)) };
}

async function stopGroup(pid: number, deadlineMs: number, leaderIsGone: () => boolean): Promise<void> {
  signalGroup(pid, "SIGTERM");
  if (await isGone(pid, deadlineMs, leaderIsGone)) return;
  signalGroup(pid, "SIGKILL");
  await isGone(pid, killWaitMsMax, leaderIsGone);
}

async function isGone(pid: number, withinMs: number, leaderIsGone: () => boolean): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    if (leaderIsGone() && !isGroupAlive(pid)) return true;
    if (performance.now() >= deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, Math.min(pollMs, Math.max(0, deadline - performance.now()))));
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // EPERM is macOS' word for a group of which only zombies are left.
    if (!["ESRCH", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}

async function spawned(child: ChildProcess, launch: Launch): Promise<void> {
  try {
    await once(child, "spawn");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Failure("invalid", `${launch.program} could not be started in ${launch.directory}: ${code ?? message}.`);
  }
}

function wordsOf(code: number | null, signal: NodeJS.Signals | null): string {
  return signal ? `was ended by ${signal}` : `exited with code ${code ?? "unknown"}`;
}
