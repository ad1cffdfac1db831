import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { basename } from "node:path";
import { formatDuration, parseDuration } from "#domain/duration.ts";
import { childUserOf, homeOf, programPath } from "#server/io/child-user.ts";
import type { HookCall, HookOutcome } from "./hook-runner.ts";
import { createTail } from "./output.ts";

/** Time that SIGTERM has before SIGKILL. */
const stopGraceMs = 5_000;
/** What has ended may leave its pipe to a grandchild: its last words are waited for this long. */
const lastWordsMs = 250;
/** Linux takes 128 KiB for one variable: of a larger batch the first names are given. */
const instancesBytesMax = 64 * 1024;

/**
 * Runs a program by its arguments, never through a shell, in an environment made from nothing. Whatever it has started
 * ends with it, and all of it at its timeout.
 */
export async function runCommand(call: HookCall, [program = "", ...args]: readonly string[], signal: AbortSignal): Promise<HookOutcome> {
  const timeoutMs = parseDuration(call.hook.timeout) ?? 0;
  const tail = createTail();
  const name = basename(program);
  const user = childUserOf(`hook/${call.fleetId}`);
  const env = environmentOf(call, homeOf(user)) as NodeJS.ProcessEnv;
  const child = spawn(program, args, { cwd: "/", env, stdio: ["ignore", "pipe", "pipe"], detached: true, ...user });
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes: Buffer) => tail.add(bytes));
  const ended = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
  ended.catch(() => {});
  let late = false;
  const stop = () => stopGroup(child);
  const timer = setTimeout(() => {
    late = true;
    stop();
  }, timeoutMs);
  signal.addEventListener("abort", stop, { once: true });
  try {
    await once(child, "spawn");
    const [code, killedBy] = await ended;
    signalGroup(child, "SIGKILL");
    await lastWords(child);
    const outcome = late ? lateWords(name, timeoutMs) : endWords(name, code, killedBy);
    return { status: code === 0 && !late ? "succeeded" : "failed", message: outcome, output: tail.text() };
  } catch (error) {
    return { status: "failed", message: startWords(program, error), output: tail.text() };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}

/** PATH and HOME are all that a program gets of this machine; the rest is the rollout. */
function environmentOf(call: HookCall, home: string): Record<string, string> {
  return {
    PATH: programPath(),
    HOME: home,
    TIDELINE_ROLLOUT_ID: call.rolloutId,
    TIDELINE_HOOK: call.name,
    TIDELINE_HOOK_KEY: call.key,
    TIDELINE_FLEET: call.fleet,
    TIDELINE_SERVICE: call.service,
    TIDELINE_ENVIRONMENT: call.environment,
    TIDELINE_RELEASE: call.release,
    TIDELINE_BATCH: call.batch === null ? "" : String(call.batch),
    TIDELINE_INSTANCES: namesWithin(call.instanceIds),
  };
}

/** Whole names, separated by commas. */
function namesWithin(instanceIds: readonly string[]): string {
  const names = instanceIds.join(",");
  return names.length <= instancesBytesMax ? names : names.slice(0, names.lastIndexOf(",", instancesBytesMax));
}

/** Politely, then by force. A group of which the leader has ended is not signalled: its number may be another's by then. */
function stopGroup(child: ChildProcess): void {
  signalGroup(child, "SIGTERM");
  setTimeout(() => {
    if (child.exitCode === null && child.signalCode === null) signalGroup(child, "SIGKILL");
  }, stopGraceMs).unref();
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // None of the group is left.
  }
}

async function lastWords({ stdout, stderr }: ChildProcess): Promise<void> {
  const ends = [stdout, stderr].map((stream) => (stream === null || stream.closed ? null : once(stream, "close")));
  const late = new Promise((resolve) => setTimeout(resolve, lastWordsMs));
  await Promise.race([Promise.allSettled(ends), late]);
  stdout?.destroy();
  stderr?.destroy();
}

function lateWords(name: string, timeoutMs: number): string {
  return `${name} did not end within ${formatDuration(timeoutMs)} and was stopped.`;
}

function endWords(name: string, code: number | null, killedBy: NodeJS.Signals | null): string {
  return killedBy ? `${name} was ended by ${killedBy}.` : `${name} exited with code ${code ?? "unknown"}.`;
}

function startWords(program: string, error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown reason";
  return `${program} could not be started (${code}). Install it where hooks can run it, or name it by its absolute path.`;
}
