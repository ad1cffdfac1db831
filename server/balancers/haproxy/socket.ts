import { connect, type Socket } from "node:net";
import { parseDuration } from "#domain/duration.ts";
import { Failure } from "#domain/failure.ts";
import type { HaproxySettings } from "#domain/settings/haproxy.ts";
import { readBounded } from "#server/io/outgoing.ts";
import type { UrlPolicy } from "#server/io/url-policy.ts";
import { parseServers, type Server } from "./answers.ts";
import { showServers } from "./commands.ts";

/** Ten thousand servers of 500 characters each. */
const answerBytesMax = 8 * 1_024 * 1_024;
/** HAProxy reads a line of at most 16 KiB. */
const lineLengthMax = 12_000;

const words: Readonly<Record<string, string>> = {
  ENOENT: "is not there",
  EACCES: "may not be opened by this server's account",
  ECONNREFUSED: "refuses the connection",
  ECONNRESET: "broke the connection",
  EPIPE: "broke the connection",
};

/** Says one line on a connection of its own and returns the whole answer. Throws Failure("unavailable"). */
export type Say = (settings: HaproxySettings, commands: readonly string[], signal: AbortSignal) => Promise<string>;

export function createHaproxySocket(policy: UrlPolicy): Say {
  async function sayLine({ socket: where, timeout }: HaproxySettings, line: string, signal: AbortSignal): Promise<string> {
    const timeoutMs = parseDuration(timeout) ?? 0;
    const socket = await open(where, policy);
    const end = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const abort = () => socket.destroy(new Failure("unavailable", `HAProxy at ${where} gave no answer within ${timeout}.`));
    if (end.aborted) abort();
    end.addEventListener("abort", abort, { once: true });
    try {
      socket.write(`${line}\n`);
      const text = await readBounded(socket, answerBytesMax);
      if (text === null) throw new Failure("unavailable", `HAProxy at ${where} answers more than ${answerBytesMax} bytes.`);
      return text;
    } catch (error) {
      if (error instanceof Failure) throw error;
      const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
      throw new Failure("unavailable", `HAProxy's runtime API at ${where} ${words[code] ?? `cannot be reached (${code})`}.`);
    } finally {
      end.removeEventListener("abort", abort);
      socket.destroy();
    }
  }

  return async (settings, commands, signal) => {
    let text = "";
    for (const line of linesOf(commands)) text += await sayLine(settings, line, signal);
    return text;
  };
}

export async function readServers(say: Say, settings: HaproxySettings, signal: AbortSignal): Promise<Map<string, Server>> {
  return parseServers(await say(settings, [showServers(settings.backend)], signal), settings.backend);
}

async function open(where: string, policy: UrlPolicy): Promise<Socket> {
  if (where.startsWith("unix:")) return connect(where.slice("unix:".length));
  const url = new URL(where);
  const { address } = await policy.resolve(url);
  return connect(Number(url.port), address);
}

/** Several commands fit in a line, and a line in one connection. */
function linesOf(commands: readonly string[]): string[] {
  const lines: string[] = [];
  for (const command of commands) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + command.length < lineLengthMax) lines[lines.length - 1] = `${last}; ${command}`;
    else lines.push(command);
  }
  return lines;
}
