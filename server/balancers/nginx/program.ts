import { execFile } from "node:child_process";
import { type RequestOptions, request } from "node:http";
import { parseDuration } from "#domain/duration.ts";
import { Failure } from "#domain/failure.ts";
import type { NginxSettings } from "#domain/settings/nginx.ts";
import { readBounded } from "#server/io/outgoing.ts";

const outputBytesMax = 64 * 1_024;
const wordsMax = 300;
const statusBytesMax = 1_000;
const statusMsMax = 2_000;

/** Runs NGINX's own program once. Throws Failure("invalid") with its words where it says no, Failure("unavailable") where it cannot be run. */
export function runNginx({ command, timeout }: NginxSettings, args: readonly string[], signal: AbortSignal): Promise<void> {
  const [program = "", ...before] = command;
  const env = { NODE_ENV: process.env.NODE_ENV, PATH: process.env.PATH ?? "/usr/sbin:/usr/bin:/sbin:/bin" };
  return new Promise((resolve, reject) => {
    execFile(
      program,
      [...before, ...args],
      { timeout: parseDuration(timeout) ?? 0, killSignal: "SIGKILL", maxBuffer: outputBytesMax, env, signal },
      (error, _, stderr) => {
        if (error === null) return resolve();
        const said = wordsOf(stderr);
        const what = `${program} ${args.join(" ")}`;
        if (typeof error.code === "number") return reject(new Failure("invalid", `${what} says no: ${said || `it ended with ${error.code}`}`));
        const why = error.code === "ENOENT" ? "is not there" : error.killed ? `did not end within ${timeout}` : "could not be run";
        reject(new Failure("unavailable", `${what} ${why}.`));
      },
    );
  });
}

export interface Running {
  readonly digest: string;
  /** Of the worker that answered, as NGINX's side numbers it. */
  readonly pid: number;
}

/** Which configuration NGINX's workers run. Throws Failure("unavailable") where they do not say it. */
export async function askRunning({ status }: NginxSettings, signal: AbortSignal): Promise<Running> {
  const where = status.startsWith("unix:") ? { socketPath: status.slice("unix:".length) } : hostOf(status);
  const problem = (why: string) =>
    new Failure("unavailable", `NGINX does not tell its configuration at ${status}: ${why}. Does it run, and include the fleet's file?`);
  const end = AbortSignal.any([signal, AbortSignal.timeout(statusMsMax)]);
  let text: string | null;
  try {
    text = await get({ ...where, path: "/tideline", agent: false, signal: end });
  } catch (error) {
    throw problem((error as NodeJS.ErrnoException).code ?? "no answer");
  }
  const [, digest, pid] = /^([0-9a-f]{32}) (\d+)$/.exec(text?.trim() ?? "") ?? [];
  if (digest === undefined) throw problem("something else answers");
  return { digest, pid: Number(pid) };
}

function get(options: RequestOptions): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const asking = request(options, (response) => void readBounded(response, statusBytesMax).then(resolve, reject));
    asking.on("error", reject);
    asking.end();
  });
}

function hostOf(url: string): { host: string; port: number } {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port) };
}

/** Its last complaint, on one line. */
function wordsOf(stderr: string): string {
  const lines = stderr.split("\n").filter((line) => /\[(emerg|alert|crit|error)\]/.test(line));
  return (lines.at(-1) ?? stderr)
    .replace(/\p{Cc}+/gu, " ")
    .trim()
    .slice(0, wordsMax);
}
