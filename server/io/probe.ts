import { request } from "node:http";
import { parseDuration } from "#domain/duration.ts";
import type { Check } from "#domain/fleet.ts";

/** Until a unit first answers well it is asked this often, so that nobody waits for an interval to pass. */
const eagerIntervalMs = 100;
const loopback = "127.0.0.1";

export interface ProbeAnswer {
  readonly ok: boolean;
  /** "200 in 4 ms", "connection refused": for people. */
  readonly text: string;
}

export interface ProbeOptions {
  readonly check: Check;
  /** The loopback address when left out. */
  readonly host?: string;
  readonly port: number;
  /** Ask often until the first success. */
  readonly eager: boolean;
  /** After each answer: whether the check holds by its thresholds, and since when (ms of performance.now) without a break. */
  readonly onAnswer: (answer: ProbeAnswer, passing: boolean, failing: boolean) => void;
}

/** Asks one unit again and again until closed. A check has a path only: the address is always the unit's own. */
export function startProbe({ check, host = loopback, port, eager, onAnswer }: ProbeOptions): { close(): void } {
  const intervalMs = Math.max(eagerIntervalMs, parseDuration(check.interval) ?? 1_000);
  const timeoutMs = Math.max(1, parseDuration(check.timeout) ?? 1_000);
  const closing = new AbortController();
  let inRow = 0;
  let lastOk: boolean | null = null;
  let wasOk = false;
  let timer: NodeJS.Timeout | undefined;

  async function ask(): Promise<void> {
    const startedAt = performance.now();
    const answer = await probeOnce(host, port, check.path, timeoutMs, closing.signal);
    if (closing.signal.aborted) return;
    inRow = answer.ok === lastOk ? inRow + 1 : 1;
    lastOk = answer.ok;
    wasOk ||= answer.ok;
    onAnswer(answer, answer.ok && inRow >= check.success, !answer.ok && inRow >= check.failure);
    if (closing.signal.aborted) return;
    const waitMs = eager && !wasOk ? Math.min(eagerIntervalMs, intervalMs) : intervalMs;
    timer = setTimeout(() => void ask(), Math.max(0, waitMs - (performance.now() - startedAt)));
  }

  void ask();
  return {
    close: () => {
      clearTimeout(timer);
      closing.abort();
    },
  };
}

/** One GET without redirects; 200 to 399 is well. Never throws. */
function probeOnce(host: string, port: number, path: string, timeoutMs: number, signal: AbortSignal): Promise<ProbeAnswer> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const deadline = setTimeout(() => end({ ok: false, text: `no answer within ${timeoutMs} ms` }), timeoutMs);
    const asking = request(
      { host, port, path, agent: false, signal, headers: { "user-agent": "tideline-check", connection: "close" } },
      (response) => {
        const status = response.statusCode ?? 0;
        end({ ok: status >= 200 && status < 400, text: `${status} in ${Math.round(performance.now() - startedAt)} ms` });
      },
    );
    asking.on("error", (error) => end({ ok: false, text: wordsOf(error) }));
    asking.end();

    function end(answer: ProbeAnswer): void {
      clearTimeout(deadline);
      asking.destroy();
      resolve(answer);
    }
  });
}

function wordsOf(error: NodeJS.ErrnoException): string {
  if (error.code === "ECONNREFUSED") return "connection refused";
  if (error.code === "ECONNRESET") return "connection reset";
  if (error.code === "EHOSTUNREACH" || error.code === "ENETUNREACH") return "no way to its address";
  return error.code?.startsWith("HPE_") ? "no HTTP answer" : (error.code ?? "failed");
}
